//! Rows, means and columns' meanings as text.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    path::Path,
};

use mash_batch::batch::Row;
use mash_stats::{Estimate, measures::Measure};

use super::{Hashed, ROWS_CSV};
use crate::error::FileError;

/// The first line of `replications.csv`.
pub(super) fn header(out: &mut Hashed, measures: &[Measure]) -> Result<(), FileError> {
    let names = measures.iter().map(|measure| measure.id.as_str());
    let line: Vec<&str> = std::iter::once("replication").chain(names).collect();
    writeln!(out, "{}", line.join(",")).map_err(|error| out.failed(&error))
}

/// One row of it: a figure in the shortest form that reads back to the same, nothing where there is none.
pub(super) fn write_csv(out: &mut Hashed, row: &Row) -> Result<(), FileError> {
    let mut line = row.replication.to_string();
    for figure in &row.figures {
        line.push(',');
        if let Some(figure) = figure {
            line.push_str(&figure.to_string());
        }
    }
    writeln!(out, "{line}").map_err(|error| out.failed(&error))
}

/// One line of `replications.jsonl`.
pub(super) fn write_json(out: &mut Hashed, measures: &[Measure], row: &Row) -> Result<(), FileError> {
    let mut line = format!("{{\"replication\":{}", row.replication);
    for (measure, figure) in measures.iter().zip(&row.figures) {
        let figure = figure.map_or_else(|| "null".to_owned(), json_number);
        line.push_str(&format!(",{}:{figure}", serde_json::Value::from(measure.id.as_str())));
    }
    line.push('}');
    writeln!(out, "{line}").map_err(|error| out.failed(&error))
}

/// A finite number as JSON.
pub(super) fn json_number(figure: f64) -> String {
    serde_json::Number::from_f64(figure).map_or_else(|| "null".to_owned(), |number| number.to_string())
}

/// `summary.csv`.
pub(super) fn write_summary(
    out: &mut Hashed,
    measures: &[Measure],
    estimates: &[Option<Estimate>],
) -> Result<(), FileError> {
    let mut table = csv::Writer::from_writer(&mut *out);
    let mut write = || -> csv::Result<()> {
        table.write_record(["measure", "title", "unit", "mean", "low", "high", "replications"])?;
        for (measure, estimate) in measures.iter().zip(estimates) {
            let [mean, low, high, n] = match estimate {
                Some(it) => [it.mean.to_string(), it.low.to_string(), it.high.to_string(), it.n.to_string()],
                None => [String::new(), String::new(), String::new(), "0".to_owned()],
            };
            table.write_record([&measure.id, &measure.title, &measure.unit, &mean, &low, &high, &n])?;
        }
        table.flush()?;
        Ok(())
    };
    let done = write();
    drop(table);
    done.map_err(|error| out.failed(&std::io::Error::other(error)))
}

/// `data-dictionary.csv`.
pub(super) fn write_dictionary(out: &mut Hashed, measures: &[Measure]) -> Result<(), FileError> {
    let mut table = csv::Writer::from_writer(&mut *out);
    let mut write = || -> csv::Result<()> {
        table.write_record(["column", "title", "unit", "definition", "authority", "source"])?;
        table.write_record([
            "replication",
            "Replication",
            "",
            "Which replication of the batch, from 0",
            "",
            "",
        ])?;
        for measure in measures {
            let authority = measure.authority.map_or("", mash_stats::measures::Authority::title);
            let source = measure.source.as_deref().unwrap_or_default();
            let [id, title, unit] = [&measure.id, &measure.title, &measure.unit];
            table.write_record([id.as_str(), title, unit, &measure.definition, authority, source])?;
        }
        table.flush()?;
        Ok(())
    };
    let done = write();
    drop(table);
    done.map_err(|error| out.failed(&std::io::Error::other(error)))
}

/// The rows of a finished folder, one after another, and the names of its measures.
///
/// # Errors
/// The file is not there or cannot be read; each row that is not one is an error in its place.
pub fn read_rows(
    folder: &Path,
) -> Result<(Vec<String>, impl Iterator<Item = Result<Row, FileError>> + use<>), FileError> {
    let path = folder.join(ROWS_CSV);
    let file = File::open(&path).map_err(|error| {
        FileError::new(&path, format!("cannot be read: {error}")).mend("run the batch again")
    })?;
    let mut lines = BufReader::new(file).lines();
    let damaged = |path: &Path, line: usize| {
        FileError::new(path, format!("line {line} is not a row of results")).mend("run the batch again")
    };
    let first = lines.next().and_then(Result::ok).ok_or_else(|| damaged(&path, 1))?;
    let names: Vec<String> = first.split(',').skip(1).map(str::to_owned).collect();
    let wanted = names.len();
    let rows = lines.enumerate().map(move |(at, line)| {
        let line = line.map_err(|_| damaged(&path, at + 2))?;
        row(&line).filter(|row| row.figures.len() == wanted).ok_or_else(|| damaged(&path, at + 2))
    });
    Ok((names, rows))
}

fn row(line: &str) -> Option<Row> {
    let mut cells = line.split(',');
    let replication = cells.next()?.parse().ok()?;
    let figures = cells.map(|cell| if cell.is_empty() { Some(None) } else { cell.parse().ok().map(Some) });
    Some(Row { replication, figures: figures.collect::<Option<Vec<_>>>()? })
}
