//! A hub's own counts: contacts by month, source and outcome. No row is about a child.
//!
//! In: CSV with the columns `month` (2023-04), `source` (a source group or an agency), `outcome` (`no_further_action`,
//! `advice`, `early_help`, `targeted_early_help`, `referral`) and `contacts` (children in contacts, a whole number). Out:
//! [`Local`], or every row that is wrong.

use std::{collections::BTreeMap, path::Path};

use mash_model::{Agency, SourceGroup};
use mash_sim::group_id;
use serde_json::{Value, json};

use super::{at, authority_scenario::three_digits, figure, put};
use crate::{
    error::{FileError, Issue, RowsError},
    text_file,
};

const MAX_BYTES: u64 = 64 * 1024 * 1024;
const COLUMNS: [&str; 4] = ["month", "source", "outcome", "contacts"];
const BELOW: [&str; 4] = ["no_further_action", "advice", "early_help", "targeted_early_help"];
const REFERRAL: &str = "referral";
/// Most rows of which each is told apart.
const MOST_ISSUES: usize = 50;
/// Most contacts of one row; England has about three million a year.
const MOST_CONTACTS: u32 = 1_000_000;

/// A year of a hub's own counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Local {
    /// The file, for sources.
    pub file: String,
    /// Months that have a row, of the twelve.
    pub months: u32,
    /// Contacts and referrals by source group.
    by_group: BTreeMap<&'static str, [f64; 2]>,
    /// Contacts that are no referrals, by outcome.
    below: BTreeMap<&'static str, f64>,
}

/// Reads counts of the year that ends on 31 March of `year`.
///
/// # Errors
/// [`RowsError`]: a column that is missing or not allowed, every row that is wrong (fifty at most), or no referral.
pub fn read_local(path: &Path, year: u16) -> Result<Local, RowsError> {
    let text = text_file::read(path, MAX_BYTES)?;
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().map_err(|error| FileError::new(path, format!("not CSV: {error}")))?.clone();
    let columns = columns(path, &header)?;
    let months = months(year);
    let file = path.display().to_string();
    let mut local =
        Local { file: file.clone(), months: 0, by_group: BTreeMap::new(), below: BTreeMap::new() };
    let (mut seen, mut rows, mut issues) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    for row in reader.records() {
        if issues.len() >= MOST_ISSUES {
            break;
        }
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                let mend = Some("write one row of four cells a line".to_owned());
                issues.push(Issue {
                    file: file.clone(),
                    line,
                    field: None,
                    problem: format!("not CSV: {error}"),
                    mend,
                });
                continue;
            }
        };
        let line = row.position().map_or(0, csv::Position::line);
        let [month, source, outcome, contacts] = columns.map(|at| row.get(at).unwrap_or_default());
        let mut say = |field: &str, problem: String, mend: String| {
            issues.push(Issue {
                file: file.clone(),
                line,
                field: Some(field.to_owned()),
                problem,
                mend: Some(mend),
            });
        };
        let found = (group(source), outcome_of(outcome), count(contacts));
        let known_month = months.iter().position(|known| known == month);
        if known_month.is_none() {
            let mend = format!("write the months from {}-04 to {year}-03 as 2023-04", year.saturating_sub(1));
            say("month", format!("`{month}` is no month of the year to March {year}"), mend);
        }
        let (group, outcome, contacts) = match found {
            (Ok(group), Ok(outcome), Ok(contacts)) if known_month.is_some() => (group, outcome, contacts),
            (group, outcome, contacts) => {
                for (field, wrong) in
                    [("source", group.err()), ("outcome", outcome.err()), ("contacts", contacts.err())]
                {
                    if let Some((problem, mend)) = wrong {
                        say(field, problem, mend);
                    }
                }
                continue;
            }
        };
        if let Some(first) = rows.insert((month.to_owned(), source.to_owned(), outcome), line) {
            let mend = "add the two rows up into one, or take one out".to_owned();
            say("month", format!("stands on line {first} already, with the same source and outcome"), mend);
            continue;
        }
        seen.insert(month.to_owned(), ());
        let [all, referrals] = local.by_group.entry(group_id(group)).or_default();
        *all += contacts;
        if outcome == REFERRAL {
            *referrals += contacts;
        } else {
            *local.below.entry(outcome).or_default() += contacts;
        }
    }
    if !issues.is_empty() {
        return Err(RowsError::Rows(issues));
    }
    local.months = u32::try_from(seen.len()).unwrap_or(0);
    if local.referrals_a_year() <= 0.0 {
        return Err(FileError::new(path, "no referral in it")
            .mend(format!("give rows with the outcome `{REFERRAL}`"))
            .into());
    }
    Ok(local)
}

fn columns(path: &Path, header: &csv::StringRecord) -> Result<[usize; 4], FileError> {
    let expected =
        || format!("write a first line with {}, and nothing about whom contacts concern", COLUMNS.join(","));
    if let Some(other) = header.iter().find(|name| !COLUMNS.contains(name)) {
        return Err(FileError::new(path, format!("column `{other}`: counts of contacts may not have it"))
            .mend(expected()));
    }
    let mut found = [0; 4];
    for (place, column) in found.iter_mut().zip(COLUMNS) {
        *place = header
            .iter()
            .position(|name| name == column)
            .ok_or_else(|| FileError::new(path, format!("column `{column}` is missing")).mend(expected()))?;
    }
    Ok(found)
}

fn months(year: u16) -> Vec<String> {
    let before = year.saturating_sub(1);
    let first = (4..=12).map(|month| format!("{before}-{month:02}"));
    first.chain((1..=3).map(|month| format!("{year}-{month:02}"))).collect()
}

type Wrong = (String, String);

fn group(text: &str) -> Result<SourceGroup, Wrong> {
    if let Some(group) = SourceGroup::ALL.into_iter().find(|group| group_id(*group) == text) {
        return Ok(group);
    }
    text.parse::<Agency>().map(Agency::source_group).map_err(|_| {
        let groups: Vec<&str> = SourceGroup::ALL.into_iter().map(group_id).collect();
        (format!("`{text}` is no source"), mash_sim::scenario::mend(text, groups))
    })
}

fn outcome_of(text: &str) -> Result<&'static str, Wrong> {
    let all: Vec<&'static str> = BELOW.into_iter().chain([REFERRAL]).collect();
    all.iter()
        .copied()
        .find(|known| *known == text)
        .ok_or_else(|| (format!("`{text}` is no outcome"), mash_sim::scenario::mend(text, all)))
}

fn count(text: &str) -> Result<f64, Wrong> {
    match text.parse::<u32>() {
        Ok(contacts) if contacts <= MOST_CONTACTS => Ok(f64::from(contacts)),
        _ => Err((
            format!("`{text}` is no count of contacts"),
            "write a whole number from 0 to 1,000,000; leave a suppressed row out".to_owned(),
        )),
    }
}

impl Local {
    fn sum(&self, which: usize) -> f64 {
        self.by_group.values().filter_map(|counts| counts.get(which)).sum()
    }

    /// Counts to a year: as they are where every month has a row.
    fn a_year(&self, count: f64) -> f64 {
        count * 12.0 / f64::from(self.months.max(1))
    }

    /// Children in contacts in a year.
    #[must_use]
    pub fn contacts_a_year(&self) -> f64 {
        self.a_year(self.sum(0))
    }

    /// Referrals in a year.
    #[must_use]
    pub fn referrals_a_year(&self) -> f64 {
        self.a_year(self.sum(1))
    }

    /// Share of referrals from a source group, per cent; `None` where the file has no row of it.
    #[must_use]
    pub fn referral_share(&self, group: &str) -> Option<f64> {
        let [_, referrals] = self.by_group.get(group)?;
        Some(100.0 * referrals / self.sum(1))
    }

    /// Sets contacts, referrals, conversion by source and what becomes of the other contacts.
    pub(super) fn set(&self, patch: &mut Value, base: &Value) {
        let source = format!("A hub's own counts ({})", self.file);
        let whole = if self.months < 12 { Some(format!("{} months, to a year.", self.months)) } else { None };
        let told = |value: Value, reason: Option<&str>| figure(value, "reported", Some(&source), reason);
        put(patch, "volume.referrals", told(json!(self.referrals_a_year().round()), whole.as_deref()));
        let mut conversion = self.table(base, "sources.conversion");
        for (group, [contacts, referrals]) in &self.by_group {
            if *contacts > 0.0 {
                let share = (referrals / contacts).clamp(0.001, 0.95);
                conversion.insert((*group).to_owned(), three_digits(share).max(0.001));
            }
        }
        let mut shares = self.table(base, "sources.referral_shares");
        shares.values_mut().for_each(|share| *share = 0.0);
        for (group, [_, referrals]) in &self.by_group {
            shares.insert((*group).to_owned(), referrals / self.sum(1));
        }
        // What all sources give together, groups without a row or a referral included.
        let of = |group: &String| conversion.get(group).copied().unwrap_or(1.0);
        let overall = 1.0 / shares.iter().map(|(group, share)| share / of(group)).sum::<f64>();
        let contacts_too = "Referrals over contacts of these sources.";
        put(patch, "volume.referrals_per_contact", told(json!(three_digits(overall)), Some(contacts_too)));
        let groups = "Groups without a row are as in the scenario extended.";
        put(patch, "sources.conversion", told(json!(conversion), Some(groups)));
        put(patch, "sources.referral_shares", told(json!(shares), None));
        let below: f64 = self.below.values().sum();
        if below > 0.0 && at(base, "need.below_assessment").is_some() {
            let of = |outcome: &str| self.below.get(outcome).copied().unwrap_or(0.0) / below;
            let shares: BTreeMap<&str, f64> =
                BELOW.into_iter().map(|outcome| (outcome, of(outcome))).collect();
            let reason = "What was decided stands for what was needed.";
            put(patch, "need.below_assessment", told(json!(shares), Some(reason)));
        }
    }

    fn table(&self, base: &Value, path: &str) -> BTreeMap<String, f64> {
        let values = at(base, path).and_then(|figure| figure.get("value")).and_then(Value::as_object);
        values
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| Some((name.clone(), value.as_f64()?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use mash_sim::{Scenario, scenario::ScenarioLayer};

    use super::*;

    fn read(text: &str) -> Result<Local, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hub.csv");
        std::fs::write(&path, text).unwrap();
        read_local(&path, 2023).map_err(|error| {
            let mend = match &error {
                RowsError::File(FileError { mend: Some(mend), .. }) => format!(" ({mend})"),
                _ => String::new(),
            };
            format!("{error}{mend}").replace(&format!("{}/", folder.path().display()), "")
        })
    }

    const HEAD: &str = "month,source,outcome,contacts\n";

    #[test]
    fn counts_become_shares_of_a_year() {
        let rows: String = (4..=9)
            .map(|month| {
                format!(
                    "2022-{month:02},police,referral,20\n2022-{month:02},police,no_further_action,80\n\
                     2022-{month:02},school,referral,20\n2022-{month:02},school,early_help,20\n"
                )
            })
            .collect();
        let local = read(&format!("{HEAD}{rows}")).unwrap();
        assert_eq!((local.months, local.contacts_a_year(), local.referrals_a_year()), (6, 1_680.0, 480.0));
        assert_eq!((local.referral_share("schools"), local.referral_share("health")), (Some(50.0), None));
        let base: Value =
            serde_json::from_str(include_str!("../../../../scenarios/herefordshire-like-2023.json")).unwrap();
        let mut patch = json!({"id": "a", "title": "A"});
        local.set(&mut patch, &base);
        let layer = |value: Value| ScenarioLayer { file: "a.json".to_owned(), value };
        let scenario = Scenario::from_layers(&[layer(base), layer(patch)]).unwrap();
        let file = scenario.as_written();
        assert!((file.sources.conversion.value["police"] - 0.2).abs() < 1e-9);
        assert!((file.volume.referrals_per_contact.value - 0.286).abs() < 1e-9);
        assert!((scenario.expected_contacts - 1_678.3).abs() < 0.1);
        assert!((file.need.below_assessment.value["early_help"] - 0.2).abs() < 1e-9);
    }

    #[test]
    fn bad_rows_are_named_with_place_and_mend() {
        let text = format!(
            "{HEAD}2022-04,polise,referral,3\n2021-04,police,referral,3\n2022-05,police,referal,3\n\
             2022-05,police,referral,<5\n2022-06,police,referral,1\n2022-06,police,referral,2\n"
        );
        assert_eq!(
            read(&text).unwrap_err(),
            "hub.csv:2, field `source`: `polise` is no source (did you mean `police`?)\n\
             hub.csv:3, field `month`: `2021-04` is no month of the year to March 2023 (write the months from 2022-04 to 2023-03 as 2023-04)\n\
             hub.csv:4, field `outcome`: `referal` is no outcome (did you mean `referral`?)\n\
             hub.csv:5, field `contacts`: `<5` is no count of contacts (write a whole number from 0 to 1,000,000; leave a suppressed row out)\n\
             hub.csv:7, field `month`: stands on line 6 already, with the same source and outcome (add the two rows up into one, or take one out)"
        );
    }

    #[test]
    fn other_columns_are_refused() {
        let named = read("month,source,outcome,contacts,name\n").unwrap_err();
        assert!(
            named.starts_with("hub.csv: column `name`: counts of contacts may not have it (write"),
            "{named}"
        );
        assert!(
            read("month,source,outcome\n").unwrap_err().starts_with("hub.csv: column `contacts` is missing")
        );
        let none = read(&format!("{HEAD}2022-04,police,advice,3\n")).unwrap_err();
        assert_eq!(none, "hub.csv: no referral in it (give rows with the outcome `referral`)");
    }
}
