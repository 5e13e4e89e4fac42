//! What an engine answers about one child, and the first difference between two answers, in words.

use mash_model::{Agency, Contact, Decision, FactSheet, Slot, Stage, calendar::WorkingCalendar};
use mash_rules::{
    Evaluator, Marks, Needs, RuleIndex, RulePack, RuleSet, evaluator::FailedMark, source::SourcePlace,
};
use serde_json::Value;

/// All that an engine answers about one child.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// What became of every rule of the pack.
    pub marks: Marks,
    /// What the undetermined ones need.
    pub needs: Vec<(RuleIndex, Needs)>,
    /// What became of the rules of one stage, asked for alone.
    pub enquiries: Marks,
    /// The whole decision.
    pub decision: Decision,
}

/// Kinds of answer of a rule.
pub const KINDS: [&str; 4] = ["fired", "not fired", "undetermined", "failed"];

/// Whether places and messages of errors count. They do not where the text of the rules was changed on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errors {
    /// They must be the same.
    Compared,
    /// They may differ.
    Ignored,
}

impl Answers {
    /// The answers of an engine.
    #[must_use]
    pub fn of(pack: &RulePack, engine: &dyn Evaluator, sheet: &FactSheet) -> Self {
        let marks = engine.evaluate(pack.all_rules(), sheet);
        let needs = engine.needs(&marks.undetermined, sheet);
        let enquiries = pack.marks(engine, Stage::Enquiries, sheet);
        let decision = pack.decide(engine, &WorkingCalendar::default(), &contact(sheet), false);
        Self { marks, needs, enquiries, decision }
    }

    /// The kind of a rule's answer, as a position in [`KINDS`]. `failed` is the failed rules as a set.
    #[must_use]
    pub fn kind(&self, rule: RuleIndex, failed: &RuleSet) -> usize {
        if self.marks.fired.contains(rule) {
            0
        } else if self.marks.undetermined.contains(rule) {
            2
        } else if failed.contains(rule) {
            3
        } else {
            1
        }
    }

    /// Rules that failed.
    #[must_use]
    pub fn failed(&self, rules: usize) -> RuleSet {
        self.marks.failed.iter().fold(RuleSet::none(rules), |mut set, mark| {
            set.insert(mark.rule);
            set
        })
    }

    /// The same without places and messages of errors.
    fn without_errors(&self) -> Self {
        let mut same = self.clone();
        let marks = same.marks.failed.iter_mut().chain(&mut same.enquiries.failed);
        marks.for_each(|mark| {
            mark.place = SourcePlace::file("");
            mark.message.clear();
        });
        same.decision.failed.iter_mut().for_each(|failed| {
            failed.at.clear();
            failed.message.clear();
        });
        same
    }

    /// What became of a rule, in words.
    fn in_words(&self, pack: &RulePack, rule: RuleIndex) -> String {
        let names = |slots: &[Slot]| {
            let ids = slots.iter().filter_map(|&slot| pack.dictionary.get(slot)).map(|fact| fact.id.as_str());
            ids.collect::<Vec<_>>().join(", ")
        };
        let mut words: Vec<String> = Vec::new();
        if self.marks.fired.contains(rule) {
            words.push("fired".to_owned());
        }
        if self.marks.undetermined.contains(rule) {
            let needs = self.needs.iter().filter(|(needing, _)| *needing == rule);
            let needs: Vec<String> = needs.map(|(_, slots)| names(slots)).collect();
            words.push(format!("undetermined, needs {}", needs.join(" and ")));
        }
        for FailedMark { place, message, .. } in self.marks.failed.iter().filter(|mark| mark.rule == rule) {
            words.push(format!("failed at {}:{}:{}: {message}", place.file, place.line, place.column));
        }
        if words.is_empty() { "not fired".to_owned() } else { words.join("; ") }
    }
}

/// The first difference between two engines' answers, in words; none when they agree in everything.
#[must_use]
pub fn difference(pack: &RulePack, one: &Answers, other: &Answers, errors: Errors) -> Option<String> {
    if errors == Errors::Ignored {
        return difference(pack, &one.without_errors(), &other.without_errors(), Errors::Compared);
    }
    if one == other {
        return None;
    }
    for rule in pack.all_rules().iter() {
        let (said, else_said) = (one.in_words(pack, rule), other.in_words(pack, rule));
        if said != else_said {
            let id = pack.rule(rule).map_or("", |rule| rule.id.as_str());
            return Some(format!("rule `{id}`: {said} | {else_said}"));
        }
    }
    if one.marks != other.marks {
        return Some(format!("marks as written: {:?} | {:?}", one.marks, other.marks));
    }
    if one.needs != other.needs {
        return Some(format!("needs as written: {:?} | {:?}", one.needs, other.needs));
    }
    if one.enquiries != other.enquiries {
        return Some(format!("enquiries rules alone: {:?} | {:?}", one.enquiries, other.enquiries));
    }
    let written = |answers: &Answers| serde_json::to_value(&answers.decision).expect("a decision is JSON");
    let (one, other) = (written(one), written(other));
    let empty = serde_json::Map::new();
    let parts = |value: &Value| value.as_object().unwrap_or(&empty).clone();
    parts(&one)
        .into_iter()
        .zip(parts(&other))
        .find(|(said, else_said)| said != else_said)
        .map(|((name, said), (_, else_said))| format!("decision, `{name}`: {said} | {else_said}"))
}

/// The facts as a contact.
#[must_use]
pub fn contact(sheet: &FactSheet) -> Contact {
    Contact {
        id: "generated".into(),
        received: "2026-04-02T09:15:00".parse().expect("a time"),
        source: Agency::School,
        household: None,
        contact: None,
        child: None,
        facts: sheet.clone(),
        characteristics: mash_model::Characteristics::default(),
    }
}

/// The interpreter, asked for each rule alone: no condition may see what another left behind.
#[derive(Debug, Clone, Copy)]
pub struct OneByOne<'p>(pub &'p RulePack);

impl OneByOne<'_> {
    /// Each rule of a set as a set of its own.
    fn each<'s>(&'s self, rules: &'s RuleSet) -> impl Iterator<Item = RuleSet> + 's {
        rules.iter().map(|rule| {
            let mut one = RuleSet::none(self.0.rules.len());
            one.insert(rule);
            one
        })
    }
}

impl Evaluator for OneByOne<'_> {
    fn evaluate(&self, rules: &RuleSet, sheet: &FactSheet) -> Marks {
        let none = RuleSet::none(self.0.rules.len());
        let mut marks =
            Marks { rules: rules.clone(), fired: none.clone(), undetermined: none, failed: Vec::new() };
        for one in self.each(rules) {
            let found = self.0.interpreter().evaluate(&one, sheet);
            marks.fired = marks.fired.or(&found.fired);
            marks.undetermined = marks.undetermined.or(&found.undetermined);
            marks.failed.extend(found.failed);
        }
        marks
    }

    fn needs(&self, rules: &RuleSet, sheet: &FactSheet) -> Vec<(RuleIndex, Needs)> {
        self.each(rules).flat_map(|one| self.0.interpreter().needs(&one, sheet)).collect()
    }
}
