//! The assumptions of the scenario, laid out compactly: grouped by the first part of their names, and every reason
//! or source that several share held once, as a numbered note.
//!
//! In: the comparison's assumptions. Out: groups and notes for the template. No text is dropped.

use std::collections::BTreeMap;

use mash_batch::results::Assumption;
use serde::Serialize;

use crate::table::Notes;

/// From how many characters on a value takes the full width.
const LONG: usize = 200;

/// All assumptions.
#[derive(Debug, Serialize)]
pub(crate) struct Assumed {
    groups: Vec<Group>,
    notes: Notes,
}

/// Assumptions whose names begin alike.
#[derive(Debug, Serialize)]
struct Group {
    title: String,
    items: Vec<Item>,
}

#[derive(Debug, Serialize)]
struct Item {
    /// The name, cut where a line may break.
    name: Vec<String>,
    value: String,
    mark: String,
    reason: Said,
    source: Said,
    long: bool,
}

/// A reason or a source: a note, words of its own, or both.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Said {
    note: Option<usize>,
    text: String,
}

impl Assumed {
    pub(crate) fn of(assumptions: &[Assumption]) -> Assumed {
        let mut shared: BTreeMap<&str, usize> = BTreeMap::new();
        for a in assumptions {
            *shared.entry(a.reason.trim()).or_default() += 1;
            *shared.entry(split_source(&a.source).0).or_default() += 1;
        }
        let mut groups: Vec<Group> = Vec::new();
        let mut notes = Notes::default();
        for a in assumptions {
            let mut said = |head: &str, rest: &str, whole: &str| {
                if !head.is_empty() && shared.get(head).is_some_and(|count| *count > 1) {
                    Said { note: Some(notes.number(head)), text: rest.to_owned() }
                } else {
                    Said { note: None, text: whole.to_owned() }
                }
            };
            let reason = said(a.reason.trim(), "", a.reason.trim());
            let (head, rest) = split_source(&a.source);
            let source = said(head, rest, a.source.trim());
            let item = Item {
                name: a.name.split_inclusive(['.', '_']).map(str::to_owned).collect(),
                value: a.value.clone(),
                mark: a.mark.clone(),
                reason,
                source,
                long: a.value.chars().count() > LONG,
            };
            let title = a.name.split_once('.').map_or("other", |(first, _)| first);
            match groups.iter_mut().find(|group| group.title == title) {
                Some(group) => group.items.push(item),
                None => groups.push(Group { title: title.to_owned(), items: vec![item] }),
            }
        }
        Assumed { groups, notes }
    }
}

/// A source cut after the file it names, `(data/x.csv)`: many assumptions share that and differ in what follows.
fn split_source(source: &str) -> (&str, &str) {
    let source = source.trim();
    let end = source.find("(data/").and_then(|from| Some(from + source.get(from..)?.find(')')? + 1));
    match end.and_then(|end| source.split_at_checked(end)) {
        Some((head, rest)) => (head, rest.trim_start_matches([',', ';', ':', '.', ' ']).trim_end()),
        None => (source, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assumption(name: &str, reason: &str, source: &str) -> Assumption {
        Assumption {
            name: name.into(),
            value: "1".into(),
            mark: "published".into(),
            reason: reason.into(),
            source: source.into(),
        }
    }

    #[test]
    fn shared_texts_become_notes() {
        let assumed = Assumed::of(&[
            assumption("volume.a", "Chosen.", "DfE (data/x.csv), 4A"),
            assumption("themes.b", "Only here.", "DfE (data/x.csv)"),
            assumption("volume.c", "Chosen.", "Only here too (data/y.csv), 2023"),
            assumption("plain", "", ""),
        ]);
        let titles: Vec<&str> = assumed.groups.iter().map(|group| group.title.as_str()).collect();
        assert_eq!(titles, ["volume", "themes", "other"]);
        let item = |group: usize, at: usize| &assumed.groups[group].items[at];
        assert_eq!(item(0, 0).reason, Said { note: Some(1), text: String::new() });
        assert_eq!(item(0, 0).source, Said { note: Some(2), text: "4A".into() });
        assert_eq!(item(1, 0).reason, Said { note: None, text: "Only here.".into() });
        assert_eq!(item(1, 0).source, Said { note: Some(2), text: String::new() });
        assert_eq!(item(0, 1).source.text, "Only here too (data/y.csv), 2023");
        assert_eq!(item(2, 0).source, Said::default());
    }
}
