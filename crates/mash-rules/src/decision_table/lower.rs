//! From a table to the rules it states: Rhai text of one line a row, and the cell of each piece of it.

use std::fmt::Display;

use mash_model::{Agency, Stage, ThresholdId};

use super::{
    DecisionTable, MAX_ROWS, TableRow, ValueSet, Vocabulary,
    columns::{self, Column, Header, Part},
    condition::{Condition, Problem, is_date, is_name},
    escape::quoted,
    file_and_sheet,
    sheet::{Sheet, SheetRow},
};
use crate::{
    declare::constant_name,
    error::{Finding, FindingKind, Severity},
    host::MAX_STRING,
    source::{LineCells, SourceFile, SourcePlace},
};

/// What a table says, in the form of a rule file.
#[derive(Debug)]
pub(crate) struct Lowered {
    /// The file, knowing the cells of the text.
    pub(crate) file: SourceFile,
    /// Rule statements, one line a row.
    pub(crate) text: String,
    /// The table itself.
    pub(crate) table: DecisionTable,
}

/// Reads a table and states its rows as rules; a row with something wrong is reported and left out.
///
/// `name` is the path of the file, with `#sheet` after it for a workbook's sheet.
pub(crate) fn lower(
    name: &str,
    text: &str,
    vocabulary: Vocabulary<'_>,
    findings: &mut Vec<Finding>,
) -> Lowered {
    let (file, sheet_name) = file_and_sheet(name);
    let sheet = Sheet::read(file, sheet_name, text, findings);
    let header = columns::read(&sheet, vocabulary.dictionary, findings);
    let facts = header.iter().flat_map(|header| &header.columns).filter_map(|column| match column {
        Column::Fact(slot) => Some(*slot),
        Column::Part(_) | Column::Blank | Column::Unknown => None,
    });
    let mut table = DecisionTable { title: sheet.title(), facts: facts.collect(), rows: Vec::new() };
    let (mut text, mut cells) = (String::new(), Vec::new());
    if let Some(header) = &header {
        if sheet.rows.len() == 1 {
            let at = sheet.whole();
            findings
                .push(sheet.shape(at, "the table has no rows").mend("each row below the first is a rule"));
        }
        if sheet.rows.len() > MAX_ROWS + 1 {
            let message =
                format!("the table has {} rows, and at most {MAX_ROWS} are read", sheet.rows.len() - 1);
            findings.push(sheet.shape(sheet.whole(), message).mend("split it into several tables"));
        }
        for row in sheet.rows.iter().skip(1).take(MAX_ROWS) {
            let before = findings.len();
            let mut reader = RowReader { sheet: &sheet, row, header, vocabulary, findings };
            let (line, read) = reader.read();
            let fine = findings.iter().skip(before).all(|finding| finding.severity != Severity::Error);
            if fine && header.whole {
                text.push_str(&line.text);
                text.push('\n');
                cells.push(line.cells);
                table.rows.push(read);
            }
        }
    }
    Lowered { file: SourceFile::table(file, cells), text, table }
}

/// One line of text, with the cells its pieces came from.
#[derive(Debug, Default)]
struct Line {
    text: String,
    /// Characters so far, as Rhai counts columns.
    length: usize,
    cells: LineCells,
}

impl Line {
    fn push(&mut self, text: &str, from: &SourcePlace) {
        self.cells.push((self.length + 1, from.clone()));
        self.length += text.chars().count();
        self.text.push_str(text);
    }
}

/// Reads one row.
struct RowReader<'r> {
    sheet: &'r Sheet<'r>,
    row: &'r SheetRow,
    header: &'r Header,
    vocabulary: Vocabulary<'r>,
    findings: &'r mut Vec<Finding>,
}

impl RowReader<'_> {
    fn read(&mut self) -> (Line, TableRow) {
        let before = self.findings.len();
        let ragged = self.shape();
        let at = self.column(Part::Rule).map_or_else(|| self.sheet.whole(), |column| self.place(column));
        let mut line = Line::default();
        line.push(&format!("rule({}, ", quoted(self.text(Part::Rule))), &at);
        let title = self.column(Part::Title).map_or_else(|| at.clone(), |column| self.place(column));
        line.push(&format!("{})", quoted(self.text(Part::Title))), &title);
        let (asked, admits) = self.condition(&mut line, &at);
        if !asked && self.header.whole && self.findings.len() == before {
            let message = "the row has no condition, so its rule applies to every child";
            self.findings.push(
                Finding::warning(FindingKind::TableRowAlways, at.clone(), message)
                    .mend("rows are not tried in turn: state in this row what the others leave"),
            );
        }
        let mut concludes = false;
        for part in Part::ALL {
            let Some((column, text)) = self.column(part).map(|column| (column, self.text(part).to_owned()))
            else {
                continue;
            };
            if text.is_empty() || (text == "-" && !part.is_required()) {
                continue;
            }
            if is_formula_error(&text) {
                concludes |= is_conclusion(part);
                continue;
            }
            match self.part(part, &text) {
                Ok(said) => {
                    concludes |= !said.is_empty() && is_conclusion(part);
                    line.push(&said, &self.place(column));
                }
                Err(problem) => {
                    concludes |= is_conclusion(part);
                    self.problem(column, problem);
                }
            }
        }
        line.push(";", &at);
        // Where a column or a cell is missing, the conclusion may be what stood there.
        if !concludes && !ragged && self.header.whole {
            self.findings.push(
                Finding::error(FindingKind::Incomplete, at.clone(), "the row concludes nothing")
                    .mend("fill route, at_least, not_below, raise, lower, rating, duty, outcome or ask"),
            );
        }
        let row = TableRow { rule: self.text(Part::Rule).into(), number: self.row.number, place: at, admits };
        (line, row)
    }

    /// As many cells as the header has, and none that cannot be meant. Is the number of cells wrong?
    fn shape(&mut self) -> bool {
        let (found, expected) = (self.row.cells.len(), self.header.columns.len());
        let beyond = self.row.cells.iter().skip(expected).any(|cell| !cell.is_empty());
        let ragged = beyond || found < expected;
        if ragged {
            let message = format!("the row has {found} cells, and the first row has {expected}");
            let finding = self.sheet.shape(self.place(found.min(expected).saturating_sub(1)), message);
            self.findings.push(finding.mend("write every cell, and put one that holds a comma in quotes"));
        }
        for (index, (cell, column)) in self.row.cells.iter().zip(&self.header.columns).enumerate() {
            let problem = match column {
                Column::Blank if !cell.is_empty() => Problem::new(
                    FindingKind::TableShape,
                    "the cell stands in a column without a header",
                    "name the column in the first row, or clear the cell",
                ),
                Column::Part(part) if part.is_required() && cell.is_empty() && !ragged => Problem::new(
                    FindingKind::Incomplete,
                    format!("`{}` is empty", part.name()),
                    "every row fills rule, title, source, because, plain and family_may_be_told",
                ),
                _ if is_formula_error(cell) => Problem::new(
                    FindingKind::TableCell,
                    format!("the cell holds the error `{cell}` of a formula"),
                    "mend the formula, or write the value",
                ),
                _ if cell.len() > MAX_STRING => Problem::new(
                    FindingKind::TableCell,
                    format!("the cell holds {} bytes, and at most {MAX_STRING} are read", cell.len()),
                    "say it in fewer words",
                ),
                _ => continue,
            };
            self.problem(index, problem);
        }
        ragged
    }

    /// The condition of all cells together. Do they ask anything, and what does each admit?
    fn condition(&mut self, line: &mut Line, at: &SourcePlace) -> (bool, Vec<ValueSet>) {
        let mut admits = Vec::new();
        let mut asked = false;
        line.push(".when(|f| ", at);
        for (index, column) in self.header.columns.iter().enumerate() {
            let Column::Fact(slot) = column else { continue };
            let Some(fact) = self.vocabulary.dictionary.get(*slot) else { continue };
            let cell = self.row.cell(index);
            if is_formula_error(cell) {
                continue;
            }
            match Condition::read(cell, fact) {
                Ok(condition) => {
                    let unknown =
                        condition.thresholds().find(|name| !self.vocabulary.thresholds.contains_key(*name));
                    if let Some(name) = unknown {
                        let names = self.vocabulary.thresholds.keys().map(ThresholdId::as_str);
                        let at = self.place(index);
                        let message = format!("unknown threshold `{name}`");
                        self.findings.push(
                            Finding::error(FindingKind::UnknownThreshold, at, message).suggest(name, names),
                        );
                    }
                    admits.push(condition.values(fact, self.vocabulary.thresholds));
                    if let Some(text) = condition.as_rhai(fact) {
                        let and = if asked { " && " } else { "" };
                        line.push(and, at);
                        line.push(&text, &self.place(index));
                        asked = true;
                    }
                }
                Err(problem) => self.problem(index, problem),
            }
        }
        line.push(if asked { ")" } else { "true)" }, at);
        (asked, admits)
    }

    /// The method that states a part; nothing where the cell says that it does not apply.
    fn part(&self, part: Part, text: &str) -> Result<String, Problem> {
        let method = part.name();
        let said = |value: &dyn Display| format!(".{method}({value})");
        match part {
            Part::Rule if is_date(text) => Err(Problem::new(
                FindingKind::TableCell,
                format!("`{text}` is a date"),
                "where Excel made a date of the id, format the cell as Text and type it again",
            )),
            Part::Rule | Part::Title => Ok(String::new()),
            Part::Because | Part::Plain => Ok(said(&quoted(text))),
            Part::Source => text.split('|').map(|text| self.source(text)).collect(),
            Part::FamilyMayBeTold => yes_or_no(part, text).map(|told| said(&told)),
            Part::Firm => {
                yes_or_no(part, text).map(|firm| if firm { ".firm()".to_owned() } else { String::new() })
            }
            Part::Raise | Part::Lower => match text.trim_end_matches(".0").parse::<u8>() {
                Ok(steps) if steps > 0 => Ok(said(&steps)),
                _ => Err(Problem::new(
                    FindingKind::WrongType,
                    format!("`{method}` is a number of steps, not `{text}`"),
                    "write a whole number from 1, nearly always 1",
                )),
            },
            Part::Route | Part::AtLeast | Part::NotBelow | Part::Rating | Part::Outcome => {
                self.name(part, text).map(|name| said(&name))
            }
            Part::Duty | Part::Ask | Part::Stage => {
                text.split('|').map(|text| self.name(part, text.trim()).map(|name| said(&name))).collect()
            }
        }
    }

    /// `document; paragraph`.
    fn source(&self, text: &str) -> Result<String, Problem> {
        let halves = text.split_once(';').map(|(document, paragraph)| (document.trim(), paragraph.trim()));
        let Some((document, paragraph)) = halves.filter(|(d, p)| !d.is_empty() && !p.is_empty()) else {
            return Err(Problem::new(
                FindingKind::TableCell,
                format!("`{}` is not a document and a paragraph", text.trim()),
                "write: document; paragraph. Several sources have `|` between them",
            ));
        };
        let documents = &self.vocabulary.manifest.documents;
        if !documents.contains_key(document) {
            let message = format!("`{document}` is no document of the manifest");
            return Err(Problem::unknown(message, document, documents.keys().map(String::as_str)));
        }
        Ok(format!(".source({}, {})", quoted(document), quoted(paragraph)))
    }

    /// The constant of a route, rating, duty, outcome, agency or stage, however its id is spelled.
    fn name(&self, part: Part, text: &str) -> Result<String, Problem> {
        let ids = self.ids(part);
        let written = constant_name(text);
        if ids.iter().any(|id| constant_name(id) == written) && is_name(&written) {
            return Ok(written);
        }
        let spelled = text.to_lowercase().replace([' ', '-'], "_");
        Err(Problem::unknown(format!("`{text}` is no {}", what(part)), &spelled, ids))
    }

    /// The ids that a part may name.
    fn ids(&self, part: Part) -> Vec<&str> {
        let manifest = self.vocabulary.manifest;
        let routes = manifest.routes.iter().map(|route| route.id.as_str());
        match part {
            Part::Rating => manifest.ratings.iter().map(|rating| rating.id.as_str()).collect(),
            Part::Duty => manifest.duties.iter().map(|duty| duty.id.as_str()).collect(),
            Part::Outcome => {
                manifest.outcomes.iter().map(|outcome| outcome.id.as_str()).chain(routes).collect()
            }
            Part::Ask => Agency::ALL.iter().map(|agency| agency.id()).collect(),
            Part::Stage => Stage::ALL.iter().map(|stage| stage.id()).collect(),
            _ => routes.collect(),
        }
    }

    fn column(&self, part: Part) -> Option<usize> {
        self.header.columns.iter().position(|column| *column == Column::Part(part))
    }

    fn text(&self, part: Part) -> &str {
        self.column(part).map_or("", |column| self.row.cell(column))
    }

    fn place(&self, column: usize) -> SourcePlace {
        self.sheet.place(self.row, column)
    }

    fn problem(&mut self, column: usize, problem: Problem) {
        let at = self.place(column);
        self.findings.push(Finding::error(problem.kind, at, problem.message).mend(problem.mend));
    }
}

fn what(part: Part) -> &'static str {
    match part {
        Part::Rating => "rating",
        Part::Duty => "duty",
        Part::Outcome => "outcome",
        Part::Ask => "agency",
        Part::Stage => "stage",
        _ => "route",
    }
}

/// Parts of which a rule needs one.
fn is_conclusion(part: Part) -> bool {
    !part.is_required() && !matches!(part, Part::Stage | Part::Firm)
}

fn yes_or_no(part: Part, text: &str) -> Result<bool, Problem> {
    match text.to_lowercase().as_str() {
        "true" | "yes" => Ok(true),
        "false" | "no" => Ok(false),
        _ => Err(Problem::new(
            FindingKind::WrongType,
            format!("`{}` is true or false, not `{text}`", part.name()),
            "write true or false",
        )),
    }
}

/// What a spreadsheet shows where a formula failed: `#N/A`, `#REF!`, `#DIV/0!`.
fn is_formula_error(cell: &str) -> bool {
    cell.strip_prefix('#').is_some_and(|rest| {
        rest == "N/A"
            || (rest.ends_with(['!', '?'])
                && rest.chars().all(|letter| letter.is_ascii_uppercase() || "/0!?_".contains(letter)))
    })
}
