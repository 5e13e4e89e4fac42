//! A pack's own cases: what was known, and what the answer must be.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use mash_model::{
    Agency, Characteristics, Contact, Decision, FactDictionary, FactId, FactSheet, RuleId,
    calendar::WorkingCalendar,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    error::{Finding, FindingKind},
    evaluator::Evaluator,
    facts::value_of,
    fix::Fix,
    json_text::{Step, key_at, value_at},
    load::json_finding,
    manifest::TitledSource,
    rule_pack::{PackFolder, RulePack},
    source::{SourcePlace, without_mark},
};

/// `cases/*.json` as written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CasesFile {
    /// The cases.
    pub cases: Vec<CaseEntry>,
}

/// One case as written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseEntry {
    /// Unique in the pack.
    pub id: String,
    /// A sentence about the child or family.
    pub title: String,
    /// What decides the case.
    #[serde(default)]
    pub decided_by: Option<DecidedBy>,
    /// Or the rule that the case merely restates.
    #[serde(default)]
    pub restates: Option<RuleId>,
    /// Who made contact.
    pub source: Agency,
    /// When it was received, Europe/London clock time.
    pub received: DateTime,
    /// What is known.
    pub facts: BTreeMap<FactId, Value>,
    /// What holds of facts not listed.
    #[serde(default)]
    pub otherwise: Otherwise,
    /// Facts not known although `otherwise` is `absent`.
    #[serde(default)]
    pub not_known: Vec<FactId>,
    /// What the answer must be.
    pub expect: Expectation,
}

/// What decides a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecidedBy {
    /// Title of the document or report.
    pub source: String,
    /// Paragraph or section.
    #[serde(default)]
    pub paragraph: Option<String>,
    /// Address.
    #[serde(default)]
    pub href: Option<String>,
    /// `read`, `reported`, `unverified` or `synthesised`.
    #[serde(default)]
    pub mark: Option<String>,
}

impl From<DecidedBy> for TitledSource {
    fn from(decided: DecidedBy) -> Self {
        TitledSource { title: decided.source, href: decided.href }
    }
}

/// What holds of facts a case does not list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    /// Asked and absent.
    Absent,
    /// Nobody has said.
    #[default]
    NotKnown,
}

/// What the answer must be; parts left out are not compared. Lists are compared as sets, whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Expectation {
    /// Stage that answers.
    pub stage: Option<String>,
    /// Route.
    pub route: Option<String>,
    /// Level.
    pub level: Option<u8>,
    /// Rating.
    pub rating: Option<String>,
    /// Outcome.
    pub outcome: Option<String>,
    /// Duties.
    pub duties: Option<Vec<String>>,
    /// Position on consent.
    pub consent: Option<String>,
    /// Strongest route still possible.
    pub could_still_be: Option<String>,
    /// Agencies to ask.
    pub ask: Option<Vec<String>>,
    /// Whether a person must decide.
    pub manual_review: Option<bool>,
    /// Rules that fire.
    pub fired: Option<Vec<String>>,
    /// Undetermined rules that could strengthen the answer.
    pub undetermined: Option<Vec<String>>,
    /// Rules that fail.
    pub failed: Option<Vec<String>>,
    /// Whether the family may be told before a strategy discussion.
    pub family_may_be_told: Option<bool>,
}

/// A case ready to run.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// As written.
    pub entry: CaseEntry,
    /// The contact it describes.
    pub contact: Contact,
    /// Where it stands.
    pub place: SourcePlace,
}

/// What came out of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseResult {
    /// The case's id.
    pub id: String,
    /// The case's title.
    pub title: String,
    /// Where it stands.
    pub place: SourcePlace,
    /// Each part that differs: name, expected, found.
    pub differences: Vec<Difference>,
    /// The whole answer.
    pub decision: Decision,
}

/// One part of an answer that is not as expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Difference {
    /// Part of the answer, for example `rating`.
    pub part: String,
    /// As the case says.
    pub expected: String,
    /// As the pack answers.
    pub found: String,
}

/// The fact sheet a case or a contact in JSON describes.
///
/// # Errors
/// One message a fact that is unknown or has a wrong value, each with the fact's id.
pub fn fact_sheet(
    dictionary: &FactDictionary,
    facts: &BTreeMap<FactId, Value>,
    otherwise: Otherwise,
    not_known: &[FactId],
) -> Result<FactSheet, Vec<(FactId, String)>> {
    let mut sheet = match otherwise {
        Otherwise::Absent => FactSheet::absent(dictionary),
        Otherwise::NotKnown => FactSheet::unknown(dictionary),
    };
    let mut problems = Vec::new();
    for id in not_known {
        match dictionary.slot(id.as_str()) {
            Some(slot) => sheet.set(slot, None),
            None => problems.push((id.clone(), unknown_fact(dictionary, id))),
        }
    }
    for (id, written) in facts {
        match dictionary.find(id.as_str()) {
            None => problems.push((id.clone(), unknown_fact(dictionary, id))),
            Some((slot, fact)) => match value_of(fact, written) {
                Ok(value) => sheet.set(slot, Some(value)),
                Err(problem) => problems.push((id.clone(), problem)),
            },
        }
    }
    if problems.is_empty() { Ok(sheet) } else { Err(problems) }
}

/// That a fact is unknown, with "did you mean".
#[must_use]
pub fn unknown_fact(dictionary: &FactDictionary, id: &FactId) -> String {
    let names = dictionary.iter().map(|(_, fact)| fact.id.as_str());
    let near = crate::error::nearest(id.as_str(), names)
        .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("unknown fact `{id}`{near}")
}

/// Reads the cases of a pack's folder.
pub(crate) fn read(folder: &PackFolder, pack: &RulePack, findings: &mut Vec<Finding>) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let files = folder.files.iter();
    for (name, text) in files.filter(|(name, _)| name.starts_with("cases/") && name.ends_with(".json")) {
        let file = format!("{}/{name}", folder.path);
        let parsed: CasesFile = match serde_json::from_str(without_mark(text)) {
            Ok(parsed) => parsed,
            Err(error) => {
                findings.push(json_finding(&file, text, &error));
                continue;
            }
        };
        for (index, entry) in parsed.cases.into_iter().enumerate() {
            let place = SourcePlace::find(&file, text, &format!("\"{}\"", entry.id));
            if cases.iter().any(|case| case.entry.id == entry.id) {
                let message = format!("case `{}` stands twice", entry.id);
                findings.push(Finding::error(FindingKind::Duplicate, place.clone(), message));
            }
            if entry.decided_by.is_none() && entry.restates.is_none() {
                findings.push(
                    Finding::warning(
                        FindingKind::Incomplete,
                        place.clone(),
                        format!(
                            "case `{}` says neither what decides it nor which rule it restates",
                            entry.id
                        ),
                    )
                    .mend("add `decided_by` or `restates`"),
                );
            }
            let written = CaseText { file: &file, text, index };
            names(&entry, pack, &written, findings);
            match fact_sheet(&pack.dictionary, &entry.facts, entry.otherwise, &entry.not_known) {
                Ok(facts) => cases.push(case(entry, facts, place)),
                Err(problems) => findings.extend(
                    problems
                        .into_iter()
                        .map(|(fact, message)| written.fact(&entry, &pack.dictionary, &fact, &message)),
                ),
            }
        }
    }
    cases
}

fn case(entry: CaseEntry, facts: FactSheet, place: SourcePlace) -> Case {
    let contact = Contact {
        id: entry.id.as_str().into(),
        received: entry.received,
        source: entry.source,
        household: None,
        contact: None,
        child: None,
        facts,
        characteristics: Characteristics::default(),
    };
    Case { entry, contact, place }
}

/// The text in which a case stands, for places.
struct CaseText<'t> {
    file: &'t str,
    text: &'t str,
    index: usize,
}

impl CaseText<'_> {
    /// A path in the case, from the file's root.
    fn path<'s>(&self, steps: &[Step<'s>]) -> Vec<Step<'s>> {
        [Step::Key("cases"), Step::Item(self.index)].iter().chain(steps).copied().collect()
    }

    fn value_at(&self, steps: &[Step<'_>]) -> SourcePlace {
        value_at(self.file, self.text, &self.path(steps)).unwrap_or_else(|| SourcePlace::file(self.file))
    }

    /// A fact that the dictionary does not have, or a value that it never has.
    fn fact(&self, entry: &CaseEntry, dictionary: &FactDictionary, id: &FactId, message: &str) -> Finding {
        let message = format!("case `{}`: {message}", entry.id);
        let Some((_, fact)) = dictionary.find(id.as_str()) else {
            let unlisted = entry.not_known.iter().position(|fact| fact == id);
            let at = match unlisted {
                Some(item) => self.value_at(&[Step::Key("not_known"), Step::Item(item)]),
                None => key_at(self.file, self.text, &self.path(&[Step::Key("facts")]), id.as_str())
                    .unwrap_or_else(|| SourcePlace::file(self.file)),
            };
            let names = dictionary.iter().map(|(_, fact)| fact.id.as_str());
            let fix = Fix::name(&at, self.text, id.as_str(), names);
            return Finding::error(FindingKind::UnknownFact, at, message).fix(fix);
        };
        let at = self.value_at(&[Step::Key("facts"), Step::Key(id.as_str())]);
        let fix = entry.facts.get(id).and_then(Value::as_str).and_then(|written| {
            Fix::unquoted(&at, self.text, fact, written)
                .or_else(|| Fix::name(&at, self.text, written, fact.value_names().iter().map(String::as_str)))
        });
        Finding::error(FindingKind::OutsideRange, at, message).fix(fix)
    }
}

/// Expected names that nothing in the pack answers to.
fn names(entry: &CaseEntry, pack: &RulePack, written: &CaseText<'_>, findings: &mut Vec<Finding>) {
    let expect = &entry.expect;
    let rules: Vec<&str> = pack.rules.iter().map(|rule| rule.id.as_str()).collect();
    let routes: Vec<&str> = pack.manifest.routes.iter().map(|route| route.id.as_str()).collect();
    let ratings: Vec<&str> = pack.manifest.ratings.iter().map(|rating| rating.id.as_str()).collect();
    let mut outcomes: Vec<&str> = pack.manifest.outcomes.iter().map(|outcome| outcome.id.as_str()).collect();
    outcomes.extend(routes.iter().copied());
    outcomes.extend([crate::manifest::MORE_INFORMATION, crate::manifest::MANUAL_REVIEW]);
    let duties: Vec<&str> = pack.manifest.duties.iter().map(|duty| duty.id.as_str()).collect();
    let mut known = |what: &str, name: &str, names: &[&str], path: &[Step<'_>]| {
        if !names.contains(&name) {
            findings.push(
                Finding::error(
                    FindingKind::UnknownName,
                    written.value_at(path),
                    format!("case `{}` expects unknown {what} `{name}`", entry.id),
                )
                .suggest_in(written.text, name, names.iter().copied()),
            );
        }
    };
    let one = [
        ("route", &expect.route, &routes, "route"),
        ("route", &expect.could_still_be, &routes, "could_still_be"),
        ("rating", &expect.rating, &ratings, "rating"),
        ("outcome", &expect.outcome, &outcomes, "outcome"),
    ];
    for (what, name, names, part) in one {
        if let Some(name) = name {
            known(what, name, names, &[Step::Key("expect"), Step::Key(part)]);
        }
    }
    let many = [
        ("rule", &expect.fired, &rules, "fired"),
        ("rule", &expect.undetermined, &rules, "undetermined"),
        ("duty", &expect.duties, &duties, "duties"),
    ];
    for (what, list, names, part) in many {
        for (item, name) in list.iter().flatten().enumerate() {
            known(what, name, names, &[Step::Key("expect"), Step::Key(part), Step::Item(item)]);
        }
    }
    if let Some(rule) = &entry.restates {
        known("rule", rule.as_str(), &rules, &[Step::Key("restates")]);
    }
}

/// Runs a case and compares every part it expects.
#[must_use]
pub fn run(pack: &RulePack, engine: &dyn Evaluator, case: &Case) -> CaseResult {
    let decision = pack.decide(engine, &WorkingCalendar::default(), &case.contact, false);
    let differences = compare(&case.entry.expect, &decision);
    CaseResult {
        id: case.entry.id.clone(),
        title: case.entry.title.clone(),
        place: case.place.clone(),
        differences,
        decision,
    }
}

fn compare(expect: &Expectation, decision: &Decision) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut one = |part: &str, expected: Option<String>, found: Option<String>| {
        if let Some(expected) = expected {
            let found = found.unwrap_or_else(|| "none".to_owned());
            if expected != found {
                differences.push(Difference { part: part.to_owned(), expected, found });
            }
        }
    };
    let consent = serde_json::to_value(decision.consent).ok();
    one("stage", expect.stage.clone(), Some(decision.stage.id().to_owned()));
    one("route", expect.route.clone(), Some(decision.route.to_string()));
    one("level", expect.level.map(|level| level.to_string()), decision.level.map(|level| level.to_string()));
    one("rating", expect.rating.clone(), decision.rating.as_ref().map(ToString::to_string));
    one("outcome", expect.outcome.clone(), Some(decision.outcome.to_string()));
    one("consent", expect.consent.clone(), consent.and_then(|value| value.as_str().map(str::to_owned)));
    one("could_still_be", expect.could_still_be.clone(), Some(decision.could_still_be.to_string()));
    one(
        "manual_review",
        expect.manual_review.map(|value| value.to_string()),
        Some(decision.manual_review.to_string()),
    );
    one(
        "family_may_be_told",
        expect.family_may_be_told.map(|value| value.to_string()),
        Some(decision.family_may_be_told.to_string()),
    );
    let mut list = |part: &str, expected: &Option<Vec<String>>, found: Vec<String>| {
        if let Some(expected) = expected {
            let (mut expected, mut found) = (expected.clone(), found);
            expected.sort();
            found.sort();
            if expected != found {
                differences.push(Difference {
                    part: part.to_owned(),
                    expected: format!("[{}]", expected.join(", ")),
                    found: format!("[{}]", found.join(", ")),
                });
            }
        }
    };
    list("duties", &expect.duties, decision.duties.iter().map(ToString::to_string).collect());
    list("ask", &expect.ask, decision.ask.iter().map(|ask| ask.agency.to_string()).collect());
    list("fired", &expect.fired, decision.fired.iter().map(ToString::to_string).collect());
    list(
        "undetermined",
        &expect.undetermined,
        decision.undetermined.iter().map(|mark| mark.rule.to_string()).collect(),
    );
    list("failed", &expect.failed, decision.failed.iter().map(|mark| mark.rule.to_string()).collect());
    differences
}
