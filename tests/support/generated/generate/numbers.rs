//! Expressions that give a number, a text or a list.

use super::{
    super::grammar::{Construct as C, Expression, Type},
    Generator, Table, shapes,
};

pub(super) const NUMBERS: &Table = &[
    (14, arithmetic),
    (3, risky_arithmetic),
    (3, minus),
    (3, of_text),
    (3, of_number),
    (3, largest),
    (2, counted),
    (2, reduced),
    (3, |g, depth| shapes::choice(g, Type::Number, depth)),
    (4, |g, depth| shapes::switch(g, Type::Number, depth)),
    (3, |g, depth| shapes::binding(g, Type::Number, depth)),
    (2, |g, depth| shapes::assignment(g, Type::Number, depth)),
    (2, |g, depth| shapes::attempt(g, Type::Number, depth)),
    (2, |g, depth| shapes::wrapped(g, Type::Number, depth)),
    (5, |g, depth| shapes::call(g, Type::Number, depth)),
    (2, |g, depth| shapes::on_this(g, Type::Number, depth)),
    (3, |g, depth| shapes::coalesce(g, Type::Number, depth)),
    (2, |g, depth| shapes::lookup(g, Type::Number, depth)),
    (3, |g, depth| shapes::looped(g, Type::Number, depth)),
    (2, counting_loop),
];

pub(super) const TEXTS: &Table = &[
    (6, interpolation),
    (3, joined),
    (3, changed),
    (2, |g, depth| Expression::new(C::Method("to_string"), [g.expression(Type::Number, depth)])),
    (2, type_of),
    (3, |g, depth| shapes::choice(g, Type::Text, depth)),
    (3, |g, depth| shapes::switch(g, Type::Text, depth)),
    (2, |g, depth| shapes::binding(g, Type::Text, depth)),
    (2, |g, depth| shapes::call(g, Type::Text, depth)),
    (3, |g, depth| shapes::coalesce(g, Type::Text, depth)),
    (2, |g, depth| shapes::lookup(g, Type::Text, depth)),
    (1, |g, depth| shapes::wrapped(g, Type::Text, depth)),
];

impl Generator {
    /// A list written out.
    pub(super) fn list(&mut self, kind: Type, depth: u32) -> Expression {
        let items: Vec<Expression> =
            (0..self.random.usize(1..=3)).map(|_| self.expression(kind, depth.saturating_sub(1))).collect();
        Expression::new(C::List, items)
    }
}

fn arithmetic(g: &mut Generator, depth: u32) -> Expression {
    let operator = C::Arithmetic(g.pick(&["+", "+", "-", "-", "*", "%"]));
    let a = g.expression(Type::Number, depth);
    let b = match operator {
        // A remainder by what is not zero, unless risks are taken.
        C::Arithmetic("%") if !g.risks() => Expression::leaf(C::Integer(g.pick(&[2, 3, -2]))),
        C::Arithmetic("*") if !g.risks() => Expression::leaf(C::Integer(g.pick(&[0, 2, -1]))),
        _ => g.expression(Type::Number, depth),
    };
    Expression::new(operator, [a, b])
}

/// Division by what may be zero, powers, shifts, numbers at the end of 64 bits.
fn risky_arithmetic(g: &mut Generator, depth: u32) -> Expression {
    let a = g.expression(Type::Number, depth);
    if !g.risks() {
        let operator = C::Arithmetic(g.pick(&["/", "<<", ">>", "&", "|", "^"]));
        return Expression::new(operator, [a, Expression::leaf(C::Integer(g.random.i64(1..=3)))]);
    }
    let operator = g.pick(&["/", "/", "%", "**", "<<", ">>", "+", "-", "*"]);
    let ends = matches!(operator, "+" | "-" | "*");
    let b = if ends {
        Expression::leaf(C::Integer(g.pick(&[i64::MAX, i64::MIN, i64::MAX - 3])))
    } else {
        g.expression(Type::Number, depth.min(1))
    };
    let parts = if g.random.bool() && ends { [b, a] } else { [a, b] };
    Expression::new(C::Arithmetic(operator), parts)
}

fn minus(g: &mut Generator, depth: u32) -> Expression {
    Expression::new(C::Minus, [g.expression(Type::Number, depth)])
}

fn of_text(g: &mut Generator, depth: u32) -> Expression {
    let text = g.expression(Type::Text, depth);
    match g.random.u8(..3) {
        0 => Expression::new(C::Property("len".to_owned()), [text]),
        1 => Expression::new(C::Method("index_of"), [text, g.leaf(Type::Text)]),
        _ => Expression::new(C::Method("len"), [text]),
    }
}

fn of_number(g: &mut Generator, depth: u32) -> Expression {
    let number = g.expression(Type::Number, depth);
    match g.random.u8(..3) {
        0 => Expression::new(C::Native("abs"), [number]),
        1 => Expression::new(C::Method("sign"), [number]),
        _ => Expression::new(C::Method("abs"), [number]),
    }
}

fn largest(g: &mut Generator, depth: u32) -> Expression {
    let name = C::Native(g.pick(&["max", "min"]));
    Expression::new(name, [g.expression(Type::Number, depth), g.expression(Type::Number, depth)])
}

/// How many of a list, or what the first becomes.
fn counted(g: &mut Generator, depth: u32) -> Expression {
    if g.one_in(4) {
        let kind = g.pick(&[Type::Numbers, Type::Texts]);
        return Expression::new(C::Method("len"), [g.expression(kind, depth)]);
    }
    let list = g.expression(Type::Numbers, 1);
    let name = g.name();
    let (method, gives) = g.pick(&[("filter", Type::Truth), ("map", Type::Number)]);
    let body = g.with(&[(name, Type::Number)], |g| g.expression(gives, depth));
    Expression::new(C::Closure(method, name.to_owned()), [list, body])
}

fn reduced(g: &mut Generator, depth: u32) -> Expression {
    let list = g.expression(Type::Numbers, 1);
    let start = g.leaf(Type::Number);
    let name = g.pick(&["x", "y"]);
    let names = [("sum", Type::Number), (name, Type::Number)];
    let body = g.with(&names, |g| g.expression(Type::Number, depth.min(1)));
    Expression::new(C::Reduce("sum".to_owned(), name.to_owned()), [list, start, body])
}

fn counting_loop(g: &mut Generator, depth: u32) -> Expression {
    let looping = g.temper.looping;
    if !g.chance(looping) {
        return arithmetic(g, depth);
    }
    let name = g.pick(&["i", "j"]);
    let limit = g.random.i64(1..=5);
    let condition = g.with(&[(name, Type::Number)], |g| g.expression(Type::Truth, depth));
    let construct =
        if g.random.bool() { C::While(name.to_owned(), limit) } else { C::DoWhile(name.to_owned(), limit) };
    Expression::new(construct, [condition])
}

fn interpolation(g: &mut Generator, depth: u32) -> Expression {
    let parts: Vec<Expression> = (0..g.random.usize(1..=2))
        .map(|_| {
            let kind = g.pick(&[Type::Text, Type::Number, Type::Truth]);
            g.expression(kind, depth)
        })
        .collect();
    let texts = (0..=parts.len()).map(|_| g.pick(&["", "", "a", "-", " x "]).to_owned()).collect();
    Expression::new(C::Interpolation(texts), parts)
}

/// Text and anything else are joined by `+`.
fn joined(g: &mut Generator, depth: u32) -> Expression {
    let second = g.pick(&[Type::Text, Type::Text, Type::Number]);
    let parts = [g.expression(Type::Text, depth), g.expression(second, depth)];
    Expression::new(C::Arithmetic("+"), parts)
}

fn changed(g: &mut Generator, depth: u32) -> Expression {
    let text = g.expression(Type::Text, depth);
    match g.random.u8(..3) {
        0 => Expression::new(C::Method("sub_string"), [text, g.leaf(Type::Number)]),
        1 => Expression::new(C::Method("to_lower"), [text]),
        _ => Expression::new(C::Method("to_upper"), [text]),
    }
}

fn type_of(g: &mut Generator, depth: u32) -> Expression {
    let kind = g.pick(&[Type::Truth, Type::Number, Type::Text]);
    Expression::new(C::Native("type_of"), [g.expression(kind, depth)])
}
