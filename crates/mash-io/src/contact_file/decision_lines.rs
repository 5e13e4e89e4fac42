//! Decisions as lines of JSON, put together from pieces made once for the pack.
//!
//! A line is byte for byte what serialising the [`Decision`](mash_model::Decision) gives; `tests/decisions.rs` holds it to
//! that. Pieces of a list end in a comma, and the last comma becomes the list's end.

use std::io;

use jiff::civil::DateTime;
use mash_model::{Agency, FactSheet, NOTICE, Stage, calendar::WorkingCalendar};
use mash_rules::{Evaluator, Needs, Outline, RuleIndex, RulePack, RuleSet};
use serde::Serialize;

/// The pieces of a pack's decisions.
#[derive(Debug)]
pub(super) struct DecisionLines<'p> {
    pack: &'p RulePack,
    calendar: &'p WorkingCalendar,
    routes: Vec<RouteText>,
    ratings: Vec<String>,
    outcomes: Vec<String>,
    duties: Vec<String>,
    facts: Vec<String>,
    rules: Vec<RuleText>,
    /// By agency: a member of a list of agencies, and the start of an entry of whom to ask.
    agencies: Vec<(String, String)>,
    notice: String,
}

#[derive(Debug)]
struct RouteText {
    id: String,
    level: String,
}

#[derive(Debug)]
struct RuleText {
    id: String,
    /// The entry of a rule that is not settled, as far as its needs.
    open: String,
    /// The same with what it needs when nothing is known, which is nearly always what it needs, as far as whom to ask.
    open_as_usual: Option<(Needs, String)>,
    reason: String,
    family_may_be_told: bool,
}

impl<'p> DecisionLines<'p> {
    pub(super) fn new(pack: &'p RulePack, calendar: &'p WorkingCalendar) -> Self {
        let manifest = &pack.manifest;
        let facts: Vec<String> = pack.dictionary.iter().map(|(_, fact)| json(&fact.id) + ",").collect();
        let nothing = FactSheet::unknown(&pack.dictionary);
        let compiled = pack.compiled();
        let rule = |index: usize| {
            let rule = pack.rules.get(index)?;
            let mut alone = RuleSet::none(pack.rules.len());
            alone.insert(RuleIndex(index));
            let open = format!("{{\"rule\":{},\"needs\":[", json(&rule.id));
            let usual = compiled.needs(&alone, &nothing).pop().map(|(_, needs)| {
                let mut text = open.clone();
                needs.iter().filter_map(|slot| facts.get(slot.index())).for_each(|fact| text.push_str(fact));
                text.pop();
                (needs, text + "],\"ask\":[")
            });
            Some(RuleText {
                id: json(&rule.id) + ",",
                open,
                open_as_usual: usual,
                reason: json(&rule.reason()) + ",",
                family_may_be_told: rule.family_may_be_told,
            })
        };
        Self {
            pack,
            calendar,
            routes: manifest
                .routes
                .iter()
                .map(|route| RouteText {
                    id: json(&route.id),
                    level: json(&manifest.numbering.get(&route.id)),
                })
                .collect(),
            ratings: manifest.ratings.iter().map(|rating| json(&rating.id)).collect(),
            outcomes: pack.outcome_list().iter().map(json).collect(),
            duties: manifest.duties.iter().map(|duty| json(&duty.id) + ",").collect(),
            rules: (0..pack.rules.len()).filter_map(rule).collect(),
            agencies: Agency::ALL
                .iter()
                .map(|agency| {
                    let id = json(agency);
                    (format!("{id},"), format!("{{\"agency\":{id},\"could_settle\":"))
                })
                .collect(),
            notice: json(NOTICE),
            facts,
        }
    }

    /// Adds the line of one decision.
    pub(super) fn push(
        &self,
        id: &str,
        received: DateTime,
        outline: &Outline,
        to: &mut Vec<u8>,
    ) -> io::Result<()> {
        let route = |at: usize| self.routes.get(at);
        let due = self.pack.due(self.calendar, outline.folded, received);
        to.extend_from_slice(b"{\"id\":");
        serde_json::to_writer(&mut *to, id)?;
        to.extend_from_slice(match outline.stage {
            Stage::Screening => &b",\"stage\":\"screening\",\"route\":"[..],
            Stage::Enquiries => b",\"stage\":\"enquiries\",\"route\":",
            Stage::Decision => b",\"stage\":\"decision\",\"route\":",
        });
        push(to, route(outline.folded.route).map(|route| route.id.as_str()));
        to.extend_from_slice(b",\"level\":");
        push(to, route(outline.folded.route).map(|route| route.level.as_str()));
        to.extend_from_slice(b",\"rating\":");
        push(
            to,
            outline.folded.rating.and_then(|at| self.ratings.get(at)).map(String::as_str).or(Some("null")),
        );
        to.extend_from_slice(b",\"outcome\":");
        push(to, self.outcomes.get(outline.outcome).map(String::as_str));
        to.extend_from_slice(b",\"duties\":[");
        self.pack
            .duties_of(&outline.fired)
            .for_each(|duty| push(to, self.duties.get(duty).map(String::as_str)));
        close(to);
        to.extend_from_slice(b",\"due\":");
        serde_json::to_writer(&mut *to, &due)?;
        to.extend_from_slice(b",\"consent\":");
        serde_json::to_writer(&mut *to, &outline.consent)?;
        to.extend_from_slice(b",\"could_still_be\":");
        push(to, route(outline.could_still_be).map(|route| route.id.as_str()));
        let fired = || outline.fired.iter().filter_map(|rule| self.rules.get(rule.0));
        to.extend_from_slice(match fired().all(|rule| rule.family_may_be_told) {
            true => &b",\"family_may_be_told\":true,\"fired\":["[..],
            false => b",\"family_may_be_told\":false,\"fired\":[",
        });
        fired().for_each(|rule| to.extend_from_slice(rule.id.as_bytes()));
        close(to);
        to.extend_from_slice(b",\"undetermined\":[");
        for (rule, needs) in &outline.undetermined {
            self.push_undetermined(outline, *rule, needs, to);
        }
        close(to);
        to.extend_from_slice(b",\"failed\":");
        serde_json::to_writer(&mut *to, &outline.failed)?;
        to.extend_from_slice(match outline.manual_review {
            true => &b",\"manual_review\":true,\"ask\":["[..],
            false => b",\"manual_review\":false,\"ask\":[",
        });
        for entry in outline.to_ask() {
            push(to, self.agencies.get(entry.agency as usize).map(|(_, start)| start.as_str()));
            serde_json::to_writer(&mut *to, &entry.could_settle)?;
            to.extend_from_slice(match entry.asked_by_rule {
                true => &b",\"asked_by_rule\":true},"[..],
                false => b",\"asked_by_rule\":false},",
            });
        }
        close(to);
        to.extend_from_slice(b",\"reasons\":[");
        fired().for_each(|rule| to.extend_from_slice(rule.reason.as_bytes()));
        close(to);
        to.extend_from_slice(b",\"notice\":");
        to.extend_from_slice(self.notice.as_bytes());
        to.extend_from_slice(b"}\n");
        Ok(())
    }

    fn push_undetermined(&self, outline: &Outline, rule: RuleIndex, needs: &Needs, to: &mut Vec<u8>) {
        let Some(text) = self.rules.get(rule.0) else { return };
        match &text.open_as_usual {
            Some((usual, start)) if usual == needs => to.extend_from_slice(start.as_bytes()),
            _ => {
                to.extend_from_slice(text.open.as_bytes());
                for slot in needs {
                    push(to, self.facts.get(slot.index()).map(String::as_str));
                }
                close(to);
                to.extend_from_slice(b",\"ask\":[");
            }
        }
        for agency in outline.holders(self.pack, needs) {
            push(to, self.agencies.get(agency as usize).map(|(member, _)| member.as_str()));
        }
        close(to);
        to.extend_from_slice(b"},");
    }
}

/// A value whose JSON is a text; it cannot fail for ids, numbers and reasons.
fn json(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// Adds a piece; an empty text where there is none.
fn push(to: &mut Vec<u8>, piece: Option<&str>) {
    to.extend_from_slice(piece.unwrap_or("\"\"").as_bytes());
}

/// Ends a list whose members, if any, each end in a comma.
fn close(to: &mut Vec<u8>) {
    match to.last_mut() {
        Some(last) if *last == b',' => *last = b']',
        _ => to.push(b']'),
    }
}
