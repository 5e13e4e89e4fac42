//! The tables of an experiment as a workbook: one sheet a table, real numbers and dates.

use std::path::Path;

use mash_batch::experiment::results::ExperimentResults;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, XlsxError};

use super::tables::{Cell, Table};
use crate::{error::FileError, output::Output};

/// Longest text that a cell of a workbook takes.
const LONGEST: usize = 32_767;

pub(super) fn write(place: &Path, results: &ExperimentResults, tables: &[Table]) -> Result<(), FileError> {
    let bytes = bytes(results, tables)
        .map_err(|error| FileError::new(place, format!("cannot be written: {error}")))?;
    let mut output = Output::create(place)?;
    std::io::Write::write_all(&mut output, &bytes)
        .map_err(|error| crate::output::cannot_write(place, &error))?;
    output.finish()
}

fn bytes(results: &ExperimentResults, tables: &[Table]) -> Result<Vec<u8>, XlsxError> {
    let head = Format::new().set_bold();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let mut workbook = Workbook::new();
    // A workbook tells when it was made; the same run must give the same bytes.
    let made = ExcelDateTime::parse_from_str(&results.year_end)?;
    workbook.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&made));
    let about = workbook.add_worksheet().set_name("about")?;
    let lines = [
        ("Notice", results.notice.as_str()),
        ("Command", results.command.as_str()),
        ("Version", results.version.as_str()),
    ];
    for (row, (name, text)) in (0_u32..).zip(lines) {
        about.write_with_format(row, 0, name, &head)?;
        about.write(row, 1, text)?;
    }
    for (row, (name, number)) in
        (3_u32..).zip([("Seed", results.seed as f64), ("Replications", f64::from(results.replications))])
    {
        about.write_with_format(row, 0, name, &head)?;
        about.write(row, 1, number)?;
    }
    about.set_column_width(0, 16)?;
    for table in tables {
        let sheet = workbook.add_worksheet().set_name(table.name)?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, (name, _)) in (0_u16..).zip(&table.columns) {
            sheet.write_with_format(0, column, name, &head)?;
        }
        for (row, cells) in (1_u32..).zip(&table.rows) {
            for (column, cell) in (0_u16..).zip(cells) {
                match cell {
                    Cell::Text(text) => {
                        let short: String = text.chars().take(LONGEST).collect();
                        // Written as text, whatever it begins with: no cell is a formula.
                        sheet.write_string(row, column, short)?;
                    }
                    Cell::Number(number) => {
                        sheet.write_number(row, column, *number)?;
                    }
                    Cell::Day(text) => {
                        sheet.write_datetime_with_format(
                            row,
                            column,
                            ExcelDateTime::parse_from_str(text)?,
                            &day,
                        )?;
                    }
                    Cell::Nothing => {}
                }
            }
        }
    }
    workbook.save_to_buffer()
}
