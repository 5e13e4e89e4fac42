//! Where the parts of a JSON file stand. Serde gives values without places; findings need the place.

use std::collections::BTreeSet;

use jsonc_parser::{
    CollectOptions, ParseOptions,
    ast::Value,
    common::{Range, Ranged},
};

use crate::source::{SourcePlace, without_mark};

/// One step from a JSON value to a part of it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step<'s> {
    /// The value of an object's key.
    Key(&'s str),
    /// An item of an array, from 0.
    Item(usize),
}

/// The place of the value at the end of a path.
pub(crate) fn value_at(file: &str, text: &str, path: &[Step<'_>]) -> Option<SourcePlace> {
    read(text, |root| part(root, path).map(Ranged::range)).map(|range| place(file, text, range))
}

/// The place of a key in the object at the end of a path.
pub(crate) fn key_at(file: &str, text: &str, path: &[Step<'_>], key: &str) -> Option<SourcePlace> {
    read(text, |root| Some(part(root, path)?.as_object()?.get(key)?.name.range()))
        .map(|range| place(file, text, range))
}

/// Does the text parse, and has no object the same key twice?
pub(crate) fn keys_stand_once(text: &str) -> bool {
    read(text, |root| once(root).then_some(())).is_some()
}

fn once(value: &Value<'_>) -> bool {
    match value {
        Value::Object(object) => {
            let mut seen = BTreeSet::new();
            object.properties.iter().all(|entry| seen.insert(entry.name.as_str()) && once(&entry.value))
        }
        Value::Array(array) => array.elements.iter().all(once),
        _ => true,
    }
}

/// Parses a text and reads something from its value.
fn read<T>(text: &str, reader: impl FnOnce(&Value<'_>) -> Option<T>) -> Option<T> {
    // A second trailing comma elsewhere may wait for its turn; a missing one means that nobody knows what was meant.
    let options = ParseOptions { allow_missing_commas: false, ..ParseOptions::default() };
    let parsed = jsonc_parser::parse_to_ast(without_mark(text), &CollectOptions::default(), &options);
    parsed.ok()?.value.as_ref().and_then(reader)
}

fn part<'v, 't>(value: &'v Value<'t>, path: &[Step<'_>]) -> Option<&'v Value<'t>> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.as_object()?.get(key).map(|entry| &entry.value),
        Step::Item(index) => value.as_array()?.elements.get(*index),
    })
}

fn place(file: &str, text: &str, range: Range) -> SourcePlace {
    let mark = text.len() - without_mark(text).len();
    SourcePlace::of_offset(file, text, range.start + mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\u{feff}{\r\n  \"é\": [1, { \"key\": \"value\" }],\r\n  \"key\": 2\r\n}";

    #[track_caller]
    fn check(found: Option<SourcePlace>, expect: Option<(usize, usize)>) {
        assert_eq!(found.map(|at| (at.line, at.column)), expect);
    }

    #[test]
    fn parts_are_found_by_their_path() {
        let inner = [Step::Key("é"), Step::Item(1)];
        check(key_at("a.json", TEXT, &inner, "key"), Some((2, 14)));
        check(value_at("a.json", TEXT, &[Step::Key("é"), Step::Item(1), Step::Key("key")]), Some((2, 21)));
        check(key_at("a.json", TEXT, &[], "key"), Some((3, 3)));
        check(value_at("a.json", TEXT, &[Step::Key("key"), Step::Item(0)]), None);
        check(value_at("a.json", "{", &[]), None);
    }

    #[test]
    fn a_key_that_stands_twice_is_seen_at_any_depth() {
        assert!(keys_stand_once(TEXT));
        assert!(!keys_stand_once("[{ \"a\": { \"b\": 1, \"b\": 2 } }]"));
        assert!(!keys_stand_once("{ \"a\": }"));
        assert!(!keys_stand_once("[{} {}]"));
    }
}
