//! Shrinking: the smallest pack and sheet about which something still holds.
//!
//! Greedy: whatever change makes the pack or the sheet simpler and keeps what is looked for is taken, largest changes
//! first, until none is left. What a change must keep is any predicate; a pack that does not load keeps nothing.

use mash_model::FactValue;

use super::{
    facts::Sheet,
    grammar::{Arm, Construct, Expression},
    pack::Pack,
};

/// Most changes tried: an end for a predicate that takes long.
const MOST: usize = 3_000;

/// The smallest pack and sheet for which `holds` does, as far as single changes lead.
#[must_use]
pub fn shrink(pack: &Pack, sheet: &Sheet, holds: &dyn Fn(&Pack, &Sheet) -> bool) -> (Pack, Sheet) {
    let mut found = (pack.clone(), sheet.clone());
    let mut tried = 0;
    loop {
        let smaller = changes(&found.0, &found.1).find(|(pack, sheet)| {
            tried += 1;
            tried <= MOST && holds(pack, sheet)
        });
        match smaller {
            Some(smaller) => found = smaller,
            None => return found,
        }
    }
}

/// Each simpler pack or sheet that one change gives, largest changes first.
fn changes<'c>(pack: &'c Pack, sheet: &'c Sheet) -> impl Iterator<Item = (Pack, Sheet)> + 'c {
    let packs = fewer_rules(pack).chain(simpler_rules(pack)).chain(simpler_functions(pack));
    let packs = packs.map(|pack| (pack, sheet.clone()));
    packs.chain(simpler_sheets(sheet).map(|sheet| (pack.clone(), sheet)))
}

/// One rule alone, one half of the rules, all but one.
fn fewer_rules(pack: &Pack) -> impl Iterator<Item = Pack> + '_ {
    let count = pack.rules.len();
    let keeping = move |keep: &dyn Fn(usize) -> bool| {
        let mut fewer = pack.clone();
        let mut at = 0;
        fewer.rules.retain(|_| {
            at += 1;
            keep(at - 1)
        });
        fewer
    };
    let alone = (0..count).filter(move |_| count > 1).map(move |rule| keeping(&|at| at == rule));
    let without = (0..count).filter(move |_| count > 2).map(move |rule| keeping(&|at| at != rule));
    alone.chain(without)
}

fn simpler_rules(pack: &Pack) -> impl Iterator<Item = Pack> + '_ {
    pack.rules.iter().enumerate().flat_map(move |(at, rule)| {
        let conditions = simpler(&rule.condition).map(move |condition| {
            let mut changed = pack.clone();
            changed.rules[at].condition = condition;
            changed
        });
        let conclusions =
            (0..rule.conclusions.len()).filter(|_| rule.conclusions.len() > 1).map(move |drop| {
                let mut changed = pack.clone();
                changed.rules[at].conclusions.remove(drop);
                changed
            });
        conditions.chain(conclusions)
    })
}

fn simpler_functions(pack: &Pack) -> impl Iterator<Item = Pack> + '_ {
    pack.functions_called().into_iter().flat_map(move |at| {
        simpler(&pack.functions[at].body).map(move |body| {
            let mut changed = pack.clone();
            changed.functions[at].body = body;
            changed
        })
    })
}

/// Trees that are the same but simpler in one place: what stands nearest to the root first.
fn simpler(expression: &Expression) -> Box<dyn Iterator<Item = Expression> + '_> {
    let here = expression
        .parts
        .iter()
        .cloned()
        .chain(constants(expression))
        .chain(simpler_literal(&expression.construct).map(Expression::leaf))
        .chain(shorter(expression));
    let beneath = (0..expression.parts.len()).flat_map(move |at| {
        simpler(&expression.parts[at]).map(move |part| {
            let mut changed = expression.clone();
            changed.parts[at] = part;
            changed
        })
    });
    Box::new(here.chain(beneath))
}

/// Constants in the place of something larger.
fn constants(expression: &Expression) -> impl Iterator<Item = Expression> {
    let simple = [
        Construct::Bool(false),
        Construct::Bool(true),
        Construct::Integer(0),
        Construct::Text(String::new()),
    ];
    let larger = !expression.construct.is_literal();
    simple.into_iter().filter(move |_| larger).map(Expression::leaf)
}

fn simpler_literal(construct: &Construct) -> Option<Construct> {
    match construct {
        Construct::Integer(value) if *value != 0 => Some(Construct::Integer(value / 2)),
        Construct::Bool(true) => Some(Construct::Bool(false)),
        Construct::Text(text) if !text.is_empty() => Some(Construct::Text(String::new())),
        _ => None,
    }
}

/// The same with one operand or arm less.
fn shorter(expression: &Expression) -> Vec<Expression> {
    let least = match &expression.construct {
        Construct::And | Construct::Or | Construct::Coalesce => 2,
        Construct::List => 0,
        Construct::AtLeast => 1,
        Construct::Switch(arms) => return fewer_arms(arms, &expression.parts),
        _ => return Vec::new(),
    };
    let first = usize::from(expression.construct == Construct::AtLeast);
    (first..expression.parts.len())
        .filter(|_| expression.parts.len() > least)
        .map(|drop| {
            let mut fewer = expression.clone();
            fewer.parts.remove(drop);
            fewer
        })
        .collect()
}

/// A `switch` with an arm, a guard or a pattern less.
fn fewer_arms(arms: &[Arm], parts: &[Expression]) -> Vec<Expression> {
    let mut found = Vec::new();
    let mut next = 1;
    for (at, arm) in arms.iter().enumerate() {
        let mut without = |change: &dyn Fn(&mut Vec<Arm>), parts_dropped: usize| {
            let mut fewer = arms.to_vec();
            change(&mut fewer);
            let mut left = parts.to_vec();
            left.drain(next..next + parts_dropped);
            found.push(Expression::new(Construct::Switch(fewer), left));
        };
        if arms.len() > 1 {
            without(&|arms| drop(arms.remove(at)), 1 + usize::from(arm.guarded));
        }
        if arm.guarded {
            without(&|arms| arms[at].guarded = false, 1);
        }
        if arm.patterns.len() > 1 {
            without(&|arms| drop(arms[at].patterns.pop()), 0);
        }
        next += 1 + usize::from(arm.guarded);
    }
    found
}

/// Less known, or plainer values.
fn simpler_sheets(sheet: &Sheet) -> impl Iterator<Item = Sheet> + '_ {
    sheet.0.iter().enumerate().flat_map(move |(at, value)| {
        let forgotten = value.map(|_| None);
        let plainer = value.and_then(plainer).map(Some);
        [forgotten, plainer].into_iter().flatten().map(move |to| {
            let mut changed = sheet.clone();
            changed.0[at] = to;
            changed
        })
    })
}

fn plainer(value: FactValue) -> Option<FactValue> {
    match value {
        FactValue::Bool(true) => Some(FactValue::Bool(false)),
        FactValue::Integer(value) if value != 0 => Some(FactValue::Integer(value / 2)),
        FactValue::Rank(rank) if rank != 0 => Some(FactValue::Rank(rank / 2)),
        FactValue::Bool(_) | FactValue::Integer(_) | FactValue::Rank(_) => None,
    }
}
