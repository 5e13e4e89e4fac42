//! Expressions that give true or false.

use super::{
    super::grammar::{Construct as C, Expression, Type},
    Generator, Table, shapes,
};

pub(super) const TRUTHS: &Table = &[
    (14, fact_with_number),
    (8, fact_with_text),
    (6, two_numbers),
    (4, two_texts),
    (2, mixed),
    (10, and),
    (10, or),
    (7, not),
    (7, member),
    (4, in_range),
    (2, within_text),
    (5, known),
    (6, coalesce),
    (6, at_least),
    (5, reaches),
    (3, of_text),
    (2, of_number),
    (3, strict_logic),
    (6, |g, depth| shapes::choice(g, Type::Truth, depth)),
    (8, |g, depth| shapes::switch(g, Type::Truth, depth)),
    (6, |g, depth| shapes::binding(g, Type::Truth, depth)),
    (4, |g, depth| shapes::assignment(g, Type::Truth, depth)),
    (3, |g, depth| shapes::early_return(g, Type::Truth, depth)),
    (3, |g, depth| shapes::attempt(g, Type::Truth, depth)),
    (4, |g, depth| shapes::wrapped(g, Type::Truth, depth)),
    (8, |g, depth| shapes::call(g, Type::Truth, depth)),
    (2, |g, depth| shapes::lookup(g, Type::Truth, depth)),
    (2, |g, depth| shapes::on_this(g, Type::Truth, depth)),
    (4, quantified),
    (3, |g, depth| shapes::looped(g, Type::Truth, depth)),
];

const ORDER: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];
const EQUAL: [&str; 2] = ["==", "!="];

fn two(construct: C, a: Expression, b: Expression) -> Expression {
    Expression::new(construct, [a, b])
}

/// Either way round.
fn either(g: &mut Generator, operator: &'static str, a: Expression, b: Expression) -> Expression {
    if g.one_in(5) { two(C::Compare(operator), b, a) } else { two(C::Compare(operator), a, b) }
}

fn fact_with_number(g: &mut Generator, _: u32) -> Expression {
    let Some(fact) = g.fact(Type::Number) else { return g.leaf(Type::Truth) };
    let operator = g.pick(&ORDER);
    let other = match g.random.u8(..8) {
        0 => g.constant(Type::Number),
        _ => C::Integer(g.number_near(fact)),
    };
    either(g, operator, Expression::leaf(C::Fact(fact)), Expression::leaf(other))
}

fn fact_with_text(g: &mut Generator, _: u32) -> Expression {
    let Some(fact) = g.fact(Type::Text) else { return g.leaf(Type::Truth) };
    let operator = g.pick(&EQUAL);
    let other = match g.random.u8(..8) {
        0 => g.constant(Type::Text),
        1 => C::Text(g.some_text()),
        _ => C::Text(g.value_name(fact)),
    };
    either(g, operator, Expression::leaf(C::Fact(fact)), Expression::leaf(other))
}

fn two_numbers(g: &mut Generator, depth: u32) -> Expression {
    let operator = g.pick(&ORDER);
    two(C::Compare(operator), g.expression(Type::Number, depth), g.expression(Type::Number, depth))
}

fn two_texts(g: &mut Generator, depth: u32) -> Expression {
    let operator = if g.one_in(3) { g.pick(&ORDER) } else { g.pick(&EQUAL) };
    two(C::Compare(operator), g.expression(Type::Text, depth), g.expression(Type::Text, depth))
}

/// Different types compare without an error, and are never equal.
fn mixed(g: &mut Generator, depth: u32) -> Expression {
    let operator = g.pick(&ORDER);
    let kinds = [Type::Truth, Type::Number, Type::Text, Type::Numbers];
    let (a, b) = (g.pick(&kinds), g.pick(&kinds));
    let second = if g.one_in(5) { Expression::leaf(C::Unit) } else { g.expression(b, depth) };
    two(C::Compare(operator), g.expression(a, depth), second)
}

fn several(g: &mut Generator, depth: u32) -> Vec<Expression> {
    (0..g.pick(&[2, 2, 2, 3, 3, 4])).map(|_| g.expression(Type::Truth, depth)).collect()
}

fn and(g: &mut Generator, depth: u32) -> Expression {
    Expression::new(C::And, several(g, depth))
}

fn or(g: &mut Generator, depth: u32) -> Expression {
    Expression::new(C::Or, several(g, depth))
}

fn not(g: &mut Generator, depth: u32) -> Expression {
    Expression::new(C::Not, [g.expression(Type::Truth, depth)])
}

fn member(g: &mut Generator, depth: u32) -> Expression {
    let construct = if g.one_in(4) { C::NotIn } else { C::In };
    let (kind, list) =
        if g.random.bool() { (Type::Number, Type::Numbers) } else { (Type::Text, Type::Texts) };
    let Some(fact) = g.fact(kind).filter(|_| g.random.u8(..4) > 0) else {
        return two(construct, g.expression(kind, depth), g.expression(list, depth.min(1)));
    };
    let values: Vec<Expression> = (0..g.random.usize(1..=3))
        .map(|_| match kind {
            Type::Number => C::Integer(g.number_near(fact)),
            _ => C::Text(g.value_name(fact)),
        })
        .map(Expression::leaf)
        .collect();
    two(construct, Expression::leaf(C::Fact(fact)), Expression::new(C::List, values))
}

fn in_range(g: &mut Generator, depth: u32) -> Expression {
    let construct = if g.one_in(5) { C::NotIn } else { C::In };
    let (item, ends) = match g.fact(Type::Number) {
        Some(fact) if !g.one_in(4) => {
            let ends =
                [g.number_near(fact), g.number_near(fact)].map(|end| Expression::leaf(C::Integer(end)));
            (Expression::leaf(C::Fact(fact)), ends)
        }
        _ => {
            let item = g.expression(Type::Number, depth);
            (item, [g.leaf(Type::Number), g.leaf(Type::Number)])
        }
    };
    let range = C::Range { inclusive: g.random.bool() };
    two(construct, item, Expression::new(range, ends))
}

fn within_text(g: &mut Generator, depth: u32) -> Expression {
    two(C::In, g.leaf(Type::Text), g.expression(Type::Text, depth))
}

fn known(g: &mut Generator, depth: u32) -> Expression {
    let kind = g.pick(&[Type::Truth, Type::Truth, Type::Number, Type::Text]);
    Expression::new(C::Known, [g.expression(kind, depth)])
}

fn coalesce(g: &mut Generator, depth: u32) -> Expression {
    shapes::coalesce(g, Type::Truth, depth)
}

fn at_least(g: &mut Generator, depth: u32) -> Expression {
    let wanted = if g.one_in(6) {
        g.expression(Type::Number, depth.min(1))
    } else {
        Expression::leaf(C::Integer(g.random.i64(0..=3)))
    };
    let operands = (0..g.random.usize(1..=4)).map(|_| g.expression(Type::Truth, depth));
    let parts: Vec<Expression> = std::iter::once(wanted).chain(operands).collect();
    Expression::new(C::AtLeast, parts)
}

fn reaches(g: &mut Generator, depth: u32) -> Expression {
    use mash_model::FactKind::Ordinal;
    if !g.reads_facts {
        return g.leaf(Type::Truth);
    }
    let ordinals: Vec<usize> =
        (0..g.dictionary.len()).filter(|&at| matches!(g.dictionary[at].kind, Ordinal(_))).collect();
    let fact = g.pick(&ordinals);
    let bound = match g.random.u8(..8) {
        0 if g.risks() => g.expression(Type::Text, depth),
        1 if g.risks() => Expression::leaf(C::Threshold("grade".to_owned())),
        _ => Expression::leaf(C::Text(g.value_name(fact))),
    };
    two(C::Reaches, Expression::leaf(C::Fact(fact)), bound)
}

fn of_text(g: &mut Generator, depth: u32) -> Expression {
    let method = C::Method(g.pick(&["starts_with", "ends_with", "contains", "is_empty"]));
    let receiver = g.expression(Type::Text, depth);
    match method {
        C::Method("is_empty") => Expression::new(method, [receiver]),
        _ => two(method, receiver, g.leaf(Type::Text)),
    }
}

fn of_number(g: &mut Generator, depth: u32) -> Expression {
    let method = C::Method(g.pick(&["is_even", "is_odd", "is_zero"]));
    Expression::new(method, [g.expression(Type::Number, depth)])
}

/// `&`, `|` and `^` evaluate both sides, whatever the first is.
fn strict_logic(g: &mut Generator, depth: u32) -> Expression {
    let operator = C::Arithmetic(g.pick(&["&", "|", "^"]));
    two(operator, g.expression(Type::Truth, depth), g.expression(Type::Truth, depth))
}

fn quantified(g: &mut Generator, depth: u32) -> Expression {
    let method = g.pick(&["some", "all"]);
    let (kind, item) = if g.one_in(3) { (Type::Texts, Type::Text) } else { (Type::Numbers, Type::Number) };
    let list = g.expression(kind, 1);
    let name = g.name();
    let body = g.with(&[(name, item)], |g| g.expression(Type::Truth, depth));
    two(C::Closure(method, name.to_owned()), list, body)
}
