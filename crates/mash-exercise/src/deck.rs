//! Vignettes side by side: ids that stand once, and pairs that differ in what they say and in nothing else.

use std::collections::BTreeMap;

use mash_model::{FactId, VignetteId};
use mash_rules::RulePack;

use crate::{
    problem::VignetteProblem,
    vignette::{Document, Pair, PairKind, Vignette},
};

/// Vignettes by id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Deck {
    vignettes: BTreeMap<VignetteId, Vignette>,
}

impl Deck {
    /// A deck of these vignettes.
    ///
    /// # Errors
    /// [`DuplicateVignetteError`] names the first id that stands twice.
    pub fn new(vignettes: impl IntoIterator<Item = Vignette>) -> Result<Self, DuplicateVignetteError> {
        let mut deck = Self::default();
        for vignette in vignettes {
            let id = vignette.id.clone();
            // INVARIANT: each vignette stands under its own id.
            if deck.vignettes.insert(id.clone(), vignette).is_some() {
                return Err(DuplicateVignetteError { vignette: id });
            }
        }
        Ok(deck)
    }

    /// The vignettes, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Vignette> {
        self.vignettes.values()
    }

    /// The vignette of this id.
    #[must_use]
    pub fn get(&self, id: &VignetteId) -> Option<&Vignette> {
        self.vignettes.get(id)
    }

    /// Number of vignettes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.vignettes.len()
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.vignettes.is_empty()
    }

    /// Everything that is wrong with each vignette under this pack, alone and beside the others; only those with
    /// something wrong are listed.
    #[must_use]
    pub fn check(&self, pack: &RulePack) -> BTreeMap<VignetteId, Vec<VignetteProblem>> {
        let mut all = BTreeMap::new();
        for id in self.vignettes.keys() {
            let problems = self.check_one(pack, id);
            if !problems.is_empty() {
                all.insert(id.clone(), problems);
            }
        }
        all
    }

    /// Everything that is wrong with the vignette of this id, as [`check`](Self::check) finds it; nothing where there is
    /// none.
    #[must_use]
    pub fn check_one(&self, pack: &RulePack, id: &VignetteId) -> Vec<VignetteProblem> {
        let Some(vignette) = self.get(id) else { return Vec::new() };
        let mut problems = vignette.check(pack);
        if let Some(pair) = &vignette.pair {
            problems.extend(self.pair(vignette, pair));
        }
        problems
    }

    fn pair(&self, vignette: &Vignette, pair: &Pair) -> Vec<VignetteProblem> {
        let Some(other) = self.get(&pair.with) else {
            let names = self.vignettes.keys().map(VignetteId::as_str);
            let problem =
                VignetteProblem::error("pair.with", format!("there is no vignette `{}`", pair.with));
            return vec![problem.suggest(pair.with.as_str(), names)];
        };
        let back = other.pair.as_ref();
        if back
            .is_none_or(|back| back.with != vignette.id || back.kind != pair.kind || back.fact != pair.fact)
        {
            let mend =
                format!("let the pair of `{}` name this vignette, with the same kind and fact", other.id);
            let message = format!("`{}` does not name this one back", other.id);
            return vec![VignetteProblem::error("pair", message).mend(mend)];
        }
        let mut problems = Vec::new();
        if !differs_as_said(vignette, other, pair) {
            let message = format!("does not differ from `{}` in what `kind` says", other.id);
            let mend = "change it in one of the two, or make them no pair";
            problems.push(VignetteProblem::error("pair.kind", message).mend(mend));
        }
        for what in differs_otherwise(vignette, other, pair) {
            let message = format!("also differs from `{}` in {what}", other.id);
            let mend = "make it the same in both, or make them no pair";
            problems.push(VignetteProblem::error("pair", message).mend(mend));
        }
        problems
    }
}

/// Two vignettes share an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("vignette `{vignette}` stands twice; give one of them another id")]
pub struct DuplicateVignetteError {
    /// The id.
    pub vignette: VignetteId,
}

/// Facts whose value differs between two vignettes, by id.
#[must_use]
pub fn differing_facts<'v>(a: &'v Vignette, b: &'v Vignette) -> Vec<&'v FactId> {
    let mut ids: Vec<&FactId> = a.facts.keys().chain(b.facts.keys()).collect();
    ids.sort();
    ids.dedup();
    ids.retain(|id| a.facts.get(*id) != b.facts.get(*id));
    ids
}

/// Label of the field that shows ethnicity.
pub const ETHNICITY_LABEL: &str = "Ethnicity";

fn differs_as_said(a: &Vignette, b: &Vignette, pair: &Pair) -> bool {
    match pair.kind {
        PairKind::Fact => pair.fact.as_ref().is_some_and(|fact| differing_facts(a, b).contains(&fact)),
        PairKind::Ethnicity => a.characteristics.ethnicity != b.characteristics.ethnicity,
        PairKind::Source => a.source != b.source,
    }
}

/// What differs between the two of a pair beside what they are said to differ in.
fn differs_otherwise(a: &Vignette, b: &Vignette, pair: &Pair) -> Vec<String> {
    let mut found = Vec::new();
    let mut same = |is: bool, what: &str| {
        if !is {
            found.push(what.to_owned());
        }
    };
    same(a.theme == b.theme, "`theme`");
    same(a.otherwise == b.otherwise, "`otherwise`");
    same(pair.kind == PairKind::Source || a.source == b.source, "`source`");
    let mut characteristics = b.characteristics.clone();
    if pair.kind == PairKind::Ethnicity {
        characteristics.ethnicity.clone_from(&a.characteristics.ethnicity);
        let words = |vignette: &Vignette| -> Vec<_> {
            let stages = vignette.stages.iter();
            stages.map(|stage| (stage.id.clone(), without_ethnicity(&stage.document))).collect()
        };
        same(words(a) == words(b), "the words of a document beside its field `Ethnicity`");
    }
    same(a.characteristics == characteristics, "`characteristics`");
    let told = |vignette: &Vignette| -> Vec<_> {
        vignette.stages.iter().map(|stage| (stage.id.clone(), stage.facts.clone())).collect()
    };
    same(told(a) == told(b), "the facts that its stages tell");
    let facts = differing_facts(a, b).into_iter().filter(|fact| Some(*fact) != pair.fact.as_ref());
    found.extend(facts.map(|fact| format!("`facts.{fact}`")));
    found
}

fn without_ethnicity(document: &Document) -> Document {
    let mut document = document.clone();
    document.fields.retain(|field| field.label != ETHNICITY_LABEL);
    document
}
