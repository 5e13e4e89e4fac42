//! What is worth moving in a scenario and its pack: place, title, unit, value, how far, and what it rests on.
//!
//! Which places are listed is chosen here; their values, marks and sources are read from the scenario and the pack. How
//! far a figure can be moved is the range that the scenario states for it, else our choice.

use mash_model::{Agency, FactKind};
use mash_rules::{RulePack, thresholds::Threshold, thresholds::ThresholdValue};
use mash_sim::Scenario;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{CONTACTS, Change, THRESHOLD};

/// What a knob is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KnobGroup {
    /// Thresholds of the pack.
    Thresholds,
    /// People at desks and what their work takes.
    Staffing,
    /// Social workers who hold cases.
    Workforce,
    /// How partners answer.
    Replies,
    /// How long the hub waits.
    Deadlines,
    /// How many contacts come, and what they call for.
    Demand,
    /// The family's agreement.
    Agreement,
}

impl KnobGroup {
    /// Every group, in the order of a page.
    pub const ALL: [KnobGroup; 7] = [
        KnobGroup::Thresholds,
        KnobGroup::Staffing,
        KnobGroup::Workforce,
        KnobGroup::Replies,
        KnobGroup::Deadlines,
        KnobGroup::Demand,
        KnobGroup::Agreement,
    ];

    /// Its heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            KnobGroup::Thresholds => "Thresholds",
            KnobGroup::Staffing => "People at the desks",
            KnobGroup::Workforce => "Social workers",
            KnobGroup::Replies => "Partners' replies",
            KnobGroup::Deadlines => "Deadlines and reminders",
            KnobGroup::Demand => "Demand",
            KnobGroup::Agreement => "Agreement",
        }
    }
}

/// How far a knob can be moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Span {
    /// Numbers.
    Numbers {
        /// Lowest.
        low: f64,
        /// Highest.
        high: f64,
        /// By which it is moved.
        step: f64,
        /// Only whole numbers.
        whole: bool,
    },
    /// One of these words.
    Words(Vec<String>),
    /// True or false.
    Switch,
}

/// Something worth moving.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Knob {
    /// Place of a figure, `contacts`, or `threshold.NAME`.
    pub place: String,
    /// What people read.
    pub title: String,
    /// What it is about.
    pub group: KnobGroup,
    /// Unit; empty for a word or a switch.
    pub unit: String,
    /// The value of the baseline.
    pub value: Value,
    /// How far it can be moved.
    pub span: Span,
    /// Why so far.
    pub limits: String,
    /// How far the baseline's value can be relied on.
    pub mark: String,
    /// What it rests on: its source, or the reason given for it.
    pub source: String,
}

impl Knob {
    /// Its lowest and highest value, or every word.
    #[must_use]
    pub fn ends(&self) -> Vec<Value> {
        match &self.span {
            Span::Numbers { low, high, .. } => {
                [low, high].map(|end| Change::value_of(&end.to_string())).to_vec()
            }
            Span::Words(words) => words.iter().map(|word| Value::from(word.as_str())).collect(),
            Span::Switch => vec![Value::Bool(true), Value::Bool(false)],
        }
    }

    /// Is the value the one that the baseline has?
    #[must_use]
    pub fn is_unmoved(&self, value: &Value) -> bool {
        match (self.value.as_f64(), value.as_f64()) {
            (Some(before), Some(after)) => (before - after).abs() <= 1e-9 * before.abs().max(1.0),
            _ => self.value == *value,
        }
    }
}

/// How the limits of a figure without a stated range are chosen.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// A share of one.
    Share,
    /// People or places, whole: from one, or from `None`.
    Count,
    /// Time, and whatever else may be a quarter or four times of what it is.
    Amount,
    /// True or false.
    Switch,
    /// Words of a list.
    Words(&'static [&'static str]),
}

/// Group, place, title, unit and form. A `*` stands for every name there, which takes the place of `{}` in the title.
type Pattern = (KnobGroup, &'static str, &'static str, &'static str, Form);

use KnobGroup::{Agreement, Deadlines, Demand, Replies, Staffing, Workforce};

/// Figures of a scenario that are listed, in the order of a page.
const FIGURES: &[Pattern] = &[
    (Staffing, "front_door.screening.staff", "Screening desk", "people", Form::Count),
    (Staffing, "front_door.screening.absent", "Screening desk: absent", "share", Form::Share),
    (Staffing, "front_door.screening.minutes.*", "Screening a contact, {}", "minutes", Form::Amount),
    (Staffing, "front_door.decision.staff", "Hub decision makers", "people", Form::Count),
    (Staffing, "front_door.decision.absent", "Hub decision makers: absent", "share", Form::Share),
    (Staffing, "front_door.decision.minutes.*", "Deciding on a contact, {}", "minutes", Form::Amount),
    (Staffing, "front_door.oversight.desk.staff", "Managers who read decisions", "people", Form::Count),
    (Staffing, "front_door.strategy.*.staff", "Strategy discussions at once: {}", "people", Form::Count),
    (Staffing, "front_door.early_help.council_places", "Council early help", "places", Form::Count),
    (Staffing, "front_door.early_help.partner_places", "Partners' early help", "places", Form::Count),
    (Workforce, "front_door.workforce.posts", "Posts", "posts", Form::Count),
    (Workforce, "front_door.workforce.agency_share", "Agency share", "share", Form::Share),
    (Workforce, "front_door.workforce.empty_share", "Empty posts", "share", Form::Share),
    (
        Workforce,
        "front_door.workforce.filled_by_agency",
        "Leavers replaced by agency workers",
        "share",
        Form::Share,
    ),
    (
        Workforce,
        "front_door.workforce.permanent_turnover",
        "Permanent workers who leave",
        "a year",
        Form::Amount,
    ),
    (Workforce, "front_door.workforce.recruitment_weeks", "Filling a permanent post", "weeks", Form::Amount),
    (Workforce, "front_door.workforce.sickness", "Sickness", "share", Form::Share),
    (Workforce, "front_door.workforce.caseload_limit", "Cases a worker", "cases", Form::Count),
    (Replies, "front_door.enquiries.desks.*.staff", "{}: people who answer", "people", Form::Count),
    (Replies, "front_door.enquiries.desks.*.minutes.*", "{}: time to reply, {}", "minutes", Form::Amount),
    (Replies, "front_door.enquiries.desks.*.until_reminded", "{}: lie until reminded", "share", Form::Share),
    (Replies, "front_door.enquiries.desks.*.never", "{}: never answered", "share", Form::Share),
    (
        Deadlines,
        "front_door.enquiries.deadline_hours.*",
        "Deciding without missing replies, {}",
        "hours",
        Form::Amount,
    ),
    (Deadlines, "front_door.enquiries.reminder_hours", "Reminder", "hours", Form::Amount),
    (
        Deadlines,
        "front_door.enquiries.reopen_on_late_reply",
        "A late reply opens a contact again",
        "",
        Form::Switch,
    ),
    (Demand, "need.assessment_share", "Contacts that call for an assessment", "share", Form::Share),
    (Demand, "front_door.recontact.gap_days", "Next contact of a household", "days", Form::Amount),
    (Demand, "front_door.recontact.unmet", "Unmet need: heard of again sooner", "times", Form::Amount),
    (Agreement, "reporting.consent.refused", "Families who refuse", "share", Form::Share),
    (
        Agreement,
        "front_door.enquiries.consent.sought",
        "Agreement is sought",
        "",
        Form::Words(&["never", "below_harm", "always"]),
    ),
    (Agreement, "front_door.enquiries.consent.refusal_stops", "A refusal stops enquiries", "", Form::Switch),
    (Agreement, "front_door.enquiries.consent.hours", "Until the family has answered", "hours", Form::Amount),
    (Agreement, "front_door.early_help.taken_up", "Early help taken up", "share", Form::Share),
];

/// Everything worth moving in a scenario under a pack, in the order of a page.
#[must_use]
pub fn knobs(scenario: &Scenario, pack: &RulePack) -> Vec<Knob> {
    let mut all: Vec<Knob> =
        pack.thresholds.values().filter_map(|threshold| of_threshold(pack, threshold)).collect();
    let whole = serde_json::to_value(scenario.as_written()).unwrap_or_default();
    for (group, place, title, unit, form) in FIGURES {
        if *group == Demand && all.iter().all(|knob| knob.group != Demand) {
            all.push(contacts(scenario));
        }
        let names: Vec<&str> = place.split('.').collect();
        for found in find(&whole, &names) {
            let mut title = (*title).to_owned();
            for name in &found.starred {
                title = title.replacen("{}", &words(name), 1);
            }
            let Some((span, limits)) = span(scenario, &found, *form) else { continue };
            all.push(Knob {
                place: found.place,
                title,
                group: *group,
                unit: (*unit).to_owned(),
                value: found.value.clone(),
                span,
                limits,
                mark: found.mark,
                source: found.source,
            });
        }
    }
    all
}

/// A value found in the scenario.
struct Found<'v> {
    place: String,
    starred: Vec<String>,
    value: &'v Value,
    mark: String,
    source: String,
}

/// Values at a place, or at every place of a pattern.
fn find<'v>(at: &'v Value, names: &[&str]) -> Vec<Found<'v>> {
    let text = |name: &str| at.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    if let (Some(value), Some(_)) = (at.get("value"), at.get("mark")) {
        let source = Some(text("source")).filter(|it| !it.is_empty()).unwrap_or_else(|| text("reason"));
        let mut found = find(value, names);
        for one in &mut found {
            (one.mark, one.source) = (text("mark"), source.clone());
        }
        return found;
    }
    let Some((name, below)) = names.split_first() else {
        let (place, starred) = (String::new(), Vec::new());
        // A switch or a word is how the scenario is told, and stands without a mark.
        let (mark, source) = ("synthesised".to_owned(), "Stated in the scenario".to_owned());
        return vec![Found { place, starred, value: at, mark, source }];
    };
    let Value::Object(fields) = at else { return Vec::new() };
    let mut all = Vec::new();
    for (field, value) in fields.iter().filter(|(field, _)| *name == "*" || field == name) {
        for mut found in find(value, below) {
            found.place =
                if found.place.is_empty() { field.clone() } else { format!("{field}.{}", found.place) };
            if *name == "*" {
                found.starred.insert(0, field.clone());
            }
            all.push(found);
        }
    }
    all
}

/// An agency's or a rating's name in words.
fn words(name: &str) -> String {
    let agency = Agency::ALL.iter().find(|agency| agency.id() == name);
    match (agency, name) {
        (Some(agency), _) => agency.title().to_owned(),
        (None, "otherwise") => "all others".to_owned(),
        (None, name) => name.replace('_', " "),
    }
}

/// How far a figure can be moved, and why; none where nothing of the form stands there.
fn span(scenario: &Scenario, found: &Found<'_>, form: Form) -> Option<(Span, String)> {
    match form {
        Form::Switch => return found.value.is_boolean().then(|| (Span::Switch, "true or false".to_owned())),
        Form::Words(list) => {
            let list = list.iter().map(|word| (*word).to_owned()).collect();
            return found
                .value
                .is_string()
                .then(|| (Span::Words(list), "what the simulation knows".to_owned()));
        }
        Form::Share | Form::Count | Form::Amount => {}
    }
    let value = found.value.as_f64()?;
    let stated = scenario.as_written().ranges.iter().find(|range| range.place == found.place);
    if let Some(range) = stated {
        let (low, high) = (range.low.min(value), range.high.max(value));
        let span = Span::Numbers { low, high, step: step(&[value, low, high]), whole: false };
        return Some((span, format!("range stated in the scenario: {}", range.reason)));
    }
    let chosen = |what: &str| format!("synthesised: {what}");
    let numbers = |low, high, whole| {
        let step = if whole { 1.0 } else { step(&[value, low, high]) };
        Span::Numbers { low, high, step, whole }
    };
    Some(match form {
        Form::Share => {
            (numbers(0.0, 1.0_f64.min(share_limit(&found.place)), false), chosen("shares that can be"))
        }
        Form::Count if value.fract() == 0.0 => {
            (numbers(value.min(1.0), (3.0 * value).max(5.0), true), chosen("one to three times as many"))
        }
        _ => {
            // To two figures, so that the ends are plain numbers.
            let [low, high] = [value / 4.0, value * 4.0].map(two_figures);
            (numbers(low.min(value), high.max(value), false), chosen("a quarter to four times"))
        }
    })
}

/// Shares that leave something of the whole.
fn share_limit(place: &str) -> f64 {
    if place.ends_with(".absent") || place.ends_with("_share") || place.ends_with(".sickness") {
        0.8
    } else {
        1.0
    }
}

/// Rounded to two figures.
fn two_figures(value: f64) -> f64 {
    if value <= 0.0 {
        return 0.0;
    }
    let scale = libm::pow(10.0, libm::floor(libm::log10(value)) - 1.0);
    let rounded = libm::round(value / scale) * scale;
    // Without the tail that powers of ten leave.
    format!("{rounded:.6}").parse().unwrap_or(rounded)
}

/// The largest step on which all of these lie, so that a field for numbers takes them.
fn step(values: &[f64]) -> f64 {
    const STEPS: [f64; 10] = [50.0, 10.0, 5.0, 1.0, 0.5, 0.1, 0.05, 0.01, 0.005, 0.001];
    let spread = values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
        - values.iter().copied().fold(f64::INFINITY, f64::min);
    let lies = |step: f64| {
        values.iter().all(|value| {
            let parts = value / step;
            (parts - libm::round(parts)).abs() < 1e-6
        })
    };
    STEPS.into_iter().find(|it| *it <= spread / 12.0 && lies(*it)).unwrap_or(0.0001)
}

/// Contacts a year.
fn contacts(scenario: &Scenario) -> Knob {
    let volume = &scenario.as_written().volume;
    let value = libm::round(scenario.expected_contacts);
    Knob {
        place: CONTACTS.to_owned(),
        title: "Contacts expected".to_owned(),
        group: KnobGroup::Demand,
        unit: "children a year".to_owned(),
        value: Change::value_of(&value.to_string()),
        span: Span::Numbers {
            low: libm::ceil(value / 2.0),
            high: libm::floor(value * 2.0),
            step: 1.0,
            whole: true,
        },
        limits: "synthesised: half to twice as many".to_owned(),
        mark: volume.referrals_per_contact.mark.max(volume.referrals.mark).id().to_owned(),
        source: "Referrals over referrals per contact, as the scenario states them".to_owned(),
    }
}

/// A threshold; none where it belongs to the statutory floor, or where no rule tells what its words may be.
fn of_threshold(pack: &RulePack, threshold: &Threshold) -> Option<Knob> {
    if threshold.floor {
        return None;
    }
    let (value, span, limits) = match &threshold.value {
        ThresholdValue::Bool(value) => (Value::from(*value), Span::Switch, "true or false".to_owned()),
        ThresholdValue::Integer(value) => {
            #[expect(clippy::cast_precision_loss, reason = "thresholds are small")]
            let now = *value as f64;
            let high = (2.0 * now).max(now + 5.0);
            let span = Span::Numbers { low: now.min(0.0), high, step: 1.0, whole: true };
            (Value::from(*value), span, "synthesised: up to twice as high, or five more".to_owned())
        }
        ThresholdValue::Grade(grade) => {
            let grades = grades(pack, threshold.id.as_str(), grade)?;
            (
                Value::from(grade.as_str()),
                Span::Words(grades),
                "grades of the fact it is held against".to_owned(),
            )
        }
    };
    Some(Knob {
        place: format!("{THRESHOLD}{}", threshold.id),
        title: threshold.title.clone(),
        group: KnobGroup::Thresholds,
        unit: if threshold.unit == "grade" { String::new() } else { threshold.unit.replace('_', " ") },
        value,
        span,
        limits,
        mark: threshold.mark.clone(),
        source: threshold.source.title.clone(),
    })
}

/// Values of the ordinal fact that rules hold against the threshold.
fn grades(pack: &RulePack, threshold: &str, grade: &str) -> Option<Vec<String>> {
    let named = format!("threshold::{threshold}");
    let ordinal = |fact: &str| match pack.dictionary.find(fact).map(|(_, fact)| &fact.kind) {
        Some(FactKind::Ordinal(grades)) if grades.iter().any(|it| it == grade) => Some(grades.clone()),
        _ => None,
    };
    pack.rules.iter().find_map(|rule| {
        let condition = &rule.condition;
        condition.match_indices(&named).find_map(|(at, _)| {
            let after = condition.get(at + named.len()..).unwrap_or_default();
            if after.starts_with(|it: char| it.is_alphanumeric() || it == '_') {
                return None;
            }
            // The fact that stands before it: `reaches(f.dash_grade, threshold::...)`.
            let before = condition.get(..at).unwrap_or_default();
            let (_, fact) = before.rsplit_once("f.")?;
            let fact: String = fact.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect();
            ordinal(&fact)
        })
    })
}
