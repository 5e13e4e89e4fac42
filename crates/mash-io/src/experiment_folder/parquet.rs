//! A table of an experiment as Parquet: numbers as doubles, days as dates, words as text; a cell that holds nothing is null.

use std::{path::Path, sync::Arc};

use jiff::civil::{Date, date};
use parquet::{
    basic::{ConvertedType, Repetition, Type as Physical},
    data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type},
    errors::ParquetError,
    file::{
        properties::WriterProperties,
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::types::Type,
};

use super::tables::{Cell, Table};
use crate::{error::FileError, output::Output};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Day,
    Text,
}

/// Writes a table.
///
/// # Errors
/// The file cannot be written.
pub(super) fn write(place: &Path, table: &Table) -> Result<(), FileError> {
    let failed = |error: ParquetError| FileError::new(place, format!("cannot be written: {error}"));
    let kinds: Vec<Kind> = (0..table.columns.len()).map(|at| kind(table, at)).collect();
    let file = || -> Result<Output, ParquetError> {
        let properties = WriterProperties::builder().set_created_by("mash".to_owned()).build();
        let schema = Arc::new(schema(table, &kinds)?);
        let output = Output::create(place).map_err(|error| ParquetError::General(error.to_string()))?;
        let mut file = SerializedFileWriter::new(output, schema, Arc::new(properties))?;
        let mut group = file.next_row_group()?;
        for (at, kind) in kinds.iter().enumerate() {
            let cells = || table.rows.iter().map(move |row| row.get(at));
            match kind {
                Kind::Number => column::<DoubleType>(&mut group, cells(), &number)?,
                Kind::Day => column::<Int32Type>(&mut group, cells(), &day)?,
                Kind::Text => column::<ByteArrayType>(&mut group, cells(), &text)?,
            }
        }
        group.close()?;
        file.into_inner()
    };
    file().map_err(failed)?.finish()
}

fn kind(table: &Table, at: usize) -> Kind {
    let mut cells = table.rows.iter().filter_map(|row| row.get(at)).filter(|cell| **cell != Cell::Nothing);
    let all = |of: fn(&Cell) -> bool| cells.clone().all(of);
    if cells.clone().next().is_none() || all(|cell| matches!(cell, Cell::Number(_))) {
        Kind::Number
    } else if cells.all(|cell| day(cell).is_some()) {
        Kind::Day
    } else {
        Kind::Text
    }
}

fn schema(table: &Table, kinds: &[Kind]) -> Result<Type, ParquetError> {
    let field = |((name, _), kind): (&(String, String), &Kind)| {
        let (physical, converted) = match kind {
            Kind::Number => (Physical::DOUBLE, ConvertedType::NONE),
            Kind::Day => (Physical::INT32, ConvertedType::DATE),
            Kind::Text => (Physical::BYTE_ARRAY, ConvertedType::UTF8),
        };
        Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_converted_type(converted)
            .build()
            .map(Arc::new)
    };
    let fields = table.columns.iter().zip(kinds).map(field).collect::<Result<_, _>>()?;
    Type::group_type_builder(table.name).with_fields(fields).build()
}

fn column<'c, T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Output>,
    cells: impl Iterator<Item = Option<&'c Cell>>,
    value: &dyn Fn(&Cell) -> Option<T::T>,
) -> Result<(), ParquetError> {
    let (mut values, mut there) = (Vec::new(), Vec::new());
    for cell in cells {
        let value = cell.and_then(value);
        there.push(i16::from(value.is_some()));
        values.extend(value);
    }
    if let Some(mut column) = group.next_column()? {
        column.typed::<T>().write_batch(&values, Some(&there), None)?;
        column.close()?;
    }
    Ok(())
}

fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Number(number) => Some(*number),
        Cell::Text(_) | Cell::Day(_) | Cell::Nothing => None,
    }
}

/// Days since 1970-01-01.
fn day(cell: &Cell) -> Option<i32> {
    let Cell::Day(day) = cell else { return None };
    let day: Date = day.parse().ok()?;
    Some(day.since(date(1970, 1, 1)).ok()?.get_days())
}

fn text(cell: &Cell) -> Option<ByteArray> {
    match cell {
        Cell::Text(text) | Cell::Day(text) => Some(ByteArray::from(text.as_str())),
        Cell::Number(number) => Some(ByteArray::from(number.to_string().as_str())),
        Cell::Nothing => None,
    }
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};

    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let table = Table {
            name: "weeks",
            columns: [("day", "A day"), ("mean", "A figure"), ("what", "Words"), ("none", "Nothing")]
                .map(|(name, what)| (name.to_owned(), what.to_owned()))
                .to_vec(),
            rows: vec![
                vec![
                    Cell::Day("2023-04-03".into()),
                    Cell::Number(1.5),
                    Cell::Text("é, \"a\"".into()),
                    Cell::Nothing,
                ],
                vec![Cell::Nothing, Cell::Nothing, Cell::Number(2.0), Cell::Nothing],
            ],
        };
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("weeks.parquet");
        write(&place, &table).unwrap();
        let reader = SerializedFileReader::new(std::fs::File::open(&place).unwrap()).unwrap();
        let rows: Vec<String> =
            reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
        assert_eq!(
            rows,
            [
                "{day: 2023-04-03, mean: 1.5, what: \"é, \"a\"\", none: null}",
                "{day: null, mean: null, what: \"2\", none: null}"
            ]
        );
    }
}
