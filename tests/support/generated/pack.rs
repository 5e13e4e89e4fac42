//! A generated pack: as a tree that can be changed, and as the files that are loaded.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use mash_rules::{PackError, PackFiles, PackFolder, RulePack};
use serde_json::{Value, json};

use super::{
    facts::{self, Fact},
    grammar::{Construct, Expression, Function},
    print::Printer,
};

/// A pack before it is text.
#[derive(Debug, Clone, PartialEq)]
pub struct Pack {
    /// Facts that its rules read.
    pub dictionary: Vec<Fact>,
    /// Thresholds that its rules read.
    pub thresholds: Vec<Threshold>,
    /// Its functions; those that nothing calls are not written.
    pub functions: Vec<Function>,
    /// Its rules.
    pub rules: Vec<Rule>,
    /// Its manifest, without what follows from the rest.
    pub manifest: Value,
}

/// A threshold in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    /// Its name.
    pub name: String,
    /// Truth, number or grade.
    pub value: Value,
}

/// A rule before it is text.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// Its condition.
    pub condition: Expression,
    /// Its conclusions and stages, each a call such as `.route(EARLY_HELP)`.
    pub conclusions: Vec<String>,
    /// May the family be told?
    pub family_may_be_told: bool,
}

impl Pack {
    /// The pack, loaded.
    ///
    /// # Errors
    /// What the loader finds wrong with it.
    pub fn load(&self) -> Result<RulePack, PackError> {
        RulePack::load(&PackFiles { chain: vec![self.folder()], broken_base: None })
    }

    /// Its files.
    #[must_use]
    pub fn folder(&self) -> PackFolder {
        let files = [
            ("manifest.json", self.manifest.to_string()),
            ("facts.json", facts::facts_json(&self.dictionary)),
            ("thresholds.json", self.thresholds_json()),
            ("functions.rhai", self.functions_text()),
            ("rules.rhai", self.rules_text()),
        ];
        let files: BTreeMap<String, String> =
            files.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
        PackFolder { path: "generated".to_owned(), files }
    }

    /// The functions that its rules call, as they stand in their file.
    #[must_use]
    pub fn functions_text(&self) -> String {
        let mut text = String::new();
        for function in self.functions_called().into_iter().map(|at| &self.functions[at]) {
            let parameters: Vec<&str> = function
                .facts
                .iter()
                .map(String::as_str)
                .chain(function.parameters.iter().map(|(name, _)| name.as_str()))
                .collect();
            let printer = self.printer(function.facts.as_deref().unwrap_or("f"));
            text.push_str(&format!(
                "fn {}({}) {{\n    {}\n}}\n",
                function.name,
                parameters.join(", "),
                printer.text(&function.body)
            ));
        }
        text
    }

    /// Its rules, as they stand in their file.
    #[must_use]
    pub fn rules_text(&self) -> String {
        let printer = self.printer("f");
        let mut text = String::new();
        for rule in &self.rules {
            text.push_str(&format!(
                "rule(\"{}\", \"generated\").source(\"doc\", \"1\")\n    .when(|f| {})\n    {}\n    \
                 .because(\"b\").plain(\"p\").family_may_be_told({});\n",
                rule.id,
                printer.text(&rule.condition),
                rule.conclusions.concat(),
                rule.family_may_be_told
            ));
        }
        text
    }

    /// The facts that its conditions name, and the functions they call, by position.
    #[must_use]
    pub fn facts_named(&self) -> BTreeSet<usize> {
        let bodies = self.functions_called().into_iter().map(|at| &self.functions[at].body);
        let conditions = self.rules.iter().map(|rule| &rule.condition).chain(bodies);
        conditions
            .flat_map(|condition| condition.nodes())
            .filter_map(|node| if let Construct::Fact(at) = node.construct { Some(at) } else { None })
            .collect()
    }

    /// The functions that its rules call, themselves or through others.
    #[must_use]
    pub fn functions_called(&self) -> BTreeSet<usize> {
        self.rules.iter().flat_map(|rule| rule.condition.calls(&self.functions)).collect()
    }

    fn printer<'p>(&'p self, facts: &'p str) -> Printer<'p> {
        Printer {
            dictionary: &self.dictionary,
            functions: &self.functions,
            thresholds: &self.thresholds,
            facts,
        }
    }

    fn thresholds_json(&self) -> String {
        let entries: BTreeMap<&str, Value> = self
            .thresholds
            .iter()
            .map(|threshold| {
                let source = json!({ "title": "A document" });
                let value = json!({ "from": "2026-01-01", "value": threshold.value, "source": source });
                (threshold.name.as_str(), json!({ "title": "generated", "values": [value] }))
            })
            .collect();
        json!(entries).to_string()
    }
}

const ROUTES: [&str; 4] =
    ["no_further_action", "early_help", "child_and_family_assessment", "strategy_discussion"];
const RATINGS: [&str; 3] = ["blue", "green", "red"];

/// A manifest: the vocabulary is the same everywhere, how answers are folded is not.
pub fn manifest(random: &mut Rng) -> Value {
    let consents = ["not_applicable", "needed", "needed", "not_required"];
    let rated = random.bool();
    let routes: Vec<Value> = ROUTES
        .iter()
        .enumerate()
        .map(|(at, id)| {
            json!({
                "id": id, "title": id, "closes": at == 0, "consent": consents[at],
                "default_rating": rated.then(|| RATINGS[at.min(2)]),
            })
        })
        .collect();
    let titled =
        |ids: &[&str]| -> Vec<Value> { ids.iter().map(|id| json!({"id": id, "title": id})).collect() };
    let mut manifest = json!({
        "id": "generated", "title": "Generated", "version": "1", "owner": "tests",
        "effective": { "from": "2026-04-01" },
        "documents": { "doc": { "title": "A document", "mark": "synthesised" } },
        "routes": routes,
        "ratings": [
            { "id": "blue", "title": "Blue", "timescale": null },
            { "id": "green", "title": "Green", "timescale": { "working_days": 3 } },
            { "id": "red", "title": "Red", "timescale": { "hours": 4 } }
        ],
        "outcomes": titled(&["allocated_worker", "another_area"]),
        "duties": titled(&["marac", "lado"]),
        "fold": {
            "raise_steps": random.u8(1..=2), "lower_steps": random.u8(1..=2),
            "lower_only_below": ROUTES[random.usize(2..4)],
        },
    });
    if random.bool() {
        let fact = ["p", "n", "g"][random.usize(..3)];
        manifest["closing"] = json!({ "facts": ["consent", fact] });
    }
    manifest
}

/// What a rule concludes and where: at least one conclusion, at times several.
pub fn conclusions(random: &mut Rng) -> Vec<String> {
    let capitals = |names: &[&str], random: &mut Rng| names[random.usize(..names.len())].to_uppercase();
    let mut calls: Vec<String> = Vec::new();
    let mut add = |call: String| {
        let name = call.split('(').next().unwrap_or("").to_owned();
        if calls.iter().all(|known| !known.starts_with(&format!("{name}("))) {
            calls.push(call);
        }
    };
    for _ in 0..random.usize(1..=3) {
        add(match random.u8(..12) {
            0..4 => format!(".route({})", capitals(&ROUTES, random)),
            4 => format!(".at_least({})", capitals(&ROUTES, random)),
            5 => format!(".not_below({})", capitals(&ROUTES, random)),
            6 => format!(".raise({})", random.u8(1..=2)),
            7 => format!(".lower({})", random.u8(1..=2)),
            8 => format!(".rating({})", capitals(&RATINGS, random)),
            9 => format!(".duty({})", capitals(&["marac", "lado"], random)),
            10 => format!(".ask({})", ["POLICE", "[SCHOOL, GP]", "HOUSING"][random.usize(..3)]),
            _ => format!(".outcome({})", capitals(&["allocated_worker", "another_area"], random)),
        });
    }
    match random.u8(..10) {
        0 => calls.push(".firm()".to_owned()),
        1 => calls.push(".stage(SCREENING)".to_owned()),
        2 => calls.push(".stage(DECISION)".to_owned()),
        3 => calls.push(".stage(ENQUIRIES).stage(DECISION)".to_owned()),
        _ => {}
    }
    calls
}
