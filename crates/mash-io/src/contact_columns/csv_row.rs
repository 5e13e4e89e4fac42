//! The usual row of a CSV, read into columns without allocating.
//!
//! It takes a row only when [`contact_file`](crate::contact_file) would give the same contact, and leaves every other
//! row, good or bad, to it.

use csv::ByteRecord;
use mash_model::{Agency, FactColumns, FactDictionary, FactKind, FactValue};

use super::ContactRow;
use crate::{
    contact_file::{
        csv_rows::{Column, age, date_time, is_ethnicity_code, sex},
        usual_date_time,
    },
    personal_data::is_pseudonym,
};

/// The contact of a record whose cells these columns hold; its facts are written into row `at` of `facts`, which may be
/// left half written when there is none.
pub(super) fn row<'t>(
    columns: &[Column],
    dictionary: &FactDictionary,
    record: &'t ByteRecord,
    line: u64,
    facts: &mut FactColumns,
    at: usize,
) -> Option<ContactRow<&'t str>> {
    if record.len() != columns.len() {
        return None;
    }
    let (mut received, mut source) = (None, None);
    let [mut id, mut household, mut contact, mut child] = [None; 4];
    let (mut age_in_years, mut sex_recorded, mut ethnicity, mut disability) = (None, None, None, None);
    for (cell, column) in record.iter().zip(columns) {
        let cell = cell.trim_ascii();
        if cell.is_empty() {
            continue;
        }
        if let Column::Fact(slot) = column {
            let fact = dictionary.get(*slot)?;
            let known = match &fact.kind {
                FactKind::Bool => facts.set_code(at, *slot, 1 + u8::from(truth(cell)?)),
                FactKind::Integer { .. } => {
                    let number = std::str::from_utf8(cell).ok()?.parse().ok()?;
                    facts.set(at, *slot, fact, FactValue::Integer(number))
                }
                FactKind::Ordinal(values) | FactKind::Enum(values) => {
                    let rank = values.iter().position(|value| value.as_bytes() == cell)?;
                    facts.set(at, *slot, fact, FactValue::Rank(u16::try_from(rank).ok()?))
                }
            };
            if !known {
                return None;
            }
            continue;
        }
        let text = std::str::from_utf8(cell).ok()?;
        let pseudonym = || Some(text).filter(|text| is_pseudonym(text));
        match column {
            Column::Id => id = Some(pseudonym()?),
            Column::Household => household = Some(pseudonym()?),
            Column::Contact => contact = Some(pseudonym()?),
            Column::Child => child = Some(pseudonym()?),
            Column::Received => received = Some(usual_date_time(cell).or_else(|| date_time(text))?),
            Column::Source => source = Some(text.parse::<Agency>().ok()?),
            Column::Age => age_in_years = Some(age(text)?),
            Column::Sex => sex_recorded = Some(sex(text)?),
            Column::Ethnicity => ethnicity = Some(Some(text).filter(|text| is_ethnicity_code(text))?),
            Column::DisabilityRecorded => disability = Some(truth(cell)?),
            Column::Fact(_) => {}
        }
    }
    Some(ContactRow {
        line,
        id: id?,
        received: received?,
        source: source?,
        household,
        contact,
        child,
        age: age_in_years,
        sex: sex_recorded,
        ethnicity,
        disability,
    })
}

/// True or false as programs write it; people's other ways are left to `contact_file`.
fn truth(cell: &[u8]) -> Option<bool> {
    match cell {
        b"false" | b"False" | b"FALSE" | b"0" | b"no" => Some(false),
        b"true" | b"True" | b"TRUE" | b"1" | b"yes" => Some(true),
        _ => None,
    }
}
