//! From drafts to rules: names resolved, parts required, duplicates and floor violations found.

use std::collections::BTreeMap;

use mash_model::{Agency, DutyId, FactDictionary, OutcomeId, RuleId, SourceCitation, Stage};
use rhai::Position;

use super::{ParsedFolder, declarations::Script};
use crate::{
    check,
    declare::RuleDraft,
    error::{Finding, FindingKind},
    fix::first_argument,
    json_text::{Step, value_at},
    manifest::Manifest,
    rule::{Conclusion, Rule},
    source::SourcePlace,
};

/// A rule with the name of the closure that holds its condition.
#[derive(Debug)]
pub(crate) struct ResolvedRule {
    pub(crate) rule: Rule,
    pub(crate) script: usize,
    pub(crate) closure: String,
}

/// Resolves the drafts of every script, in pack order.
pub(super) fn rules(
    parsed: &[ParsedFolder<'_>],
    manifest: &Manifest,
    dictionary: &FactDictionary,
    scripts: &[Script],
    findings: &mut Vec<Finding>,
) -> Vec<ResolvedRule> {
    let mut resolved: Vec<ResolvedRule> = Vec::new();
    for (index, script) in scripts.iter().enumerate() {
        for draft in &script.drafts {
            let at = SourcePlace::of(&script.file, draft.position);
            if let Some(first) = resolved.iter().find(|known| known.rule.id == draft.id.as_str()) {
                findings.push(duplicate(&first.rule, draft, at));
                continue;
            }
            let resolver = Resolver { manifest, script, draft, findings };
            if let Some(found) = resolver.rule(index, dictionary) {
                resolved.push(found);
            }
        }
    }
    remove(parsed, &mut resolved, findings);
    resolved
}

fn duplicate(first: &Rule, draft: &RuleDraft, at: SourcePlace) -> Finding {
    if first.floor {
        return Finding::error(
            FindingKind::FloorLowered,
            at,
            format!(
                "rule `{}` would take the place of rule `{}` of the statutory floor `{}`",
                draft.id, first.id, first.pack
            ),
        )
        .mend("a floor rule cannot be replaced: give the rule an id of its own that adds or tightens")
        .related(first.place.clone());
    }
    Finding::error(FindingKind::Duplicate, at, format!("rule `{}` is declared twice", draft.id))
        .mend("give one of the two another id, or list the base's in `remove`")
        .related(first.place.clone())
}

/// Takes out the base rules that overlays list, unless they are floor rules.
fn remove(parsed: &[ParsedFolder<'_>], resolved: &mut Vec<ResolvedRule>, findings: &mut Vec<Finding>) {
    for folder in parsed {
        for (index, id) in folder.manifest.remove.iter().enumerate() {
            let (file, text) = (folder.file("manifest.json"), folder.text("manifest.json"));
            let at = || {
                value_at(&file, text, &[Step::Key("remove"), Step::Item(index)])
                    .unwrap_or_else(|| SourcePlace::file(&file))
            };
            let Some(position) = resolved.iter().position(|known| known.rule.id == *id) else {
                let names: Vec<&str> = resolved.iter().map(|known| known.rule.id.as_str()).collect();
                findings.push(
                    Finding::error(
                        FindingKind::UnknownName,
                        at(),
                        format!("`remove` names unknown rule `{id}`"),
                    )
                    .suggest_in(text, id.as_str(), names),
                );
                continue;
            };
            let Some(known) = resolved.get(position) else { continue };
            if known.rule.floor {
                findings.push(
                    Finding::error(
                        FindingKind::FloorLowered,
                        at(),
                        format!(
                            "pack `{}` would remove rule `{id}` of the statutory floor `{}`",
                            folder.manifest.id, known.rule.pack
                        ),
                    )
                    .mend("the floor stands: take the rule out of `remove`")
                    .related(known.rule.place.clone()),
                );
            } else {
                resolved.remove(position);
            }
        }
    }
}

struct Resolver<'r> {
    manifest: &'r Manifest,
    script: &'r Script,
    draft: &'r RuleDraft,
    findings: &'r mut Vec<Finding>,
}

impl Resolver<'_> {
    fn rule(mut self, script: usize, dictionary: &FactDictionary) -> Option<ResolvedRule> {
        let before = self.findings.len();
        let draft = self.draft;
        if draft.id.trim().is_empty() {
            self.incomplete("a rule needs an id", "rule(\"DA-02\", \"...\")");
        }
        if draft.sources.is_empty() {
            self.incomplete("rule `{id}` has no source", ".source(\"document\", \"paragraph\")");
        }
        for part in [
            ("because", draft.because.is_none()),
            ("plain", draft.plain.is_none()),
            ("family_may_be_told", draft.family_may_be_told.is_none()),
        ] {
            if part.1 {
                let missing = format!("rule `{{id}}` has no `.{}(...)`", part.0);
                self.incomplete(&missing, &format!("add .{}(...)", part.0));
            }
        }
        let source = self.sources();
        let named = self.findings.len();
        let conclusion = self.conclusion();
        // A name that does not exist was reported already; the rule did mean to conclude something.
        if conclusion.is_empty() && self.findings.len() == named {
            self.incomplete(
                "rule `{id}` concludes nothing",
                "add a route, rating, duty, outcome, adjustment or .ask(...)",
            );
        }
        let stages = self.stages(&conclusion);
        let Some((closure, when)) = &draft.condition else {
            self.incomplete("rule `{id}` has no condition", ".when(|f| ...)");
            return None;
        };
        if closure.is_curried() {
            let at = SourcePlace::of(&self.script.file, *when);
            self.findings.push(
                Finding::error(
                    FindingKind::NotAllowed,
                    at,
                    format!("the condition of rule `{}` uses a name from outside it", draft.id),
                )
                .mend("a condition may use its facts, thresholds and the pack's functions"),
            );
        }
        if self.findings.len() > before {
            return None;
        }
        let facts = check::facts_read(&self.script.ast, closure.fn_name(), dictionary);
        Some(ResolvedRule {
            rule: Rule {
                id: RuleId::from(draft.id.as_str()),
                title: draft.title.clone(),
                source,
                stages,
                conclusion,
                because: draft.because.clone().unwrap_or_default(),
                plain: draft.plain.clone().unwrap_or_default(),
                family_may_be_told: draft.family_may_be_told.unwrap_or(false),
                floor: self.script.floor,
                pack: self.script.pack.clone(),
                place: SourcePlace::of(&self.script.file, draft.position),
                condition: condition_text(&self.script.text, *when),
                facts,
                clauses: 0..0,
            },
            script,
            closure: closure.fn_name().to_owned(),
        })
    }

    fn incomplete(&mut self, message: &str, mend: &str) {
        let at = SourcePlace::of(&self.script.file, self.draft.position);
        let message = message.replace("{id}", &self.draft.id);
        self.findings.push(Finding::error(FindingKind::Incomplete, at, message).mend(mend));
    }

    fn unknown(&mut self, what: &str, written: &str, position: Position, names: &[&str]) {
        self.unknown_at(what, written, SourcePlace::of(&self.script.file, position), names);
    }

    fn unknown_at(&mut self, what: &str, written: &str, at: SourcePlace, names: &[&str]) {
        let message = format!("rule `{}`: `{written}` is no {what}", self.draft.id);
        self.findings.push(Finding::error(FindingKind::UnknownName, at, message).suggest_in(
            &self.script.text,
            written,
            names.iter().copied(),
        ));
    }

    fn sources(&mut self) -> Vec<SourceCitation> {
        let draft = self.draft;
        let mut citations = Vec::new();
        for (document, paragraph, position) in &draft.sources {
            if !self.manifest.documents.contains_key(document) {
                let names: Vec<&str> = self.manifest.documents.keys().map(String::as_str).collect();
                let call = SourcePlace::of(&self.script.file, *position);
                let written = first_argument(&call, &self.script.text, &["source"])
                    .filter(|_| call.cell.is_none())
                    .map(|start| SourcePlace::of_offset(self.script.file.name(), &self.script.text, start));
                self.unknown_at("document of the manifest", document, written.unwrap_or(call), &names);
            }
            citations.push(SourceCitation { document: document.clone(), paragraph: paragraph.clone() });
        }
        citations
    }

    fn stages(&mut self, conclusion: &Conclusion) -> Vec<Stage> {
        let draft = self.draft;
        let mut stages = Vec::new();
        for (name, position) in &draft.stages {
            match Stage::ALL.iter().find(|stage| stage.id() == name) {
                Some(stage) => stages.push(*stage),
                None => {
                    let names: Vec<&str> = Stage::ALL.iter().map(|stage| stage.id()).collect();
                    self.unknown("stage", name, *position, &names);
                }
            }
        }
        if stages.is_empty() && conclusion.only_asks() {
            return vec![Stage::Enquiries];
        }
        if stages.is_empty() {
            return vec![Stage::Screening, Stage::Decision];
        }
        stages.sort_unstable();
        stages.dedup();
        stages
    }

    fn conclusion(&mut self) -> Conclusion {
        let (manifest, draft) = (self.manifest, self.draft);
        let routes: BTreeMap<&str, usize> =
            manifest.routes.iter().enumerate().map(|(i, route)| (route.id.as_str(), i)).collect();
        let ratings: BTreeMap<&str, usize> =
            manifest.ratings.iter().enumerate().map(|(i, rating)| (rating.id.as_str(), i)).collect();
        let mut position_of =
            |what: &str, given: &Option<(String, Position)>, names: &BTreeMap<&str, usize>| {
                let (name, position) = given.as_ref()?;
                let found = names.get(name.as_str()).copied();
                if found.is_none() {
                    let names: Vec<&str> = names.keys().copied().collect();
                    self.unknown(what, name, *position, &names);
                }
                found
            };
        let route = position_of("route", &draft.route, &routes);
        let at_least = position_of("route", &draft.at_least, &routes);
        let not_below = position_of("route", &draft.not_below, &routes);
        let rating = position_of("rating", &draft.rating, &ratings);
        let mut duties = Vec::new();
        for (name, position) in &draft.duties {
            if manifest.duties.iter().any(|duty| duty.id == name.as_str()) {
                duties.push(DutyId::from(name.as_str()));
            } else {
                let names: Vec<&str> = manifest.duties.iter().map(|duty| duty.id.as_str()).collect();
                self.unknown("duty", name, *position, &names);
            }
        }
        let mut ask = Vec::new();
        for (name, position) in &draft.ask {
            match name.parse::<Agency>() {
                Ok(agency) => ask.push(agency),
                Err(_) => {
                    let names: Vec<&str> = Agency::ALL.iter().map(|agency| agency.id()).collect();
                    self.unknown("agency", name, *position, &names);
                }
            }
        }
        let outcome = draft.outcome.as_ref().and_then(|(name, position)| {
            let mut names: Vec<&str> = manifest.outcomes.iter().map(|outcome| outcome.id.as_str()).collect();
            names.extend(manifest.routes.iter().map(|route| route.id.as_str()));
            if names.contains(&name.as_str()) {
                return Some(OutcomeId::from(name.as_str()));
            }
            self.unknown("outcome", name, *position, &names);
            None
        });
        Conclusion {
            route,
            at_least,
            not_below,
            raise: draft.raise.unwrap_or(0),
            lower: draft.lower.unwrap_or(0),
            firm: draft.firm,
            rating,
            outcome,
            duties,
            ask,
        }
    }
}

/// The condition of the `.when(...)` at a position, as written, without `|f|`.
fn condition_text(text: &str, when: Position) -> String {
    let lines = when.line().unwrap_or(1).saturating_sub(1);
    let start: usize = text.split_inclusive('\n').take(lines).map(str::len).sum();
    let line = text.get(start..).unwrap_or("");
    let column = line.char_indices().nth(when.position().unwrap_or(1).saturating_sub(1));
    let rest = column.and_then(|(at, _)| line.get(at..)).unwrap_or("");
    let Some((_, inside)) = rest.split_once('(') else { return String::new() };
    let mut depth = 1_u32;
    let mut in_string = false;
    let mut escaped = false;
    let mut end = inside.len();
    for (at, letter) in inside.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            '(' if !in_string => depth += 1,
            ')' if !in_string => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            end = at;
            break;
        }
    }
    let closure = inside.get(..end).unwrap_or("").trim();
    let body = closure.strip_prefix('|').and_then(|rest| rest.split_once('|')).map_or(closure, |(_, b)| b);
    body.split_whitespace().collect::<Vec<_>>().join(" ")
}
