//! Decision tables in xlsx workbooks and in a pack's folder: real files, as a spreadsheet writes them.

use std::{
    fs,
    io::{Read, Write},
    path::Path,
};

use mash_rules::{FindingKind, PackFiles, RulePack};
use mash_tests_support::{FACTS, MANIFEST, THRESHOLDS, table};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use tempfile::TempDir;

/// The folder of a small pack with these sheets in `tables/book.xlsx`.
fn with_workbook(fill: impl FnOnce(&mut Workbook)) -> TempDir {
    let folder = empty();
    let mut workbook = Workbook::new();
    fill(&mut workbook);
    workbook.save(folder.path().join("small/tables/book.xlsx")).unwrap();
    folder
}

fn empty() -> TempDir {
    let folder = TempDir::new().unwrap();
    let small = folder.path().join("small");
    fs::create_dir_all(small.join("tables")).unwrap();
    for (name, text) in [("manifest.json", MANIFEST), ("facts.json", FACTS), ("thresholds.json", THRESHOLDS)]
    {
        fs::write(small.join(name), text).unwrap();
    }
    folder
}

fn read(folder: &TempDir) -> Result<PackFiles, String> {
    mash_io::pack_folder::read(&folder.path().join("small")).map_err(|errors| {
        let lines = errors
            .iter()
            .map(|e| format!("{}: {} ({})", name(&e.path), e.problem, e.mend.as_deref().unwrap_or("")));
        lines.collect::<Vec<_>>().join("\n")
    })
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// The pack, or its findings as `place message`, the folder left out.
fn load(folder: &TempDir) -> Result<RulePack, Vec<String>> {
    let files = read(folder).unwrap_or_else(|error| panic!("{error}"));
    RulePack::load(&files).map_err(|error| {
        let place =
            |at: &mash_rules::source::SourcePlace| at.to_string().rsplit('/').next().unwrap().to_owned();
        error.findings.iter().map(|f| format!("{} {}", place(&f.at), f.message)).collect()
    })
}

const HEAD: [&str; 10] =
    ["Rule", "Title", "p", "g", "n", "Route", "Source", "Because", "Plain", "Family may be told"];

/// Writes the header at this row, and rows of text below it; an empty text leaves the cell alone.
fn write(sheet: &mut Worksheet, first: u32, rows: &[[&str; 10]]) {
    for (row, cells) in (first..).zip(std::iter::once(&HEAD).chain(rows)) {
        for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(row, column, *cell).unwrap();
        }
    }
}

const ROW: [&str; 10] = ["R-1", "t", "true", "low", "3", "Early help", "doc; 1", "b", "p", "yes"];

/// The condition of the only row of a workbook whose sheet is changed after it was filled.
fn condition(change: impl FnOnce(&mut Worksheet)) -> Result<String, Vec<String>> {
    let folder = with_workbook(|workbook| {
        let sheet = workbook.add_worksheet();
        write(sheet, 0, &[ROW]);
        change(sheet);
    });
    load(&folder).map(|pack| pack.rules[0].condition.clone())
}

#[test]
fn cells_of_every_type_mean_what_is_seen() {
    let plain = "f.p && f.g == \"low\" && f.n == 3";
    assert_eq!(condition(|_| {}).unwrap(), plain);
    // A switch, a number, a formula with its value, a decimal that is whole.
    assert_eq!(condition(|s| drop(s.write_boolean(1, 2, true))).unwrap(), plain);
    assert_eq!(condition(|s| drop(s.write_boolean(1, 9, false))).unwrap(), plain);
    assert_eq!(condition(|s| drop(s.write_number(1, 4, 3.0))).unwrap(), plain);
    assert_eq!(
        condition(|s| drop(s.write_formula(1, 4, Formula::new("=1+2").set_result("3")))).unwrap(),
        plain
    );
    let text = Formula::new("=\"lo\"&\"w\"").set_result("low");
    assert_eq!(condition(|s| drop(s.write_formula(1, 3, text))).unwrap(), plain);
    assert_eq!(
        condition(|s| drop(s.write_string(1, 3, "≥ medium"))).unwrap(),
        "f.p && reaches(f.g, \"medium\") && f.n == 3"
    );
    assert_eq!(
        condition(|s| drop(s.write_blank(1, 3, &Format::new().set_bold()))).unwrap(),
        "f.p && f.n == 3"
    );
}

#[test]
fn a_wrong_cell_is_named_by_its_address() {
    let wrong = |change: fn(&mut Worksheet)| condition(change).unwrap_err().join("\n");
    assert_eq!(wrong(|s| drop(s.write_number(1, 4, 3.5))), "book.xlsx:Sheet1!E2 fact `n` is never `3.5`");
    assert_eq!(
        wrong(|s| drop(s.write_string(1, 3, "hihg"))),
        "book.xlsx:Sheet1!D2 `hihg` is not a value of fact `g`"
    );
    let date = |s: &mut Worksheet| {
        let date = ExcelDateTime::from_ymd(2026, 9, 5).unwrap();
        s.write_datetime_with_format(1, 3, &date, &Format::new().set_num_format("dd-mmm")).unwrap();
    };
    assert_eq!(wrong(date), "book.xlsx:Sheet1!D2 fact `g` is never the date `2026-09-05`");
    let error = |s: &mut Worksheet| drop(s.write_formula(1, 3, Formula::new("=NA()").set_result("#N/A")));
    assert_eq!(wrong(error), "book.xlsx:Sheet1!D2 the cell holds the error `#N/A` of a formula");
    assert_eq!(
        wrong(|s| drop(s.write_string(0, 3, "gg_hh"))),
        "book.xlsx:Sheet1!D1 column `gg_hh` is neither a fact nor a part of a rule"
    );
}

#[test]
fn rows_and_columns_keep_their_addresses_and_merged_cells_count_in_each() {
    let folder = with_workbook(|workbook| {
        let sheet = workbook.add_worksheet().set_name("Jo's table").unwrap();
        let (mut second, mut third) = (ROW, ROW);
        (second[0], second[3]) = ("R-2", "high");
        (third[0], third[3]) = ("R-3", "none");
        // Two rows above the header, and an empty row between the rules.
        write(sheet, 2, &[ROW, second, [""; 10], third]);
        sheet.merge_range(3, 5, 4, 5, "Strategy discussion", &Format::new()).unwrap();
    });
    let pack = load(&folder).unwrap();
    let places: Vec<&str> = pack.rules.iter().filter_map(|rule| rule.place.cell.as_deref()).collect();
    assert_eq!(places, ["'Jo''s table'!A4", "'Jo''s table'!A5", "'Jo''s table'!A7"]);
    let routes: Vec<Option<usize>> = pack.rules.iter().map(|rule| rule.conclusion.route).collect();
    assert_eq!(routes, [Some(3), Some(3), Some(1)]);
    assert_eq!(pack.tables[0].rows.iter().map(|row| row.number).collect::<Vec<_>>(), [4, 5, 7]);
}

#[test]
fn every_visible_sheet_is_a_table_and_hidden_and_empty_ones_are_not() {
    let folder = with_workbook(|workbook| {
        for (name, id) in [("Neglect", "NE-1"), ("Housing", "HO-1")] {
            let mut row = ROW;
            row[0] = id;
            write(workbook.add_worksheet().set_name(name).unwrap(), 0, &[row]);
        }
        workbook.add_worksheet();
        workbook.add_worksheet().set_hidden(true).write_string(0, 0, "a note").unwrap();
    });
    let pack = load(&folder).unwrap();
    let rules: Vec<String> = pack
        .rules
        .iter()
        .map(|rule| format!("{} {}", rule.id, rule.place.cell.as_deref().unwrap()))
        .collect();
    assert_eq!(rules, ["HO-1 Housing!A2", "NE-1 Neglect!A2"]);
    assert!(pack.tables[0].title.ends_with("tables/book.xlsx:Housing"));
    let folder = with_workbook(|workbook| {
        workbook.add_worksheet().write_string(0, 0, "a note").unwrap();
    });
    let found = load(&folder).unwrap_err();
    assert!(
        found.iter().any(|f| f.starts_with("book.xlsx:Sheet1!A1 column `a note` is neither")),
        "{found:?}"
    );
}

#[test]
fn the_same_table_as_csv_and_as_xlsx_is_the_same_rules() {
    let csv = table(&["p", "g", "n"], &[&["true", "low | high", "-"], &["-", ">= medium", "3..7"]]);
    let of_csv = empty();
    fs::write(of_csv.path().join("small/tables/book.csv"), &csv).unwrap();
    let of_xlsx = with_workbook(|workbook| {
        let sheet = workbook.add_worksheet();
        for (row, line) in (0..).zip(csv.lines()) {
            for (column, cell) in (0..).zip(line.split(',')) {
                sheet.write_string(row, column, cell.trim_matches('"')).unwrap();
            }
        }
    });
    let (a, b) = (load(&of_csv).unwrap(), load(&of_xlsx).unwrap());
    assert_eq!(a.rules.len(), 2);
    for (a, b) in a.rules.iter().zip(&b.rules) {
        assert_eq!((&a.id, &a.condition, &a.conclusion), (&b.id, &b.condition, &b.conclusion));
    }
}

#[test]
fn a_file_that_is_no_workbook_is_named() {
    let folder = empty();
    let write =
        |name: &str, bytes: &[u8]| fs::write(folder.path().join("small/tables").join(name), bytes).unwrap();
    write("a.xlsx", b"rule,title\n");
    write("b.xlsx", b"");
    write("c.xls", b"old");
    write("d.csv", b"rule,\xa3\n");
    // What Excel keeps beside an open workbook, and what is no table at all.
    write("~$book.xlsx", b"lock");
    write("README.md", b"# tables");
    let found = read(&folder).unwrap_err();
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(lines.len(), 4, "{found}");
    for (expect, mend) in [
        ("a.xlsx: this is not an xlsx workbook, or it is damaged", "Excel Workbook (*.xlsx)"),
        ("b.xlsx: this is not an xlsx workbook, or it is damaged", "CSV UTF-8"),
        ("c.xls: a table in a `.xls` file is not read", "save it as .xlsx or .csv"),
        ("d.csv: invalid UTF-8 on line 1", "CSV UTF-8 (Comma delimited)"),
    ] {
        assert!(
            lines.iter().any(|line| line.starts_with(expect) && line.contains(mend)),
            "{expect}: {found}"
        );
    }
}

#[test]
fn a_damaged_workbook_is_refused_and_never_ends_the_program() {
    let folder = with_workbook(|workbook| write(workbook.add_worksheet(), 0, &[ROW]));
    let path = folder.path().join("small/tables/book.xlsx");
    let whole = fs::read(&path).unwrap();
    let mut refused = 0;
    for place in (0..whole.len()).step_by(37) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x5a;
        fs::write(&path, &bytes).unwrap();
        refused += usize::from(read(&folder).is_err());
        fs::write(&path, &whole[..place]).unwrap();
        assert!(read(&folder).is_err(), "cut at {place}");
    }
    assert!(refused > 20, "{refused}");
}

/// Rewrites a part of a workbook, as a program other than a spreadsheet may have written it.
fn rewrite(path: &Path, part: &str, from: &str, to: &str) {
    let mut old = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let mut new = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for index in 0..old.len() {
        let mut entry = old.by_index(index).unwrap();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        let name = entry.name().unwrap().into_owned();
        if name.ends_with(part) {
            assert!(text.contains(from), "{text}");
            text = text.replace(from, to);
        }
        new.start_file(name, stored).unwrap();
        new.write_all(text.as_bytes()).unwrap();
    }
    let bytes = new.finish().unwrap().into_inner();
    drop(old);
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_formula_that_was_never_calculated_is_named() {
    for without_value in ["<f>A1</f>", "<f>A1</f><v></v>", "<f>A1</f><v/>"] {
        let folder = with_workbook(|workbook| {
            let sheet = workbook.add_worksheet();
            write(sheet, 0, &[ROW]);
            sheet.write_formula(1, 3, "=A1").unwrap();
        });
        rewrite(
            &folder.path().join("small/tables/book.xlsx"),
            "sheet1.xml",
            "<f>A1</f><v>0</v>",
            without_value,
        );
        let found = read(&folder).unwrap_err();
        assert!(
            found.contains("book.xlsx: sheet `Sheet1`, cell D2: the formula was never calculated"),
            "{found}"
        );
    }
}

#[test]
fn a_cell_far_out_is_named_and_costs_nothing() {
    let folder = with_workbook(|workbook| {
        workbook.add_worksheet().write_string(1_048_575, 16_383, "x").unwrap();
    });
    let found = read(&folder).unwrap_err();
    assert!(found.contains("cell XFD1048576: a table has at most 4000 rows and 250 columns"), "{found}");
}

#[test]
fn the_hash_follows_the_cells_and_not_the_file() {
    let make = |value: &str| {
        let mut row = ROW;
        row[3] = value;
        load(&with_workbook(|workbook| {
            let sheet = workbook.add_worksheet();
            write(sheet, 0, &[row]);
            sheet.set_column_width(0, 30).unwrap();
        }))
        .unwrap()
        .hash
    };
    assert_eq!(make("low"), make("low"));
    assert_ne!(make("low"), make("high"));
}

#[test]
fn a_rule_in_two_sheets_is_declared_twice() {
    let folder = with_workbook(|workbook| {
        for name in ["A", "B"] {
            write(workbook.add_worksheet().set_name(name).unwrap(), 0, &[ROW]);
        }
    });
    let error = RulePack::load(&read(&folder).unwrap()).unwrap_err();
    let finding = &error.findings[0];
    assert_eq!(finding.kind, FindingKind::Duplicate);
    let cells = (finding.at.cell.as_deref(), finding.related.as_ref().and_then(|at| at.cell.as_deref()));
    assert_eq!(cells, (Some("B!A2"), Some("A!A2")));
}
