//! Everything that is wrong with one vignette, given the pack that is to answer it.

use std::collections::BTreeSet;

use mash_model::{Agency, FactDefinition, SourceGroup};
use mash_rules::{RulePack, cases::Otherwise, cases::unknown_fact, facts::value_of};

use crate::{
    answer::answer_after,
    flip::DRAFT,
    problem::VignetteProblem,
    vignette::{InformationStage, PairKind, Vignette},
};

/// Marks of how well a source is known.
const MARKS: [&str; 4] = ["read", "reported", "unverified", "synthesised"];

impl Vignette {
    /// Everything that is wrong with the vignette under this pack, errors and warnings, in the order of the file.
    ///
    /// What it says of another vignette is checked by [`Deck::check`](crate::Deck::check).
    #[must_use]
    pub fn check(&self, pack: &RulePack) -> Vec<VignetteProblem> {
        let mut check = self.names(pack);
        if check.problems.iter().all(|problem| !problem.is_error()) {
            check.answer();
        }
        check.problems
    }

    /// Every fact, value, route, rule and theme that the vignette names and this pack does not know, as
    /// [`check`](Self::check) says it: what keeps a room from playing it with the pack. That the pack answers otherwise
    /// than the vignette accepts is no such thing, but what a room may want to talk about.
    #[must_use]
    pub fn misfits(&self, pack: &RulePack) -> Vec<VignetteProblem> {
        self.names(pack).problems.into_iter().filter(VignetteProblem::is_error).collect()
    }

    fn names<'c>(&'c self, pack: &'c RulePack) -> Check<'c> {
        let mut check = Check { vignette: self, pack, problems: Vec::new() };
        check.texts();
        check.facts();
        check.stages();
        check.routes();
        check.learning_points();
        check
    }
}

/// Themes of a pack: the names of its rule files.
#[must_use]
pub fn themes(pack: &RulePack) -> BTreeSet<&str> {
    let stem = |file: &'_ str| -> Option<usize> { file.strip_suffix(".rhai").map(str::len) };
    pack.rules
        .iter()
        .filter_map(|rule| {
            let name = rule.place.file.rsplit('/').next()?;
            name.get(..stem(name)?)
        })
        .collect()
}

struct Check<'c> {
    vignette: &'c Vignette,
    pack: &'c RulePack,
    problems: Vec<VignetteProblem>,
}

impl Check<'_> {
    fn say(&mut self, problem: VignetteProblem) {
        self.problems.push(problem);
    }

    fn error(&mut self, at: &str, message: impl Into<String>, mend: &str) {
        self.say(VignetteProblem::error(at, message).mend(mend));
    }

    fn texts(&mut self) {
        let vignette = self.vignette;
        let id = vignette.id.as_str();
        let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if id.is_empty() || !id.chars().all(plain) {
            self.error("id", format!("`{id}` is no id"), "use small letters, digits and hyphens");
        }
        for (at, text) in [("title", &vignette.title), ("content_note", &vignette.content_note)] {
            if text.trim().is_empty() {
                self.error(at, "is empty", "say it in a line");
            }
        }
        if vignette.accepted_by_facilitator {
            self.drafted();
        }
        if vignette.acceptance.as_ref().is_some_and(|it| it.who.trim().is_empty()) {
            self.error("acceptance.who", "is empty", "say in which role it was accepted: `training lead`");
        }
        if !vignette.synthetic {
            self.error("synthetic", "is false", "use invented cases only, and say so with true");
        }
        let known = themes(self.pack);
        if !known.contains(vignette.theme.as_str()) {
            let message = format!("unknown theme `{}`", vignette.theme);
            self.say(VignetteProblem::error("theme", message).suggest(&vignette.theme, known));
        }
        if let Some(pair) = &vignette.pair {
            if (pair.kind == PairKind::Fact) != pair.fact.is_some() {
                let mend = "a pair of kind `fact` names the fact; one of another kind names none";
                self.error("pair.fact", "does not go with the kind of the pair", mend);
            }
            if pair.with == vignette.id {
                self.error("pair.with", "names this vignette itself", "name the other one");
            }
            if let Some(fact) = &pair.fact
                && self.pack.dictionary.slot(fact.as_str()).is_none()
            {
                self.unknown_fact("pair.fact", fact);
            }
        }
        if let Some(shows) = &vignette.shows
            && !MARKS.contains(&shows.mark.as_str())
        {
            let message = format!("`{}` is no mark", shows.mark);
            self.say(VignetteProblem::error("shows.mark", message).suggest(&shows.mark, MARKS));
        }
        if vignette.people.is_empty() {
            self.error("people", "is empty", "say whom it is about, by letters: `Child A`");
        }
    }

    /// What is accepted holds no words that a draft begins with.
    fn drafted(&mut self) {
        let vignette = self.vignette;
        let stages = vignette.stages.iter().enumerate().flat_map(|(position, stage)| {
            let paragraphs = stage.document.paragraphs.iter().enumerate();
            paragraphs
                .map(move |(item, text)| (format!("stages[{position}].document.paragraphs[{item}]"), text))
        });
        let own =
            [("title".to_owned(), &vignette.title), ("content_note".to_owned(), &vignette.content_note)];
        let left: Vec<String> = own
            .into_iter()
            .chain(stages)
            .filter(|(_, text)| text.trim_start().starts_with(DRAFT))
            .map(|(at, _)| at)
            .collect();
        for at in left {
            self.error(&at, "still begins with `Draft:`", "write what people are to read there");
        }
    }

    fn unknown_fact(&mut self, at: &str, fact: &mash_model::FactId) {
        let text = unknown_fact(&self.pack.dictionary, fact);
        let (message, mend) = text.split_once("; ").map_or((text.as_str(), None), |(m, n)| (m, Some(n)));
        let mut problem = VignetteProblem::error(at, message);
        problem.mend = mend.map(str::to_owned);
        self.say(problem);
    }

    fn facts(&mut self) {
        let pack = self.pack;
        for (id, written) in &self.vignette.facts {
            let at = format!("facts.{id}");
            match pack.dictionary.find(id.as_str()) {
                None => self.unknown_fact(&at, id),
                Some((_, fact)) => {
                    if let Err(message) = value_of(fact, written) {
                        self.say(VignetteProblem::error(at, message));
                    }
                }
            }
        }
        let truth = self.vignette.truth(&pack.dictionary);
        if let Some(broken) = truth.broken_constraint(&pack.dictionary) {
            let side = broken.when.iter().chain(&broken.then);
            let values = side.filter_map(|(slot, _)| {
                let fact = pack.dictionary.get(*slot)?;
                Some(format!("{} is {}", fact.id, fact.text_of(truth.get(*slot)?)))
            });
            let message = format!("cannot all be true: {}", values.collect::<Vec<_>>().join(", "));
            let mend = format!("change one of them; the dictionary says so under `{}`", broken.id);
            self.error("facts", message, &mend);
        }
    }

    fn stages(&mut self) {
        if self.vignette.stages.is_empty() {
            self.error("stages", "is empty", "tell at least what the contact itself says");
        }
        let mut seen = BTreeSet::new();
        for (position, stage) in self.vignette.stages.iter().enumerate() {
            let at = format!("stages[{position}]");
            if !seen.insert(&stage.id) {
                let message = format!("stage `{}` stands twice", stage.id);
                self.error(&format!("{at}.id"), message, "give each stage its own id");
            }
            if position == 0 && stage.asked {
                self.error(&format!("{at}.asked"), "the first stage is the contact itself", "write false");
            }
            if position == 0 && stage.from != self.vignette.source {
                let message = format!("is `{}`, and the source is `{}`", stage.from, self.vignette.source);
                self.error(&format!("{at}.from"), message, "the first stage comes from who makes contact");
            }
            if stage.document.fields.is_empty() && stage.document.paragraphs.is_empty() {
                self.error(&format!("{at}.document"), "says nothing", "add fields or paragraphs");
            }
            self.stage_facts(position, stage);
        }
    }

    fn stage_facts(&mut self, position: usize, stage: &InformationStage) {
        let vignette = self.vignette;
        for (item, id) in stage.facts.iter().enumerate() {
            let at = format!("stages[{position}].facts[{item}]");
            let Some((_, fact)) = self.pack.dictionary.find(id.as_str()) else {
                self.unknown_fact(&at, id);
                continue;
            };
            let absent = vignette.otherwise == Otherwise::Absent && fact.absent.is_some();
            if !vignette.facts.contains_key(id) && !absent {
                let message = format!("tells `{id}`, which the vignette does not have");
                self.error(&at, message, "add it to `facts`, or take it out of the stage");
            }
            // Who makes contact may say whatever they saw; who is asked answers from what they hold.
            if position > 0 && stage.asked && !holds(stage.from, fact) {
                let holders: Vec<&str> = fact.agencies.iter().map(|agency| agency.id()).collect();
                let message = format!(
                    "`{}` tells `{id}`, which the dictionary does not list it as holding",
                    stage.from
                );
                let mend =
                    format!("let one of {} tell it, or leave it if that is how it was", holders.join(", "));
                self.say(VignetteProblem::warning(at, message).mend(mend));
            }
        }
        let told = |fact| self.vignette.stages.iter().any(|stage| stage.facts.contains(fact));
        if position + 1 == self.vignette.stages.len() {
            let untold: Vec<_> = self.vignette.facts.keys().filter(|fact| !told(fact)).cloned().collect();
            for fact in untold {
                let message = "no stage tells it";
                let mend = "let a stage tell it; else it stays hidden even when all is told";
                self.say(VignetteProblem::warning(format!("facts.{fact}"), message).mend(mend));
            }
        }
    }

    fn routes(&mut self) {
        let known: Vec<&str> = self.pack.manifest.routes.iter().map(|route| route.id.as_str()).collect();
        let vignette = self.vignette;
        let accepted = vignette.accepted.iter().enumerate();
        let accepted = accepted.map(|(item, route)| (format!("accepted[{item}]"), route));
        let panel = vignette.panel.iter().flat_map(|panel| panel.routes.keys());
        let panel = panel.map(|route| (format!("panel.routes.{route}"), route));
        for (at, route) in accepted.chain(panel) {
            if !known.contains(&route.as_str()) {
                let message = format!("unknown route `{route}`");
                self.say(VignetteProblem::error(at, message).suggest(route.as_str(), known.iter().copied()));
            }
        }
        if vignette.accepted.is_empty() && vignette.accepted_by_facilitator {
            self.error("accepted", "is empty", "name the routes that can be defended");
        }
    }

    fn learning_points(&mut self) {
        for (item, point) in self.vignette.learning_points.iter().enumerate() {
            if let Some(rule) = &point.rule
                && self.pack.find_rule(rule.as_str()).is_none()
            {
                let names: Vec<&str> = self.pack.rules.iter().map(|rule| rule.id.as_str()).collect();
                let problem = VignetteProblem::error(
                    format!("learning_points[{item}].rule"),
                    format!("unknown rule `{rule}`"),
                );
                self.say(problem.suggest(rule.as_str(), names));
            }
        }
    }

    /// Once everything is told, the pack's route is accepted, or a learning point says why a panel may differ.
    fn answer(&mut self) {
        let vignette = self.vignette;
        if !vignette.accepted_by_facilitator {
            return;
        }
        let engine = self.pack.compiled();
        let route = answer_after(self.pack, &engine, vignette, &vignette.stage_ids()).decision.route;
        if !vignette.accepted.contains(&route) && !vignette.learning_points.iter().any(|p| p.panel_may_differ)
        {
            let message = format!("leaves out `{route}`, the pack's answer when every stage is told");
            let mend = "accept it, or add a learning point with `panel_may_differ` that says why";
            self.error("accepted", message, mend);
        }
    }
}

/// Does the dictionary list this agency, or its kind of service, as holding the fact?
fn holds(agency: Agency, fact: &FactDefinition) -> bool {
    let health = agency.source_group() == SourceGroup::Health && fact.agencies.contains(&Agency::Health);
    health || fact.agencies.contains(&agency)
}
