//! The JSON Schema of a scenario file, in both of its forms: written whole, or as a change of another.
//!
//! The second is reckoned from the first: nothing but `extends`, `id` and `title` is required, `null` takes a field
//! away, and lists stay whole.

use serde_json::{Map, Value, json};

use super::{ScenarioFile, extend::EXTENDS};

/// The schema of a scenario that is written whole.
#[must_use]
pub(super) fn whole() -> Value {
    schemars::schema_for!(ScenarioFile).to_value()
}

/// The JSON Schema of a scenario file: one that says `extends` is a change, any other is whole.
#[must_use]
pub fn scenario_schema() -> Value {
    let Value::Object(mut whole) = whole() else { return Value::Bool(true) };
    let dialect = whole.remove("$schema").unwrap_or(Value::Null);
    let mut defs = match whole.remove("$defs") {
        Some(Value::Object(defs)) => defs,
        _ => Map::new(),
    };
    let changes: Map<String, Value> =
        defs.iter().map(|(name, schema)| (changed_name(name), partial(schema))).collect();
    let mut change = partial(&Value::Object(whole.clone()));
    if let Some(properties) = change.get_mut("properties").and_then(Value::as_object_mut) {
        for own in ["id", "title"] {
            if let Some(schema) = whole.get("properties").and_then(|properties| properties.get(own)) {
                properties.insert(own.to_owned(), schema.clone());
            }
        }
        let about = "The scenario that this one changes: a path relative to this file.";
        properties.insert(EXTENDS.to_owned(), json!({"description": about, "type": "string"}));
    }
    if let Some(change) = change.as_object_mut() {
        change.insert("required".to_owned(), json!([EXTENDS, "id", "title"]));
        let about = "A scenario that extends another: only what it changes. Objects are merged, `null` takes a field \
                     away, lists are replaced whole (JSON Merge Patch, RFC 7396).";
        change.insert("description".to_owned(), json!(about));
        change.insert("title".to_owned(), json!("ScenarioChange"));
    }
    defs.extend(changes);
    defs.insert("Whole".to_owned(), Value::Object(whole));
    defs.insert("Change".to_owned(), change);
    json!({
        "$schema": dialect,
        "title": "Scenario",
        "description": "One authority's front door for one year: written whole, or as a change of another file.",
        "type": "object",
        "if": {"required": [EXTENDS]},
        "then": {"$ref": "#/$defs/Change"},
        "else": {"$ref": "#/$defs/Whole"},
        "$defs": defs,
    })
}

/// Name of the changed form of a definition.
fn changed_name(name: &str) -> String {
    format!("{name}_change")
}

/// The schema of a change of what `schema` describes.
fn partial(schema: &Value) -> Value {
    let Value::Object(fields) = schema else { return schema.clone() };
    let mut out = fields.clone();
    if let Some(Value::String(place)) = fields.get("$ref") {
        let name = place.trim_start_matches("#/$defs/");
        out.insert("$ref".to_owned(), json!(format!("#/$defs/{}", changed_name(name))));
    }
    out.remove("required");
    for choice in ["anyOf", "oneOf", "allOf"] {
        if let Some(Value::Array(choices)) = fields.get(choice) {
            let choices: Vec<Value> = choices.iter().map(partial).collect();
            out.remove(choice);
            // A change that says little may fit several forms of which a whole value fits one.
            let choice = if choice == "oneOf" { "anyOf" } else { choice };
            out.insert(choice.to_owned(), Value::Array(choices));
        }
    }
    for part in ["properties", "additionalProperties"] {
        match (part, fields.get(part)) {
            ("properties", Some(Value::Object(properties))) => {
                let properties: Map<String, Value> =
                    properties.iter().map(|(name, schema)| (name.clone(), or_null(schema))).collect();
                out.insert(part.to_owned(), Value::Object(properties));
            }
            (_, Some(below @ Value::Object(_))) => {
                out.insert(part.to_owned(), or_null(below));
            }
            _ => {}
        }
    }
    Value::Object(out)
}

/// A change of what `schema` describes, or `null`, which takes it away.
fn or_null(schema: &Value) -> Value {
    let mut out = partial(schema);
    let Some(fields) = out.as_object_mut() else { return out };
    match fields.get("type").cloned() {
        Some(Value::String(kind)) if !fields.contains_key("enum") => {
            fields.insert("type".to_owned(), json!([kind, "null"]));
            out
        }
        Some(Value::Array(kinds)) if kinds.iter().any(|kind| kind == "null") => out,
        _ => {
            // What the field means stays beside the choice, where editors show it.
            let about = fields.remove("description");
            let mut choice = json!({"anyOf": [out, {"type": "null"}]});
            if let (Some(choice), Some(about)) = (choice.as_object_mut(), about) {
                choice.insert("description".to_owned(), about);
            }
            choice
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<'v>(value: &'v Value, place: &str) -> &'v Value {
        value.pointer(place).unwrap_or_else(|| panic!("{place} in {value}"))
    }

    #[test]
    fn a_change_requires_only_who_it_is_and_what_it_extends() {
        let schema = scenario_schema();
        assert_eq!(at(&schema, "/$defs/Change/required"), &json!(["extends", "id", "title"]));
        assert_eq!(schema.pointer("/$defs/VolumeFile_change/required"), None);
        assert_eq!(schema.pointer("/$defs/Whole/properties/extends"), None);
        assert!(at(&schema, "/$defs/Whole/required").as_array().unwrap().len() > 10);
        assert_eq!(at(&schema, "/$defs/Change/additionalProperties"), &json!(false));
        assert_eq!(at(&schema, "/$defs/Change/properties/seed/type"), &json!(["integer", "null"]));
    }

    #[test]
    fn a_section_that_may_be_left_out_may_be_changed_in_part() {
        let section = json!({"anyOf": [{"$ref": "#/$defs/HubFile"}, {"type": "null"}]});
        let changed = json!({"anyOf": [{"$ref": "#/$defs/HubFile_change"}, {"type": "null"}]});
        assert_eq!(partial(&section), changed);
        let either = json!({"oneOf": [{"type": "object", "required": ["a"]}, {"const": "b"}]});
        assert_eq!(partial(&either), json!({"anyOf": [{"type": "object"}, {"const": "b"}]}));
    }

    #[test]
    fn items_of_lists_stay_whole() {
        let schema = scenario_schema();
        assert_eq!(at(&schema, "/$defs/Change/properties/themes/items/$ref"), &json!("#/$defs/ThemeFile"));
    }
}
