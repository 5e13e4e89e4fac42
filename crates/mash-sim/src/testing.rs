//! The shipped scenario and dictionary, for unit tests.

use std::sync::OnceLock;

use mash_model::{
    Agency, Direction, FactDefinition, FactDictionary, FactKind, FactValue, Slot, fact::Constraint,
};
use serde_json::Value;

use crate::{Case, Scenario, generate};

/// The shipped scenario's text.
pub(crate) const SCENARIO: &str = include_str!("../../../scenarios/herefordshire-like-2023.json");

const FILES: [&str; 3] = [
    include_str!("../../mash-rules/data/core_facts.json"),
    include_str!("../../../rules/statutory-floor/facts.json"),
    include_str!("../../../rules/levels-of-need/facts.json"),
];

/// The shipped scenario.
pub(crate) fn scenario() -> &'static Scenario {
    static SCENARIO_READ: OnceLock<Scenario> = OnceLock::new();
    SCENARIO_READ.get_or_init(|| Scenario::from_json(SCENARIO).unwrap_or_else(|error| panic!("{error}")))
}

/// The dictionary of the levels-of-need pack.
pub(crate) fn dictionary() -> &'static FactDictionary {
    static DICTIONARY: OnceLock<FactDictionary> = OnceLock::new();
    DICTIONARY.get_or_init(|| {
        let files: Vec<Value> = FILES.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
        let facts = files.iter().flat_map(|file| file["facts"].as_array().unwrap()).map(definition).collect();
        let dictionary = FactDictionary::new(facts).unwrap();
        let constraints = files.iter().filter_map(|file| file["constraints"].as_array()).flatten();
        let constraints = constraints.map(|constraint| read_constraint(&dictionary, constraint)).collect();
        dictionary.with_constraints(constraints)
    })
}

/// One replication of the shipped scenario under its first truth model.
pub(crate) fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| {
        (0..3)
            .flat_map(|replication| {
                let model = &scenario().truth_models[0].id;
                generate(scenario(), dictionary(), model, 1, replication).unwrap()
            })
            .collect()
    })
}

/// The value of a fact on a sheet.
pub(crate) fn value(sheet: &mash_model::FactSheet, fact: &str) -> Option<String> {
    let (slot, definition) = dictionary().find(fact).unwrap();
    sheet.get(slot).map(|value| definition.text_of(value))
}

fn definition(json: &Value) -> FactDefinition {
    let texts = |name: &str| -> Vec<String> {
        json[name].as_array().into_iter().flatten().map(|v| v.as_str().unwrap().to_owned()).collect()
    };
    let kind = match json["type"].as_str().unwrap() {
        "bool" => FactKind::Bool,
        "integer" => FactKind::Integer {
            min: json["min"].as_i64().unwrap(),
            max: json["max"].as_i64().unwrap(),
            unit: json["unit"].as_str().unwrap_or_default().to_owned(),
        },
        "ordinal" => FactKind::Ordinal(texts("values")),
        _ => FactKind::Enum(texts("values")),
    };
    let mut fact = FactDefinition {
        id: json["id"].as_str().unwrap().into(),
        group: json["group"].as_str().unwrap().to_owned(),
        kind,
        direction: match json["direction"].as_str().unwrap() {
            "risk" => Direction::Risk,
            "protective" => Direction::Protective,
            _ => Direction::Neither,
        },
        question: String::new(),
        agencies: texts("agencies").iter().map(|id| id.parse::<Agency>().unwrap()).collect(),
        source: Vec::new(),
        mark: String::new(),
        absent: None,
    };
    fact.absent = match (&fact.kind, json.get("absent")) {
        (_, Some(Value::Null)) => None,
        (FactKind::Bool, _) => Some(FactValue::Bool(false)),
        (FactKind::Integer { .. }, _) => Some(FactValue::Integer(0)),
        (_, Some(Value::String(text))) => fact.rank_of(text).map(FactValue::Rank),
        _ => fact.rank_of("none").map(FactValue::Rank),
    };
    fact
}

fn read_constraint(dictionary: &FactDictionary, json: &Value) -> Constraint {
    let atoms = |name: &str| -> Vec<(Slot, Vec<FactValue>)> {
        json[name]
            .as_object()
            .unwrap()
            .iter()
            .map(|(fact, values)| {
                let (slot, definition) = dictionary.find(fact).unwrap();
                let value = |json: &Value| match json {
                    Value::Bool(value) => FactValue::Bool(*value),
                    Value::Number(number) => FactValue::Integer(number.as_i64().unwrap()),
                    other => FactValue::Rank(definition.rank_of(other.as_str().unwrap()).unwrap()),
                };
                (slot, values.as_array().unwrap().iter().map(value).collect())
            })
            .collect()
    };
    Constraint {
        id: json["id"].as_str().unwrap().to_owned(),
        when: atoms("when"),
        then: atoms("then"),
        source: String::new(),
    }
}
