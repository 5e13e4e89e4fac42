//! A case as notes: what is known, and that everything else is not.

use std::collections::BTreeMap;

use mash_model::{FactId, FactValue};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{
    classes::Facts,
    inquiry::{Found, Inquiry},
};

/// A case that shows a claim.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Witness {
    /// As case notes.
    pub notes: String,
    /// Facts known; all others are not.
    pub facts: BTreeMap<FactId, Value>,
    /// Is there no smaller case of the kind: fewest facts known and not absent, then fewest known? Otherwise none of
    /// its facts can be left out, but a smaller one may exist.
    pub smallest: bool,
}

impl Inquiry<'_> {
    /// A case found, as a witness.
    pub(crate) fn witness(&self, found: &Found) -> Witness {
        let known = self.facts.facts.iter().zip(&found.case).filter_map(|(fact, class)| {
            let value = fact.classes.get(*class)?.value()?;
            Some((fact.definition.id.clone(), as_json(&self.facts, fact.definition.id.as_str(), value)))
        });
        Witness { notes: notes(&self.facts, &found.case), facts: known.collect(), smallest: found.smallest }
    }
}

fn as_json(facts: &Facts<'_>, id: &str, value: FactValue) -> Value {
    let definition = facts.facts.iter().find(|fact| fact.definition.id == id);
    match value {
        FactValue::Bool(value) => value.into(),
        FactValue::Integer(value) => value.into(),
        FactValue::Rank(_) => definition.map_or(Value::Null, |fact| fact.definition.text_of(value).into()),
    }
}

/// The facts of a case in words.
pub(crate) fn notes(facts: &Facts<'_>, case: &[usize]) -> String {
    let mut known: Vec<String> = Vec::new();
    let mut others = false;
    for (fact, class) in facts.facts.iter().zip(case) {
        match fact.classes.get(*class).and_then(super::classes::Class::value) {
            Some(value) => known.push(format!("{} {}", fact.definition.id, fact.definition.text_of(value))),
            None => others = true,
        }
    }
    match (known.is_empty(), others) {
        (true, _) => "nothing known".to_owned(),
        (false, true) => format!("{}; everything else not known", known.join("; ")),
        (false, false) => known.join("; "),
    }
}
