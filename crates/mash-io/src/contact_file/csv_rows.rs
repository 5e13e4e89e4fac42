//! Contacts as CSV: `id`, `received`, `source`, optional ids and characteristics, and one column a fact.
//!
//! A file as Excel on Windows saves it reads without help: byte-order mark, CRLF, `TRUE`, `06/11/2023 09:15`.

use std::io::Read;

use jiff::civil::DateTime;
use mash_model::{Agency, Characteristics, Contact, FactDictionary, FactSheet, Sex, Slot};
use mash_rules::facts::value_of_text;

use super::{RowIssues, contact};
use crate::{error::Issue, personal_data};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Id,
    Received,
    Source,
    Household,
    Contact,
    Child,
    Age,
    Sex,
    Ethnicity,
    DisabilityRecorded,
    Fact(Slot),
}

const PLAIN: [(&str, Column); 13] = [
    ("id", Column::Id),
    ("received", Column::Received),
    ("source", Column::Source),
    ("household", Column::Household),
    ("contact", Column::Contact),
    ("child", Column::Child),
    ("age", Column::Age),
    ("sex", Column::Sex),
    ("ethnicity", Column::Ethnicity),
    ("characteristics.age", Column::Age),
    ("characteristics.sex", Column::Sex),
    ("characteristics.ethnicity", Column::Ethnicity),
    ("characteristics.disability", Column::DisabilityRecorded),
];

/// What the columns of a CSV file hold.
#[derive(Debug)]
pub(crate) struct Header {
    columns: Vec<Column>,
    names: Vec<String>,
}

impl Header {
    /// Reads the header row of a CSV reader.
    ///
    /// # Errors
    /// Every issue of the header.
    pub(crate) fn read<R: Read>(
        reader: &mut csv::Reader<R>,
        file: &str,
        dictionary: &FactDictionary,
    ) -> Result<Self, Vec<Issue>> {
        let mut issues = RowIssues::new(file, 1);
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => {
                let mend = Some("save the file as UTF-8 CSV with a header row".to_owned());
                issues.add(None, format!("the header row cannot be read: {error}"), mend);
                return Err(issues.found);
            }
        };
        let names: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
        let mut columns = Vec::new();
        for name in &names {
            columns.push(column(name, dictionary, &mut issues));
        }
        for (index, name) in names.iter().enumerate() {
            if names.iter().take(index).any(|earlier| earlier == name) {
                issues.add(Some(name), "the column stands twice", None);
            }
        }
        for required in ["id", "received", "source"] {
            if !names.iter().any(|name| name == required) {
                issues.add(
                    None,
                    format!("the column `{required}` is missing"),
                    Some("every file of contacts needs id, received and source".to_owned()),
                );
            }
        }
        if !issues.found.is_empty() {
            return Err(issues.found);
        }
        Ok(Header { columns: columns.into_iter().flatten().collect(), names })
    }

    /// What the columns hold, in the order of the header.
    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub(super) fn parse(
        &self,
        file: &str,
        line: u64,
        record: &csv::ByteRecord,
        dictionary: &FactDictionary,
    ) -> Result<Contact, Vec<Issue>> {
        let mut issues = RowIssues::new(file, line);
        if record.len() != self.columns.len() {
            issues.add(
                None,
                format!("the row has {} cells and the header {}", record.len(), self.columns.len()),
                Some("quote a cell that holds a comma".to_owned()),
            );
            return Err(issues.found);
        }
        let mut row = Parsed::new(dictionary);
        for ((cell, column), name) in record.iter().zip(&self.columns).zip(&self.names) {
            match std::str::from_utf8(cell) {
                Ok(text) => row.cell(*column, name, text.trim(), dictionary, &mut issues),
                Err(_) => {
                    issues.add(Some(name), "invalid UTF-8", Some("save the file as UTF-8".to_owned()));
                }
            }
        }
        row.finish(issues)
    }
}

fn column(name: &str, dictionary: &FactDictionary, issues: &mut RowIssues<'_>) -> Option<Column> {
    if let Some((_, column)) = PLAIN.iter().find(|(plain, _)| *plain == name) {
        return Some(*column);
    }
    if let Some(slot) = dictionary.slot(name.strip_prefix("facts.").unwrap_or(name)) {
        return Some(Column::Fact(slot));
    }
    if let Some(what) = personal_data::by_field_name(name) {
        issues.refuse(name, what);
        return None;
    }
    let mut names: Vec<&str> = dictionary.iter().map(|(_, fact)| fact.id.as_str()).collect();
    names.extend(PLAIN.iter().map(|(plain, _)| *plain));
    issues.unknown(Some(name), "unknown column", name, &names);
    None
}

/// The cells of one row, as far as they were read.
struct Parsed {
    id: String,
    received: Option<DateTime>,
    source: Option<Agency>,
    household: Option<String>,
    contact: Option<String>,
    child: Option<String>,
    characteristics: Characteristics,
    facts: FactSheet,
}

impl Parsed {
    fn new(dictionary: &FactDictionary) -> Self {
        Self {
            id: String::new(),
            received: None,
            source: None,
            household: None,
            contact: None,
            child: None,
            characteristics: Characteristics::default(),
            facts: FactSheet::unknown(dictionary),
        }
    }

    fn cell(
        &mut self,
        column: Column,
        name: &str,
        text: &str,
        dictionary: &FactDictionary,
        issues: &mut RowIssues<'_>,
    ) {
        let required = matches!(column, Column::Id | Column::Received | Column::Source);
        if text.is_empty() {
            if required {
                issues.add(Some(name), "is empty", Some("every contact needs it".to_owned()));
            }
            return;
        }
        let mut pseudonym = |place: &mut Option<String>| {
            issues.pseudonym(name, text);
            *place = Some(text.to_owned());
        };
        match column {
            Column::Id => {
                issues.pseudonym(name, text);
                text.clone_into(&mut self.id);
            }
            Column::Household => pseudonym(&mut self.household),
            Column::Contact => pseudonym(&mut self.contact),
            Column::Child => pseudonym(&mut self.child),
            Column::Received => {
                self.received = date_time(text);
                if self.received.is_none() {
                    issues.add(
                        Some(name),
                        format!("`{text}` is no date and time"),
                        Some("write 2023-11-06T09:15:00 or 06/11/2023 09:15".to_owned()),
                    );
                }
            }
            Column::Source => match text.parse::<Agency>() {
                Ok(agency) => self.source = Some(agency),
                Err(_) => {
                    let names: Vec<&str> = Agency::ALL.iter().map(|agency| agency.id()).collect();
                    issues.unknown(Some(name), "unknown agency", text, &names);
                }
            },
            Column::Age => match age(text) {
                Some(age) => self.characteristics.age = Some(age),
                None => issues.add(Some(name), format!("`{text}` is no age in completed years"), None),
            },
            Column::Sex => match sex(text) {
                Some(sex) => self.characteristics.sex = Some(sex),
                None => issues.add(Some(name), format!("`{text}` is none of F, M, U"), None),
            },
            Column::Ethnicity => {
                if is_ethnicity_code(text) {
                    self.characteristics.ethnicity = Some(text.to_owned());
                } else {
                    issues.add(
                        Some(name),
                        format!("`{text}` is no ethnicity code"),
                        Some("CIN census codes have four capitals, such as WBRI".to_owned()),
                    );
                }
            }
            Column::DisabilityRecorded => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => self.characteristics.disability = Some(true),
                "false" | "no" | "0" => self.characteristics.disability = Some(false),
                _ => issues.add(Some(name), format!("`{text}` is neither true nor false"), None),
            },
            Column::Fact(slot) => {
                let Some(fact) = dictionary.get(slot) else { return };
                match value_of_text(fact, text) {
                    Ok(value) => self.facts.set(slot, Some(value)),
                    Err(problem) => match personal_data::by_value(text) {
                        Some(what) => issues.refuse(name, what),
                        None => issues.add(Some(name), problem, None),
                    },
                }
            }
        }
    }

    fn finish(self, issues: RowIssues<'_>) -> Result<Contact, Vec<Issue>> {
        match (self.received, self.source) {
            (Some(received), Some(source)) if issues.found.is_empty() => Ok(contact(
                &self.id,
                received,
                source,
                [self.household.as_deref(), self.contact.as_deref(), self.child.as_deref()],
                self.facts,
                self.characteristics,
            )),
            _ => Err(issues.found),
        }
    }
}

/// An age in completed years.
pub(crate) fn age(text: &str) -> Option<u8> {
    text.parse().ok().filter(|age| *age <= 25)
}

/// A sex as the CIN census writes it.
pub(crate) fn sex(text: &str) -> Option<Sex> {
    match text {
        "F" => Some(Sex::F),
        "M" => Some(Sex::M),
        "U" => Some(Sex::U),
        _ => None,
    }
}

/// Has it the form of a CIN census ethnicity code?
pub(crate) fn is_ethnicity_code(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|letter| letter.is_ascii_uppercase())
}

/// `2023-11-06T09:15:00`, `2023-11-06 09:15`, or as Excel in Britain writes it: `06/11/2023 09:15`, seconds optional.
pub(crate) fn date_time(text: &str) -> Option<DateTime> {
    if let Ok(iso) = text.parse::<DateTime>() {
        return Some(iso);
    }
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
    let parts: Vec<i16> = day.split('/').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [day, month, year] = parts.as_slice() else { return None };
    let clock: Vec<i8> = time.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let (hour, minute, second) = match clock.as_slice() {
        [hour, minute] => (*hour, *minute, 0),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return None,
    };
    if *year < 1000 {
        return None;
    }
    DateTime::new(*year, i8::try_from(*month).ok()?, i8::try_from(*day).ok()?, hour, minute, second, 0).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn dates_as_spreadsheets_write_them() {
        let expect = date(2023, 11, 6).at(9, 15, 0, 0);
        for text in ["2023-11-06T09:15:00", "2023-11-06 09:15", "06/11/2023 09:15", "6/11/2023 09:15:00"] {
            assert_eq!(date_time(text), Some(expect), "{text}");
        }
        for text in ["13/13/2023 09:15", "06-11-2023", "09:15", "06/11/23 09:15"] {
            assert_eq!(date_time(text), None, "{text}");
        }
    }
}
