//! The sheets of an xlsx workbook as CSV: what decision tables are read from.
//!
//! A cell's text is what CSV saved from a spreadsheet would hold: `true`, `3`, a date as `2026-09-05`, a formula's value.
//! Cells keep their rows and columns, so that what is wrong can be said with the address a person sees. A merged cell's
//! value stands in each cell it covers. Hidden and empty sheets are left out.

use std::{
    fs::{self, File},
    io::BufReader,
    path::Path,
};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use mash_rules::{decision_table::cell_name, host::MAX_FILE_BYTES};

use crate::{error::FileError, text_file::not_readable};

/// Most rows and columns that are looked at. One forgotten cell at the far end of a sheet is a mistake to name, not a
/// table of billions of cells to hold.
const MOST_ROWS: usize = 4_000;
const MOST_COLUMNS: usize = 250;

/// The visible sheets that hold something, in the workbook's order, each as CSV.
///
/// # Errors
/// Not readable, too large, not an xlsx workbook, protected by a password, a cell too far out, or a formula that was
/// never calculated.
pub(crate) fn sheets(path: &Path) -> Result<Vec<(String, String)>, FileError> {
    let length = fs::metadata(path).map_err(|error| not_readable(path, &error))?.len();
    if length > MAX_FILE_BYTES {
        let problem = format!("the workbook is {length} bytes, and at most {MAX_FILE_BYTES} are read");
        return Err(
            FileError::new(path, problem).mend("keep the table alone in its workbook, without pictures")
        );
    }
    let file = File::open(path).map_err(|error| not_readable(path, &error))?;
    let mut workbook: Xlsx<_> = Xlsx::new(BufReader::new(file)).map_err(|error| no_workbook(path, &error))?;
    let names: Vec<String> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let mut sheets = Vec::new();
    for name in names {
        let cells = cells(&mut workbook, &name, path)?;
        if !cells.is_empty() {
            sheets.push((name, csv(&cells, path)?));
        }
    }
    Ok(sheets)
}

/// The cells of a sheet by row; rows and columns beyond the last filled one are left out.
fn cells(
    workbook: &mut Xlsx<BufReader<File>>,
    sheet: &str,
    path: &Path,
) -> Result<Vec<Vec<String>>, FileError> {
    let wrong = |error: XlsxError| no_workbook(path, &error);
    let mut rows: Vec<Vec<String>> = Vec::new();
    let merged = workbook.merge_cells_by_sheet_name(sheet).map_err(wrong)?;
    let mut reader = workbook.worksheet_cells_reader(sheet).map_err(wrong)?;
    while let Some(cell) = reader.next_cell_with_formula().map_err(wrong)? {
        let text = text_of(&cell.value);
        let at = (place(cell.pos.0), place(cell.pos.1));
        if cell.formula.is_some() && cell.value == DataRef::Empty {
            let problem = format!("sheet `{sheet}`, cell {}: the formula was never calculated", address(at));
            return Err(FileError::new(path, problem)
                .mend("open the workbook in Excel and save it, or write the value"));
        }
        if !text.trim().is_empty() {
            set(&mut rows, at, text).ok_or_else(|| too_far(path, sheet, at))?;
        }
    }
    for merged in merged {
        // What a person sees in all of them is stored in the first alone.
        let first = (place(merged.start.0), place(merged.start.1));
        let Some(text) = rows.get(first.0).and_then(|row| row.get(first.1)).cloned() else { continue };
        for row in first.0..=place(merged.end.0).min(MOST_ROWS) {
            for column in first.1..=place(merged.end.1).min(MOST_COLUMNS) {
                set(&mut rows, (row, column), text.clone())
                    .ok_or_else(|| too_far(path, sheet, (row, column)))?;
            }
        }
    }
    Ok(rows)
}

/// Writes a cell, growing the rows as needed; `None` where it is too far out.
fn set(rows: &mut Vec<Vec<String>>, at: (usize, usize), text: String) -> Option<()> {
    if at.0 >= MOST_ROWS || at.1 >= MOST_COLUMNS {
        return None;
    }
    if rows.len() <= at.0 {
        rows.resize(at.0 + 1, Vec::new());
    }
    let row = rows.get_mut(at.0)?;
    if row.len() <= at.1 {
        row.resize(at.1 + 1, String::new());
    }
    *row.get_mut(at.1)? = text;
    Some(())
}

fn place(position: u32) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// A cell's text as CSV saved from a spreadsheet would hold it.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(value) => value.to_string(),
        // 3 that is stored as 3.0 prints as 3.
        DataRef::Float(value) => value.to_string(),
        DataRef::String(value) | DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => value.clone(),
        DataRef::SharedString(value) => (*value).to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(value) => {
            let (year, month, day, hour, minute, ..) = value.to_ymd_hms_milli();
            if value.is_duration() || value.as_f64() < 1.0 {
                format!("{hour:02}:{minute:02}")
            } else {
                format!("{year}-{month:02}-{day:02}")
            }
        }
        DataRef::Error(error) => error.to_string(),
    }
}

/// Rows as CSV, each as wide as the widest.
fn csv(rows: &[Vec<String>], path: &Path) -> Result<String, FileError> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |problem: String| FileError::new(path, problem);
    for row in rows {
        let padding = std::iter::repeat_n("", width - row.len());
        writer
            .write_record(row.iter().map(String::as_str).chain(padding))
            .map_err(|error| failed(error.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| failed(error.to_string()))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(failed(format!("a sheet holds more than {MAX_FILE_BYTES} bytes of text"))
            .mend("split the table into several"));
    }
    String::from_utf8(bytes).map_err(|error| failed(error.to_string()))
}

fn no_workbook(path: &Path, error: &XlsxError) -> FileError {
    match error {
        XlsxError::Password => FileError::new(path, "the workbook is protected by a password")
            .mend("save a copy without the password; a rule pack is there to be read"),
        _ => FileError::new(path, format!("this is not an xlsx workbook, or it is damaged ({error})")).mend(
            "open it in Excel and save it as \"Excel Workbook (*.xlsx)\", or save the table as CSV UTF-8",
        ),
    }
}

fn too_far(path: &Path, sheet: &str, at: (usize, usize)) -> FileError {
    let problem = format!(
        "sheet `{sheet}`, cell {}: a table has at most {MOST_ROWS} rows and {MOST_COLUMNS} columns",
        address(at)
    );
    FileError::new(path, problem).mend("delete the rows below the table and the columns after it, and save")
}

fn address((row, column): (usize, usize)) -> String {
    cell_name(row.saturating_add(1), column)
}
