//! Constructs that give whatever their parts give: choices, blocks, calls and loops.

use super::{
    super::grammar::{Arm, Construct as C, Expression, Pattern, Type},
    Generator,
};

pub(super) fn choice(g: &mut Generator, wanted: Type, depth: u32) -> Expression {
    let condition = g.expression(Type::Truth, depth);
    if g.risks() && g.one_in(8) {
        return Expression::new(C::IfAlone, [condition, g.expression(wanted, depth)]);
    }
    Expression::new(C::If, [condition, g.expression(wanted, depth), g.expression(wanted, depth)])
}

pub(super) fn coalesce(g: &mut Generator, wanted: Type, depth: u32) -> Expression {
    let first =
        if g.risks() && g.one_in(12) { Expression::leaf(C::Unit) } else { g.expression(wanted, depth) };
    let mut parts = vec![first, g.expression(wanted, depth)];
    if g.one_in(4) {
        parts.push(g.leaf(wanted));
    }
    Expression::new(C::Coalesce, parts)
}

pub(super) fn wrapped(g: &mut Generator, wanted: Type, depth: u32) -> Expression {
    if g.risks() && g.one_in(8) {
        let kind = g.pick(&[Type::Text, Type::Number]);
        return Expression::new(C::Throw, [g.expression(kind, depth)]);
    }
    let construct = if g.random.bool() { C::Block } else { C::Grouped };
    Expression::new(construct, [g.expression(wanted, depth)])
}

pub(super) fn binding(g: &mut Generator, wanted: Type, depth: u32) -> Expression {
    let kind = g.pick(&[Type::Truth, Type::Number, Type::Text, Type::Numbers]);
    let value = g.expression(kind, depth);
    let name = g.name();
    let body = g.with(&[(name, kind)], |g| g.expression(wanted, depth));
    Expression::new(C::Let(name.to_owned()), [value, body])
}

pub(super) fn assignment(g: &mut Generator, wanted: Type, depth: u32) -> Expression {
    let kind = g.pick(&[Type::Truth, Type::Number, Type::Text]);
    let operator = if kind == Type::Number { g.pick(&["=", "+=", "-="]) } else { "=" };
    let first = g.expression(kind, depth.min(1));
    let name = g.name();
    g.with(&[(name, kind)], |g| {
        let condition = g.one_in(2).then(|| g.expression(Type::Truth, depth));
        let second = g.expression(kind, depth);
        let body = g.expression(wanted, depth);
        match condition {
            Some(condition) => {
                Expression::new(C::AssignIf(name.to_owned(), operator), [first, condition, second, body])
            }
            None => Expression::new(C::Assign(name.to_owned(), operator), [first, second, body]),
        }
    })
}

pub(super) fn early_return(g: &mut Generator, wanted: Type, depth: u32) -> Expression {
    let condition = g.expression(Type::Truth, depth);
    Expression::new(C::EarlyReturn, [condition, g.expression(wanted, depth), g.expression(wanted, depth)])
}

pub(super) fn attempt(g: &mut Generator, wanted: Type, depth: u32) -> Expression {
    let value = if g.one_in(3) {
        Expression::new(C::Throw, [g.leaf(Type::Text)])
    } else {
        g.expression(wanted, depth)
    };
    let name = g.pick(&["a", "b"]);
    Expression::new(C::Try(name.to_owned()), [value, g.expression(wanted, depth.min(1))])
}

pub(super) fn switch(g: &mut Generator, wanted: Type, depth: u32) -> Expression {
    let kind = g.pick(&[Type::Truth, Type::Number, Type::Number, Type::Text, Type::Text]);
    let fact = g.fact(kind).filter(|_| g.random.u8(..4) > 0);
    let subject = match fact {
        Some(fact) => Expression::leaf(C::Fact(fact)),
        None => g.expression(kind, depth),
    };
    let mut arms: Vec<Arm> = Vec::new();
    let mut parts = vec![subject];
    let mut ranges = false;
    let mut last: Vec<Pattern> = Vec::new();
    for _ in 0..g.random.usize(1..=3) {
        // Some arms take the same as the one before, and its guard decides.
        let after_range = ranges && last.iter().any(|pattern| matches!(pattern, Pattern::Integer(_)));
        let patterns = if !last.is_empty() && !after_range && g.one_in(3) {
            last.clone()
        } else {
            (0..g.pick(&[1, 1, 2])).map(|_| pattern(g, kind, fact, &mut ranges)).collect()
        };
        last.clone_from(&patterns);
        let guarded = g.one_in(2);
        if guarded {
            parts.push(g.expression(Type::Truth, depth));
        }
        parts.push(g.expression(wanted, depth));
        arms.push(Arm { patterns, guarded });
    }
    if !(g.risks() && g.one_in(6)) {
        parts.push(g.expression(wanted, depth));
        arms.push(Arm { patterns: Vec::new(), guarded: false });
    }
    Expression::new(C::Switch(arms), parts)
}

fn pattern(g: &mut Generator, kind: Type, fact: Option<usize>, ranges: &mut bool) -> Pattern {
    match kind {
        Type::Truth => Pattern::Bool(g.random.bool()),
        Type::Text => Pattern::Text(match fact {
            Some(fact) if !g.one_in(6) => g.value_name(fact),
            _ => g.some_text(),
        }),
        _ => {
            let mut near = || match fact {
                Some(fact) => g.number_near(fact),
                None => g.random.i64(-6..=12),
            };
            let (a, b) = (near(), near());
            // A number may not stand after a range.
            *ranges |= g.random.bool();
            let (a, b) = (a.max(-i64::MAX), b.max(-i64::MAX));
            if *ranges { Pattern::Range(a.min(b), a.max(b), g.random.bool()) } else { Pattern::Integer(a) }
        }
    }
}

/// A call of a function of the pack that gives this; the first of its arguments counts down where it calls itself.
pub(super) fn call(g: &mut Generator, wanted: Type, depth: u32) -> Expression {
    let reads = g.reads_facts;
    let fitting: Vec<usize> = g
        .functions
        .iter()
        .enumerate()
        .filter(|(_, f)| f.gives == wanted && !f.on_this && (reads || f.facts.is_none()))
        .map(|(at, _)| at)
        .collect();
    if fitting.is_empty() {
        return choice(g, wanted, depth);
    }
    let at = g.pick(&fitting);
    let (recursive, parameters) = (g.functions[at].recursive, g.functions[at].parameters.clone());
    let arguments: Vec<Expression> = parameters
        .into_iter()
        .enumerate()
        .map(|(position, (_, kind))| match g.random.u8(..20) {
            0 if recursive && position == 0 && g.risks() => Expression::leaf(C::Integer(40)),
            0..3 if recursive && position == 0 => g.leaf(Type::Number),
            _ if recursive && position == 0 => Expression::leaf(C::Integer(g.random.i64(0..=4))),
            _ => g.expression(kind, depth),
        })
        .collect();
    let construct = if g.one_in(10) { C::Pointer(at) } else { C::Call(at) };
    Expression::new(construct, arguments)
}

/// A call of a function that reads `this`.
pub(super) fn on_this(g: &mut Generator, wanted: Type, depth: u32) -> Expression {
    let fitting: Vec<usize> = (0..g.functions.len())
        .filter(|&at| g.functions[at].on_this && g.functions[at].gives == wanted)
        .collect();
    if fitting.is_empty() {
        return g.leaf(wanted);
    }
    let at = g.pick(&fitting);
    let mut parts = vec![g.expression(Type::Number, depth)];
    for (_, kind) in g.functions[at].parameters.clone() {
        parts.push(g.expression(kind, depth));
    }
    Expression::new(C::OnThis(at), parts)
}

/// An item of a list or a map. A map's keys are names of facts, and its items are not.
pub(super) fn lookup(g: &mut Generator, wanted: Type, depth: u32) -> Expression {
    let items: Vec<Expression> = (0..g.random.usize(1..=3)).map(|_| g.expression(wanted, depth)).collect();
    if g.random.bool() {
        let keys: Vec<String> =
            ["p", "n", "other"].into_iter().take(items.len()).map(ToOwned::to_owned).collect();
        let key = keys[g.random.usize(..keys.len())].clone();
        return Expression::new(C::Property(key), [Expression::new(C::Map(keys), items)]);
    }
    let within = i64::try_from(items.len()).unwrap_or(1) - 1;
    let index = if g.risks() && g.one_in(3) {
        g.leaf(Type::Number)
    } else {
        Expression::leaf(C::Integer(g.random.i64(-1..=within)))
    };
    Expression::new(C::Index, [Expression::new(C::List, items), index])
}

pub(super) fn looped(g: &mut Generator, wanted: Type, depth: u32) -> Expression {
    let looping = g.temper.looping;
    if !g.chance(looping) {
        return choice(g, wanted, depth);
    }
    if g.risks() && g.one_in(40) {
        // Rarely reached, for it takes all the operations that a condition may run.
        let facts = (0..3).map(|_| g.leaf(Type::Truth)).collect::<Vec<_>>();
        let parts = [Expression::new(C::And, facts), Expression::leaf(C::Endless), g.leaf(wanted)];
        return Expression::new(C::If, parts);
    }
    if g.one_in(4) {
        let name = g.pick(&["i", "j"]);
        return g.with(&[(name, Type::Number)], |g| {
            let condition = g.expression(Type::Truth, depth);
            let value = g.expression(wanted, depth);
            Expression::new(C::Loop(name.to_owned(), g.random.i64(1..=4)), [condition, value])
        });
    }
    let start = g.leaf(wanted);
    let (list, item) = match g.random.u8(..3) {
        0 => (g.expression(Type::Texts, 1), Type::Text),
        1 => (g.expression(Type::Numbers, 1), Type::Number),
        _ => {
            let range = C::Range { inclusive: g.random.bool() };
            let end = Expression::leaf(C::Integer(g.random.i64(0..=4)));
            (Expression::new(range, [Expression::leaf(C::Integer(0)), end]), Type::Number)
        }
    };
    let name = g.pick(&["i", "x"]);
    g.with(&[("total", wanted), (name, item)], |g| {
        let stop = g.one_in(2).then(|| g.expression(Type::Truth, depth));
        let step = g.expression(wanted, depth);
        let names = ("total".to_owned(), name.to_owned());
        match stop {
            Some(stop) => Expression::new(C::ForBreak(names.0, names.1), [start, list, stop, step]),
            None => Expression::new(C::For(names.0, names.1), [start, list, step]),
        }
    })
}
