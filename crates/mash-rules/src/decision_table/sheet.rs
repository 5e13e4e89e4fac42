//! A table as text: its rows and cells, with the names that a spreadsheet gives them.

use csv::{ReaderBuilder, StringRecord};

use super::cell_name;
use crate::{
    error::{Finding, FindingKind},
    source::SourcePlace,
};

/// A table's rows that are not empty.
#[derive(Debug)]
pub(super) struct Sheet<'n> {
    file: &'n str,
    name: Option<&'n str>,
    pub(super) rows: Vec<SheetRow>,
}

/// One row.
#[derive(Debug)]
pub(super) struct SheetRow {
    /// Number of the row in a spreadsheet, from 1.
    pub(super) number: usize,
    /// Line of the file's text on which it starts, from 1.
    line: usize,
    /// Its cells, with every run of spaces and line breaks as one space.
    pub(super) cells: Vec<String>,
}

impl SheetRow {
    /// The text of a cell, empty where the row is too short.
    pub(super) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

impl<'n> Sheet<'n> {
    /// Reads CSV as spreadsheets write it: byte-order mark, either line end, quoted cells, cells of many lines.
    ///
    /// `file` is the table's file; `name` the sheet, when the text is that of a workbook's sheet.
    pub(super) fn read(
        file: &'n str,
        name: Option<&'n str>,
        text: &str,
        findings: &mut Vec<Finding>,
    ) -> Self {
        let mut sheet = Self { file, name, rows: Vec::new() };
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut record = StringRecord::new();
        // Lines that earlier rows had inside their cells: a spreadsheet counts such a row once.
        let mut inside = 0;
        let mut last = "";
        loop {
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    findings.push(sheet.shape(SourcePlace::file(file), error.to_string()));
                    break;
                }
            }
            // The reader skips empty lines, and says where it stood before it did.
            let at = record.position().map_or(0, csv::Position::byte);
            let rest = usize::try_from(at).ok().and_then(|at| text.get(at..)).unwrap_or("");
            let skipped = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
            let empty = rest.get(..skipped).unwrap_or("");
            let before = record.position().map_or(1, csv::Position::line);
            let line = usize::try_from(before).unwrap_or(usize::MAX) + empty.matches('\n').count();
            last = rest;
            let row = SheetRow {
                number: line.saturating_sub(inside),
                line,
                cells: record
                    .iter()
                    .map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" "))
                    .collect(),
            };
            inside += record.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
            if row.cells.iter().any(|cell| !cell.is_empty()) {
                sheet.rows.push(row);
            }
        }
        // A quoted cell has an even number of quotes, those inside doubled; an open one swallows all that follows.
        if let Some(row) = sheet.rows.last().filter(|_| last.matches('"').count() % 2 == 1) {
            let at = sheet.place(row, 0);
            let finding = sheet.shape(at, "a quotation mark in this row is never closed".to_owned());
            findings.push(finding.mend("write a quotation mark inside a quoted cell twice: \"\""));
        }
        sheet
    }

    /// Path of the file, and the sheet in a workbook.
    pub(super) fn title(&self) -> String {
        self.name.map_or_else(|| self.file.to_owned(), |name| format!("{}:{name}", self.file))
    }

    /// The place of a cell; the column counts from 0.
    pub(super) fn place(&self, row: &SheetRow, column: usize) -> SourcePlace {
        let cell = cell_name(row.number, column);
        let (line, cell) = match self.name {
            None => (row.line, cell),
            // As formulas write it: a name that is not one word stands in quotes.
            Some(name) if name.chars().all(|letter| letter.is_alphanumeric() || letter == '_') => {
                (row.number, format!("{name}!{cell}"))
            }
            Some(name) => (row.number, format!("'{}'!{cell}", name.replace('\'', "''"))),
        };
        SourcePlace { cell: Some(cell), ..SourcePlace::at(self.file, line, column + 1) }
    }

    /// Is it a sheet of a workbook?
    pub(super) fn is_of_workbook(&self) -> bool {
        self.name.is_some()
    }

    /// Something wrong with the table as a whole.
    pub(super) fn shape(&self, at: SourcePlace, message: impl Into<String>) -> Finding {
        Finding::error(FindingKind::TableShape, at, message)
    }

    /// The place of a finding about no one cell.
    pub(super) fn whole(&self) -> SourcePlace {
        let cell = self.name.map(|name| name.to_owned());
        SourcePlace { cell, ..SourcePlace::file(self.file) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[(usize, usize, &[&str])]) {
        let mut findings = Vec::new();
        let sheet = Sheet::read("t.csv", None, text, &mut findings);
        let rows: Vec<(usize, usize, Vec<&str>)> = sheet
            .rows
            .iter()
            .map(|row| (row.number, row.line, row.cells.iter().map(String::as_str).collect()))
            .collect();
        let expect: Vec<(usize, usize, Vec<&str>)> =
            expect.iter().map(|(number, line, cells)| (*number, *line, cells.to_vec())).collect();
        assert_eq!(rows, expect, "{text:?}");
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_does() {
        check("a,b\nc,d\n", &[(1, 1, &["a", "b"]), (2, 2, &["c", "d"])]);
        check("\u{feff}a,b\r\nc,d\r\n", &[(1, 1, &["a", "b"]), (2, 2, &["c", "d"])]);
        check("a\n\n\nb\n", &[(1, 1, &["a"]), (4, 4, &["b"])]);
        check("a\r\n\r\n\r\nb", &[(1, 1, &["a"]), (4, 4, &["b"])]);
        check("\n\r\na\n", &[(3, 3, &["a"])]);
        check(",\n\"\"\na,\n", &[(3, 3, &["a", ""])]);
    }

    #[test]
    fn a_row_of_many_lines_counts_once() {
        check("\"a\nb\nc\",x\ny,z\n", &[(1, 1, &["a b c", "x"]), (2, 4, &["y", "z"])]);
        check("\"a\r\nb\"\r\n\r\nc\r\n", &[(1, 1, &["a b"]), (3, 4, &["c"])]);
    }

    #[test]
    fn quotes_and_spaces_are_taken_off() {
        check("\"say \"\"no\"\", then go\",  b \u{a0} c ", &[(1, 1, &["say \"no\", then go", "b c"])]);
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_is_found() {
        let mut findings = Vec::new();
        Sheet::read("t.csv", None, "a,b\n\"c,d\ne,f\n", &mut findings);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings.first().map(|finding| finding.at.to_string()), Some("t.csv:A2".to_owned()));
    }

    #[test]
    fn cells_have_a_spreadsheets_names() {
        let place = |name, column| {
            let mut findings = Vec::new();
            let sheet = Sheet::read("t.xlsx", name, "a\n", &mut findings);
            sheet.rows.first().map(|row| sheet.place(row, column).to_string()).unwrap_or_default()
        };
        assert_eq!(place(None, 2), "t.xlsx:C1");
        assert_eq!(place(Some("Sheet1"), 26), "t.xlsx:Sheet1!AA1");
        assert_eq!(place(Some("Jo's neglect"), 701), "t.xlsx:'Jo''s neglect'!ZZ1");
        assert_eq!(place(None, 702), "t.xlsx:AAA1");
    }
}
