//! Compares a JSON value with the schema of its type and lists everything that does not fit, each with its place.
//!
//! Reading straight into the type would stop at the first mistake; this names them all.

use serde_json::{Map, Value};

use crate::scenario::ScenarioProblem;

/// Everything in `value` that the schema does not allow.
#[must_use]
pub fn misfits(value: &Value, schema: &Value) -> Vec<ScenarioProblem> {
    let mut walk = Walk { root: schema, problems: Vec::new() };
    walk.check(value, schema, "");
    walk.problems
}

/// The id among `known` that is closest to what was written, if any is near.
#[must_use]
pub(crate) fn nearest<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(written, name), name))
        .filter(|(distance, name)| *distance <= 2.max(name.len() / 3))
        .min()
        .map(|(_, name)| name)
}

/// `did you mean` when something is near, the whole list otherwise.
#[must_use]
pub fn mend<'k>(written: &str, known: impl IntoIterator<Item = &'k str> + Clone) -> String {
    match nearest(written, known.clone()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("use one of {}", known.into_iter().collect::<Vec<_>>().join(", ")),
    }
}

struct Walk<'s> {
    root: &'s Value,
    problems: Vec<ScenarioProblem>,
}

impl<'s> Walk<'s> {
    fn check(&mut self, value: &Value, schema: &'s Value, at: &str) {
        let schema = self.followed(schema);
        if let Some(choices) = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array) {
            self.check_choices(value, choices, at);
            return;
        }
        if let Some(allowed) = schema.get("enum").and_then(Value::as_array) {
            self.check_named(value, &allowed.iter().filter_map(Value::as_str).collect::<Vec<_>>(), at);
            return;
        }
        if let Some(kinds) = schema.get("type")
            && !fits(value, kinds)
        {
            self.say(at, format!("expected {}, found {}", wanted(kinds), found(value)), None);
            return;
        }
        if let (Some(number), Some(least)) = (value.as_f64(), schema.get("minimum").and_then(Value::as_f64))
            && number < least
        {
            self.say(at, format!("expected {least} or more, found {value}"), None);
            return;
        }
        match value {
            Value::Object(fields) => self.check_fields(fields, schema, at),
            Value::Array(items) => self.check_items(items, schema, at),
            _ => {}
        }
    }

    fn check_choices(&mut self, value: &Value, choices: &'s [Value], at: &str) {
        let names: Vec<&str> = choices
            .iter()
            .flat_map(|choice| {
                let one = choice.get("const").and_then(Value::as_str);
                let many = choice.get("enum").and_then(Value::as_array).into_iter().flatten();
                one.into_iter().chain(many.filter_map(Value::as_str))
            })
            .collect();
        if !names.is_empty() {
            self.check_named(value, &names, at);
        } else if !value.is_null()
            && let Some(choice) = choices.iter().find(|choice| choice.get("type") != Some(&"null".into()))
        {
            self.check(value, choice, at);
        }
    }

    fn check_named(&mut self, value: &Value, names: &[&str], at: &str) {
        match value.as_str() {
            Some(text) if names.contains(&text) => {}
            Some(text) => {
                self.say(at, format!("`{text}` is not allowed here"), Some(mend(text, names.to_vec())))
            }
            None => {
                self.say(at, format!("expected one of {}, found {}", names.join(", "), found(value)), None)
            }
        }
    }

    fn check_fields(&mut self, fields: &Map<String, Value>, schema: &'s Value, at: &str) {
        let empty = Map::new();
        let known = schema.get("properties").and_then(Value::as_object);
        let closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
        for (name, value) in fields {
            let place = joined(at, name);
            match known.and_then(|known| known.get(name)) {
                Some(below) => self.check(value, below, &place),
                None if closed => {
                    let names = known.unwrap_or(&empty).keys().map(String::as_str);
                    self.say(&place, format!("unknown field `{name}`"), Some(mend(name, names)));
                }
                None => {
                    if let Some(below) = schema.get("additionalProperties") {
                        self.check(value, below, &place);
                    }
                }
            }
        }
        for name in
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
        {
            if !fields.contains_key(name) {
                self.problems.push(ScenarioProblem::missing(at, name));
            }
        }
    }

    fn check_items(&mut self, items: &[Value], schema: &'s Value, at: &str) {
        let bound =
            |name: &str| schema.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        if let (Some(least), Some(most)) = (bound("minItems"), bound("maxItems"))
            && !(least..=most).contains(&items.len())
        {
            self.say(at, format!("expected {least} values, found {}", items.len()), None);
        }
        if let Some(below) = schema.get("items") {
            for (position, item) in items.iter().enumerate() {
                self.check(item, below, &format!("{at}[{position}]"));
            }
        }
    }

    fn followed(&self, schema: &'s Value) -> &'s Value {
        schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|path| self.root.pointer(path.trim_start_matches('#')))
            .unwrap_or(schema)
    }

    fn say(&mut self, at: &str, message: String, mend: Option<String>) {
        self.problems.push(ScenarioProblem::new(at, message, mend));
    }
}

fn joined(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

fn fits(value: &Value, kinds: &Value) -> bool {
    let one = |kind: &str| match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    };
    match kinds {
        Value::String(kind) => one(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(one),
        _ => true,
    }
}

fn wanted(kinds: &Value) -> String {
    match kinds {
        Value::String(kind) => in_words(kind).to_owned(),
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).map(in_words).collect::<Vec<_>>().join(" or ")
        }
        _ => "something else".to_owned(),
    }
}

fn in_words(kind: &str) -> &str {
    match kind {
        "null" => "nothing",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "string" => "a text",
        "array" => "a list",
        "object" => "an object",
        other => other,
    }
}

/// A value as messages tell it.
pub(super) fn found(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "true or false".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("`{text}`"),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
