//! A table as a whole: rows that can both apply, rows that others cover, and what no row covers.
//!
//! A cell admits a set of values of one fact, so a row is a box, one side a fact, and all of this is exact: two rows meet
//! when their sides meet on every fact, and what rows leave of a box is computed by cutting them out one after the other.
//! Combinations that the dictionary's constraints exclude count for nothing. Rows are rules that the fold joins, so an
//! overlap or a gap may well be meant: these are things to look at, not errors. Cutting takes a bounded number of steps;
//! where that is reached, the answer says that it is not exhaustive.

use mash_model::FactDictionary;
use serde::{Deserialize, Serialize};

use super::{DecisionTable, TableRow, ValueSet};
use crate::{rule::Conclusion, rule_pack::RulePack};

/// Most sides of boxes that the search for gaps compares or copies, and all searches for covered rows together.
const MOST_STEPS: usize = 4_000_000;
/// Fewest that the search for one covered row may take, however many rows there are.
const LEAST_STEPS: usize = 10_000;
/// Most overlaps and most gaps that are listed for a table.
const MOST_LISTED: usize = 500;

/// What a table's rows do together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TableAnalysis {
    /// Path of the file, and the sheet in a workbook.
    pub table: String,
    /// Rows whose rules are in force.
    pub rows: usize,
    /// Facts its conditions read.
    pub facts: Vec<String>,
    /// Pairs of rows that can both apply.
    pub overlaps: Vec<Overlap>,
    /// Rows that apply only where an earlier row does.
    pub covered: Vec<CoveredRow>,
    /// Combinations of known facts to which no row applies, each as wide as it goes; the simplest first.
    pub gaps: Vec<Vec<FactCell>>,
    /// Is the above all there is? False when a search stopped at its bound.
    pub exhaustive: bool,
}

/// A row by its number and rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RowName {
    /// Number of the row in a spreadsheet, from 1.
    pub row: usize,
    /// The rule it states.
    pub rule: String,
}

/// Two rows that can both apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Overlap {
    /// The earlier row.
    pub first: RowName,
    /// The later row.
    pub second: RowName,
    /// Do both conclude the same?
    pub same_conclusion: bool,
    /// Where both apply.
    pub at: Vec<FactCell>,
}

/// A row that adds no case to the rows before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CoveredRow {
    /// The row.
    pub row: RowName,
    /// The rows of which one applies wherever it does; none when it can apply nowhere, because of the dictionary's
    /// constraints or a threshold outside its fact's range.
    pub by: Vec<RowName>,
    /// Do they all conclude what it does?
    pub same_conclusion: bool,
}

/// Values of one fact, as a cell of a table states them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FactCell {
    /// The fact.
    pub fact: String,
    /// Its values, for example `low | medium` or `>= 3`.
    pub cell: String,
}

/// One set of values a fact of the table.
type Region = Vec<ValueSet>;

/// Analyses every table of a pack, with the thresholds in force and without rows that an overlay removed.
#[must_use]
pub fn analyse(pack: &RulePack) -> Vec<TableAnalysis> {
    pack.tables.iter().map(|table| Analysis::new(pack, table).run()).collect()
}

struct Analysis<'p> {
    pack: &'p RulePack,
    table: &'p DecisionTable,
    rows: Vec<&'p TableRow>,
    /// Boxes that no child can be in.
    impossible: Vec<Region>,
    exhaustive: bool,
}

impl<'p> Analysis<'p> {
    fn new(pack: &'p RulePack, table: &'p DecisionTable) -> Self {
        let in_force = |row: &&TableRow| {
            pack.find_rule(row.rule.as_str()).is_some_and(|(_, rule)| rule.place == row.place)
        };
        Self {
            pack,
            table,
            rows: table.rows.iter().filter(in_force).collect(),
            impossible: impossible(&pack.dictionary, table),
            exhaustive: true,
        }
    }

    fn run(mut self) -> TableAnalysis {
        let (overlaps, covered, gaps) = (self.overlaps(), self.covered(), self.gaps());
        let facts = self.table.facts.iter().filter_map(|slot| self.pack.dictionary.get(*slot));
        TableAnalysis {
            table: self.table.title.clone(),
            rows: self.rows.len(),
            facts: facts.map(|fact| fact.id.to_string()).collect(),
            overlaps,
            covered,
            gaps,
            exhaustive: self.exhaustive,
        }
    }

    fn overlaps(&mut self) -> Vec<Overlap> {
        let mut found = Vec::new();
        let any = self.universe(ValueSet::any);
        let impossible: Vec<&[ValueSet]> = self.impossible.iter().map(Vec::as_slice).collect();
        for (index, first) in self.rows.iter().enumerate() {
            for second in
                self.rows.iter().skip(index + 1).filter(|second| meet(&first.admits, &second.admits))
            {
                let both: Region =
                    first.admits.iter().zip(&second.admits).map(|(a, b)| a.intersection(b)).collect();
                if uncovered(&both, &impossible, 1, MOST_STEPS).parts.is_empty() {
                    continue;
                }
                if found.len() == MOST_LISTED {
                    self.exhaustive = false;
                    return found;
                }
                found.push(Overlap {
                    first: name(first),
                    second: name(second),
                    same_conclusion: self.conclusion(first) == self.conclusion(second),
                    at: self.cells(&both, &any),
                });
            }
        }
        found
    }

    fn covered(&mut self) -> Vec<CoveredRow> {
        let mut found = Vec::new();
        let steps = MOST_STEPS.checked_div(self.rows.len()).unwrap_or(MOST_STEPS).max(LEAST_STEPS);
        // All that may cover the next row: the impossible, then the rows before it.
        let mut covers: Vec<&[ValueSet]> = self.impossible.iter().map(Vec::as_slice).collect();
        for (index, row) in self.rows.iter().enumerate() {
            let earlier = || self.rows.iter().take(index);
            let rest = uncovered(&row.admits, &covers, 1, steps);
            covers.push(&row.admits);
            self.exhaustive &= rest.complete || !rest.parts.is_empty();
            if !rest.complete || !rest.parts.is_empty() {
                continue;
            }
            // One row that covers it alone says more than all that touch it.
            let by: Vec<&TableRow> = match earlier().find(|other| within(&row.admits, &other.admits)) {
                Some(alone) => vec![*alone],
                None => earlier().filter(|other| meet(&row.admits, &other.admits)).copied().collect(),
            };
            found.push(CoveredRow {
                row: name(row),
                same_conclusion: by.iter().all(|other| self.conclusion(other) == self.conclusion(row)),
                by: by.into_iter().map(name).collect(),
            });
        }
        found
    }

    fn gaps(&mut self) -> Vec<Vec<FactCell>> {
        let known = self.universe(ValueSet::known);
        let rows: Vec<&[ValueSet]> = self.rows.iter().map(|row| row.admits.as_slice()).collect();
        let covers: Vec<&[ValueSet]> =
            self.impossible.iter().map(Vec::as_slice).chain(rows.iter().copied()).collect();
        let rest = uncovered(&known, &covers, MOST_LISTED, MOST_STEPS);
        self.exhaustive &= rest.complete;
        let mut gaps: Vec<Vec<FactCell>> = rest
            .parts
            .into_iter()
            .map(|part| widened(part, &rows, &known))
            .map(|part| self.cells(&part, &known))
            .collect();
        // Parts of one gap, widened, are the same; the fewest facts make the simplest.
        gaps.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        gaps.dedup();
        gaps
    }

    fn conclusion(&self, row: &TableRow) -> Option<&Conclusion> {
        self.pack.find_rule(row.rule.as_str()).map(|(_, rule)| &rule.conclusion)
    }

    /// All values of each fact of the table.
    fn universe(&self, all: fn(&mash_model::FactDefinition) -> ValueSet) -> Region {
        self.table.facts.iter().filter_map(|slot| self.pack.dictionary.get(*slot)).map(all).collect()
    }

    /// The sides of a region that are not all of `whole`.
    fn cells(&self, region: &[ValueSet], whole: &[ValueSet]) -> Vec<FactCell> {
        let facts = self.table.facts.iter().filter_map(|slot| self.pack.dictionary.get(*slot));
        facts
            .zip(region.iter().zip(whole))
            .filter(|(_, (side, whole))| side != whole)
            .map(|(fact, (side, _))| FactCell { fact: fact.id.to_string(), cell: side.as_cell(fact) })
            .collect()
    }
}

fn name(row: &TableRow) -> RowName {
    RowName { row: row.number, rule: row.rule.to_string() }
}

/// The boxes that constraints exclude and that the table's facts can tell.
fn impossible(dictionary: &FactDictionary, table: &DecisionTable) -> Vec<Region> {
    let mut regions = Vec::new();
    for constraint in dictionary.constraints() {
        for (then, values) in &constraint.then {
            let told = constraint.when.iter().map(|(slot, _)| slot).chain([then]);
            if !told.clone().all(|slot| table.facts.contains(slot)) {
                continue;
            }
            let sides = table.facts.iter().filter_map(|slot| {
                let fact = dictionary.get(*slot)?;
                let mut side = ValueSet::any(fact);
                for (_, values) in constraint.when.iter().filter(|(when, _)| when == slot) {
                    side = side.intersection(&ValueSet::of(values.iter().copied()));
                }
                if slot == then {
                    let broken = ValueSet::known(fact).difference(&ValueSet::of(values.iter().copied()));
                    side = side.intersection(&broken);
                }
                Some(side)
            });
            regions.push(sides.collect());
        }
    }
    regions
}

/// Do the two have a point in common?
fn meet(a: &[ValueSet], b: &[ValueSet]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.meets(b))
}

/// Is the first inside the second?
fn within(a: &[ValueSet], b: &[ValueSet]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.difference(b).is_empty())
}

/// The parts of a region outside another that it meets: for each fact in turn, what sticks out there.
fn minus(region: &[ValueSet], other: &[ValueSet]) -> Vec<Region> {
    let mut rest: Region = region.to_vec();
    let mut parts = Vec::new();
    for (fact, side) in other.iter().enumerate() {
        let Some(own) = rest.get_mut(fact) else { continue };
        let (outside, inside) = (own.difference(side), own.intersection(side));
        *own = outside;
        let part = rest.clone();
        if let Some(own) = rest.get_mut(fact) {
            *own = inside;
        }
        if part.get(fact).is_some_and(|side| !side.is_empty()) {
            parts.push(part);
        }
    }
    parts
}

/// What covers leave of a region.
struct Rest {
    /// Disjoint parts that no cover meets; at most as many as asked for.
    parts: Vec<Region>,
    /// Are they all?
    complete: bool,
}

/// Cuts the covers out of a region until `most` parts are found or so many steps are taken.
fn uncovered(region: &[ValueSet], covers: &[&[ValueSet]], most: usize, most_steps: usize) -> Rest {
    if region.iter().any(ValueSet::is_empty) {
        return Rest { parts: Vec::new(), complete: true };
    }
    let mut open = vec![(region.to_vec(), 0)];
    let mut parts = Vec::new();
    let mut steps = 0;
    while let Some((region, from)) = open.pop() {
        let next = covers.iter().enumerate().skip(from).find(|(_, cover)| meet(&region, cover));
        steps += next.map_or(covers.len(), |(index, _)| index + 1) - from + 1;
        match next {
            Some((index, cover)) => {
                let outside = minus(&region, cover);
                steps += region.len() * region.len();
                open.extend(outside.into_iter().rev().map(|part| (part, index + 1)));
            }
            None => parts.push(region),
        }
        if parts.len() == most || steps > most_steps {
            return Rest { parts, complete: open.is_empty() };
        }
    }
    Rest { parts, complete: true }
}

/// A region that no row meets, made as wide as it goes: each side grows to all that no row reaches from there.
fn widened(mut region: Region, rows: &[&[ValueSet]], known: &[ValueSet]) -> Region {
    for (fact, all) in known.iter().enumerate() {
        let elsewhere = |row: &&&[ValueSet]| {
            region.iter().zip(**row).enumerate().all(|(other, (a, b))| other == fact || a.meets(b))
        };
        let side = rows
            .iter()
            .filter(elsewhere)
            .filter_map(|row| row.get(fact))
            .fold(all.clone(), |side, row| side.difference(row));
        if let Some(own) = region.get_mut(fact) {
            *own = side;
        }
    }
    region
}
