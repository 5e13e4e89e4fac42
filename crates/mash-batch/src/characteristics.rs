//! What reports break figures down by: who made contact, age, sex, ethnicity and disability.
//!
//! In: a child. Out: its group under each. No rule and no draw of a simulation reads sex or ethnicity, so a breakdown by
//! them says something only where the scenario names a mechanism.

use mash_model::{Agency, Sex, SourceGroup};
use mash_sim::{AgeBand, Scenario, front_door::Person, group_id};

/// One of the breakdowns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// Who made contact.
    Source,
    /// The child's age.
    Age,
    /// The child's sex.
    Sex,
    /// The child's ethnicity, in broad groups.
    Ethnicity,
    /// Whether the child is disabled.
    Disability,
}

const SEXES: [&str; 3] = ["Female", "Male", "Not known or unborn"];
const ETHNIC_GROUPS: [&str; 6] = ["White", "Mixed", "Asian", "Black", "Other", "Not stated"];
const DISABILITIES: [&str; 3] = ["Disabled", "Not disabled", "Not known"];

impl By {
    /// Every breakdown, in the order of a report.
    pub(crate) const ALL: [By; 5] = [By::Source, By::Age, By::Sex, By::Ethnicity, By::Disability];

    /// The id in results.
    pub(crate) fn id(self) -> &'static str {
        match self {
            By::Source => "source",
            By::Age => "age",
            By::Sex => "sex",
            By::Ethnicity => "ethnicity",
            By::Disability => "disability",
        }
    }

    /// The name people read.
    pub(crate) fn title(self) -> &'static str {
        match self {
            By::Source => "Who made contact",
            By::Age => "Age",
            By::Sex => "Sex",
            By::Ethnicity => "Ethnicity",
            By::Disability => "Disability",
        }
    }

    /// Its groups, in order: id and title.
    pub(crate) fn groups(self) -> Vec<(&'static str, &'static str)> {
        let plain = |names: &[&'static str]| names.iter().map(|name| (*name, *name)).collect();
        match self {
            By::Source => SourceGroup::ALL.map(|group| (group_id(group), group.title())).to_vec(),
            By::Age => AgeBand::ALL.map(|band| (band.id(), band.id())).to_vec(),
            By::Sex => plain(&SEXES),
            By::Ethnicity => plain(&ETHNIC_GROUPS),
            By::Disability => plain(&DISABILITIES),
        }
    }

    /// Why groups could differ in what happens to them, or, as an error, that the model cannot inform this.
    pub(crate) fn mechanism(self, scenario: &Scenario) -> Result<String, String> {
        let by = self.id();
        let named = || scenario.equality_mechanisms.iter().find(|name| name.to_lowercase().contains(by));
        match self {
            By::Source => {
                Ok("Sources differ in what they report and hold; rules read those facts.".to_owned())
            }
            By::Age => Ok("Rules read age, and households' difficulties differ by age.".to_owned()),
            By::Disability => Ok("A disability is a fact that rules may read, and how often there is one differs by age, \
                                  source and how serious things look. It is drawn anew for each contact, counts whether \
                                  it is recorded or not, and need is drawn apart from it."
                .to_owned()),
            By::Sex | By::Ethnicity => named().cloned().ok_or_else(|| {
                format!(
                    "The model cannot inform this: latent need and reporting do not depend on {by}, and the scenario names \
                     no mechanism by which they would. Equal rates here are an assumption, not a finding."
                )
            }),
        }
    }
}

/// A child's group under each breakdown, as positions in [`By::groups`].
pub(crate) type Groups = [u8; By::ALL.len()];

/// The groups that hang on the person alone: sex, ethnicity, disability.
pub(crate) type OfPerson = [u8; 3];

/// The groups of a person.
pub(crate) fn of_person(person: Person<'_>) -> OfPerson {
    [
        at(&SEXES, sex(Some(person.sex))),
        at(&ETHNIC_GROUPS, ethnic_group(Some(person.ethnicity))),
        at(&DISABILITIES, disability(person.disability)),
    ]
}

/// The groups of a child in a contact; of a person that nobody told of, those of what is not known.
pub(crate) fn groups(source: Agency, age: AgeBand, person: Option<OfPerson>) -> Groups {
    let source = SourceGroup::ALL.iter().position(|group| *group == source.source_group());
    let age = AgeBand::ALL.iter().position(|band| *band == age);
    let [sex, ethnicity, disability] = person.unwrap_or_else(|| {
        [at(&SEXES, sex(None)), at(&ETHNIC_GROUPS, ethnic_group(None)), at(&DISABILITIES, disability(None))]
    });
    [position(source), position(age), sex, ethnicity, disability]
}

fn at(names: &[&str], name: &str) -> u8 {
    position(names.iter().position(|other| *other == name))
}

fn position(at: Option<usize>) -> u8 {
    at.and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX)
}

/// The group by sex.
pub(crate) fn sex(sex: Option<Sex>) -> &'static str {
    match sex {
        Some(Sex::F) => "Female",
        Some(Sex::M) => "Male",
        Some(Sex::U) | None => "Not known or unborn",
    }
}

/// Broad groups of the CIN census codes. Source: DfE, Children in need, ethnicity as published.
pub(crate) fn ethnic_group(code: Option<&str>) -> &'static str {
    match code {
        Some("WBRI" | "WIRI" | "WIRT" | "WOTH" | "WROM") => "White",
        Some("MWBC" | "MWBA" | "MWAS" | "MOTH") => "Mixed",
        Some("AIND" | "APKN" | "ABAN" | "AOTH" | "CHNE") => "Asian",
        Some("BCRB" | "BAFR" | "BOTH") => "Black",
        Some("OOTH") => "Other",
        _ => "Not stated",
    }
}

/// The group by disability.
pub(crate) fn disability(disabled: Option<bool>) -> &'static str {
    match disabled {
        Some(true) => "Disabled",
        Some(false) => "Not disabled",
        None => "Not known",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_stands_in_one_group_of_each_breakdown() {
        let person = Person { sex: Sex::M, ethnicity: "BAFR", disability: Some(true) };
        let found = groups(Agency::HealthVisitor, AgeBand::OneToFour, Some(of_person(person)));
        let names: Vec<&str> = By::ALL
            .iter()
            .zip(found)
            .map(|(by, at)| by.groups().get(usize::from(at)).map_or("none", |(id, _)| *id))
            .collect();
        assert_eq!(names, ["health", "1-4", "Male", "Black", "Disabled"]);
        let unknown = groups(Agency::Unknown, AgeBand::Unborn, None);
        let names: Vec<&str> =
            By::ALL.iter().zip(unknown).map(|(by, at)| by.groups()[usize::from(at)].0).collect();
        assert_eq!(names, ["unknown", "unborn", "Not known or unborn", "Not stated", "Not known"]);
    }
}
