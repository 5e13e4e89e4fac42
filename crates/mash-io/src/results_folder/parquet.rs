//! Rows as Parquet: a 64-bit integer `replication`, and a double that may be null for each measure.

use std::sync::Arc;

use mash_batch::batch::Row;
use mash_stats::measures::Measure;
use parquet::{
    basic::{Repetition, Type as Physical},
    column::writer::ColumnWriter,
    data_type::{DoubleType, Int64Type},
    errors::ParquetError,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::types::Type,
};

use super::Hashed;
use crate::error::FileError;

/// Rows of a row group.
const GROUP: usize = 10_000;

/// Columns of the rows that are not written yet.
#[derive(Debug)]
pub(super) struct Columns {
    replications: Vec<i64>,
    /// By measure: figures, and for each row 1 where there is one.
    figures: Vec<(Vec<f64>, Vec<i16>)>,
}

impl Columns {
    pub(super) fn new(measures: &[Measure]) -> Self {
        Self { replications: Vec::new(), figures: vec![(Vec::new(), Vec::new()); measures.len()] }
    }

    pub(super) fn push(&mut self, row: &Row) {
        self.replications.push(i64::from(row.replication));
        for ((figures, there), figure) in self.figures.iter_mut().zip(&row.figures) {
            figures.extend(figure);
            there.push(i16::from(figure.is_some()));
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.replications.len() >= GROUP
    }

    fn clear(&mut self) {
        self.replications.clear();
        for (figures, there) in &mut self.figures {
            figures.clear();
            there.clear();
        }
    }
}

/// A file with a column a measure.
pub(super) fn writer(out: Hashed, measures: &[Measure]) -> Result<SerializedFileWriter<Hashed>, FileError> {
    let column = |name: &str, physical, repetition| {
        Type::primitive_type_builder(name, physical).with_repetition(repetition).build().map(Arc::new)
    };
    let schema = || -> Result<Type, ParquetError> {
        let mut fields = vec![column("replication", Physical::INT64, Repetition::REQUIRED)?];
        for measure in measures {
            fields.push(column(&measure.id, Physical::DOUBLE, Repetition::OPTIONAL)?);
        }
        Type::group_type_builder("replications").with_fields(fields).build()
    };
    let place = out.place.clone();
    let properties = WriterProperties::builder().set_created_by("mash".to_owned()).build();
    schema()
        .and_then(|schema| SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)))
        .map_err(|error| failed(&place, &error))
}

/// Writes the rows that are not written yet, if there are any.
pub(super) fn write_group(
    mut file: SerializedFileWriter<Hashed>,
    columns: &mut Columns,
) -> Result<SerializedFileWriter<Hashed>, FileError> {
    if columns.replications.is_empty() {
        return Ok(file);
    }
    let place = file.inner().place.clone();
    let mut write = || -> Result<(), ParquetError> {
        let mut group = file.next_row_group()?;
        let mut figures = columns.figures.iter();
        while let Some(mut column) = group.next_column()? {
            match column.untyped() {
                ColumnWriter::Int64ColumnWriter(_) => {
                    column.typed::<Int64Type>().write_batch(&columns.replications, None, None)?;
                }
                _ => {
                    if let Some((figures, there)) = figures.next() {
                        column.typed::<DoubleType>().write_batch(figures, Some(there), None)?;
                    }
                }
            }
            column.close()?;
        }
        group.close()?;
        Ok(())
    };
    write().map_err(|error| failed(&place, &error))?;
    columns.clear();
    Ok(file)
}

/// Ends the file.
pub(super) fn close(file: SerializedFileWriter<Hashed>) -> Result<Hashed, FileError> {
    let place = file.inner().place.clone();
    file.into_inner().map_err(|error| failed(&place, &error))
}

fn failed(place: &std::path::Path, error: &ParquetError) -> FileError {
    FileError::new(place, format!("cannot be written: {error}")).mend("choose another place with `--out`")
}
