//! One seed: draw a pack and its sheets, put both engines to the question, compare and count.

use fastrand::Rng;
use mash_model::FactSheet;
use mash_rules::{Evaluator, FindingKind, RulePack};

use super::{
    answers::{Answers, Errors, difference},
    columns::{self, InColumns},
    counts::Counts,
    facts::{self, Sheet},
    generate,
    pack::Pack,
    shrink,
};

/// A way to get an engine out of a loaded pack.
pub type Engine = fn(&RulePack) -> Box<dyn Evaluator + '_>;

/// What is compared with the interpreter.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    /// The engine.
    pub engine: Engine,
    /// Are the pack's columns put to the question too?
    pub in_columns: bool,
}

/// Sheets drawn for a pack.
pub const SHEETS: usize = 80;

/// What came of one seed.
#[derive(Debug, Clone)]
pub struct Trial {
    /// What was seen.
    pub counts: Counts,
    /// What the loader finds wrong with the pack, when it does not load.
    pub refused: Option<String>,
    /// Where the engines differ, if they do.
    pub failure: Option<Failure>,
}

/// A pack and a sheet over which two engines differ.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The seed it was drawn from.
    pub seed: u64,
    /// The pack.
    pub pack: Pack,
    /// The facts.
    pub sheet: Sheet,
    /// The difference, in words.
    pub difference: String,
}

/// Draws the pack and sheets of a seed.
#[must_use]
pub fn draw(seed: u64) -> (Pack, Vec<Sheet>) {
    let pack = generate::pack(seed);
    let sheets = facts::sheets(&mut Rng::with_seed(!seed), &pack, SHEETS);
    (pack, sheets)
}

/// Compares an engine with the interpreter over the pack of a seed.
#[must_use]
pub fn run(seed: u64, subject: Subject) -> Trial {
    let (pack, sheets) = draw(seed);
    let mut trial = Trial { counts: Counts::default(), refused: None, failure: None };
    let loaded = match pack.load() {
        Ok(loaded) => loaded,
        Err(error) => {
            let syntax = error.findings.iter().any(|finding| finding.kind == FindingKind::Syntax);
            trial.counts.refused(syntax);
            trial.refused = Some(error.to_string());
            return trial;
        }
    };
    let facts: Vec<FactSheet> = sheets.iter().map(|sheet| sheet.facts(&pack.dictionary, &loaded)).collect();
    let said: Vec<Answers> =
        facts.iter().map(|facts| Answers::of(&loaded, loaded.interpreter(), facts)).collect();
    let found = differences(&loaded, &facts, &said, subject);
    trial.counts.pack(&pack, &loaded, &said, &found);
    trial.failure = found.difference.map(|(at, difference)| Failure {
        seed,
        pack: pack.clone(),
        sheet: sheets[at].clone(),
        difference,
    });
    trial
}

/// The first difference between the interpreter's answers and another engine's, one sheet at a time and in columns.
fn differences(pack: &RulePack, facts: &[FactSheet], said: &[Answers], subject: Subject) -> InColumns {
    let engine = (subject.engine)(pack);
    let alone = facts.iter().zip(said).enumerate().find_map(|(at, (facts, said))| {
        let else_said = Answers::of(pack, &*engine, facts);
        difference(pack, said, &else_said, Errors::Compared).map(|words| (at, words))
    });
    let mut found = if subject.in_columns {
        columns::put(pack, facts, said)
    } else {
        InColumns { sheets: 0, by_circuit: vec![0; pack.rules.len()], difference: None }
    };
    found.difference = alone.or(found.difference);
    found
}

/// The difference between the interpreter and an engine over one loaded pack and some sheets.
#[must_use]
pub fn compare_over(pack: &RulePack, facts: &[FactSheet], subject: Subject) -> Option<(usize, String)> {
    let said: Vec<Answers> = facts.iter().map(|facts| Answers::of(pack, pack.interpreter(), facts)).collect();
    differences(pack, facts, &said, subject).difference
}

/// The difference between the interpreter and an engine over one pack and sheet.
#[must_use]
pub fn compare(pack: &Pack, sheet: &Sheet, subject: Subject) -> Option<String> {
    let loaded = pack.load().ok()?;
    let facts = [sheet.facts(&pack.dictionary, &loaded)];
    compare_over(&loaded, &facts, subject).map(|(_, words)| words)
}

impl Failure {
    /// The smallest pack and sheet that still differ.
    #[must_use]
    pub fn shrunk(&self, differs: impl Fn(&Pack, &Sheet) -> Option<String>) -> Self {
        let (pack, sheet) =
            shrink::shrink(&self.pack, &self.sheet, &|pack, sheet| differs(pack, sheet).is_some());
        let difference = differs(&pack, &sheet).unwrap_or_else(|| self.difference.clone());
        Self { seed: self.seed, pack, sheet, difference }
    }

    /// The pack as Rhai, the case as JSON, the difference in words.
    #[must_use]
    pub fn report(&self) -> String {
        let facts: Vec<String> = self
            .pack
            .facts_named()
            .into_iter()
            .map(|at| {
                let fact = &self.pack.dictionary[at];
                format!("// {}: {:?}\n", fact.id, fact.kind)
            })
            .collect();
        format!(
            "seed {}\n{}{}{}// facts: {}\n// {}\n",
            self.seed,
            facts.concat(),
            self.pack.functions_text(),
            self.pack.rules_text(),
            self.sheet.json(&self.pack.dictionary),
            self.difference
        )
    }
}
