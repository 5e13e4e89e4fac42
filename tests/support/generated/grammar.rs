//! The grammar of generated conditions: an expression is a construct and its parts.
//!
//! All parts stand in one list, so that shrinking, counting and planting bugs need not know the constructs one by one.

use std::collections::BTreeSet;

/// One node of a condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// What stands here.
    pub construct: Construct,
    /// Its operands, in the order they are written.
    pub parts: Vec<Expression>,
}

/// What a node is. The comment of each names its parts.
#[derive(Debug, Clone, PartialEq)]
pub enum Construct {
    /// `true`.
    Bool(bool),
    /// `3`.
    Integer(i64),
    /// `1.5`, in tenths.
    Decimal(i64),
    /// `"text"`.
    Text(String),
    /// `'c'`.
    Letter(char),
    /// `()`.
    Unit,
    /// `f.fact`: position in the dictionary.
    Fact(usize),
    /// `threshold::name`.
    Threshold(String),
    /// `x`.
    Variable(String),

    /// `a < b`.
    Compare(&'static str),
    /// `a + b`; `&`, `|` and `^` of truth values too.
    Arithmetic(&'static str),
    /// `-a`.
    Minus,
    /// `!a`.
    Not,
    /// `a && b && ..`.
    And,
    /// `a || b || ..`.
    Or,
    /// `a ?? b ?? ..`.
    Coalesce,
    /// `item in list`.
    In,
    /// `item !in list`.
    NotIn,
    /// `a..b`, or `a..=b`.
    Range {
        /// With its end.
        inclusive: bool,
    },
    /// `[a, b, ..]`.
    List,
    /// `#{ key: a, .. }`.
    Map(Vec<String>),
    /// `(a).key`.
    Property(String),
    /// `list[index]`.
    Index,

    /// `known(a)`.
    Known,
    /// `at_least(n, [a, b, ..])`.
    AtLeast,
    /// `reaches(f.fact, bound)`.
    Reaches,

    /// `(a)`, where nothing asks for the brackets.
    Grouped,
    /// `{ a }`.
    Block,
    /// `if condition { a } else { b }`.
    If,
    /// `if condition { a }`.
    IfAlone,
    /// `switch subject { .. }`: the subject, then for each arm its guard, if it has one, and its value.
    Switch(Vec<Arm>),
    /// `{ let x = value; body }`.
    Let(String),
    /// `{ let x = first; x = second; body }`.
    Assign(String, &'static str),
    /// `{ let x = first; if condition { x = second; } body }`.
    AssignIf(String, &'static str),
    /// `{ if condition { return value; } rest }`.
    EarlyReturn,
    /// `{ let x = (); try { x = value; } catch { x = fallback; } x }`.
    Try(String),
    /// `{ throw value }`.
    Throw,

    /// `function(f, a, ..)`.
    Call(usize),
    /// `Fn("function").call(f, a, ..)`.
    Pointer(usize),
    /// `(receiver).function(a, ..)`, where the function reads `this`.
    OnThis(usize),
    /// `` `text${a}text` ``: texts around the parts.
    Interpolation(Vec<String>),
    /// `(receiver).method(a, ..)`.
    Method(&'static str),
    /// `function(a, ..)` of Rhai's own.
    Native(&'static str),
    /// `(list).some(|x| body)`; `filter` and `map` are followed by `.len()` and `[0]`.
    Closure(&'static str, String),
    /// `(list).reduce(|total, x| body, start)`: list, start, body.
    Reduce(String, String),

    /// `{ let total = start; for x in list { total = step; } total }`: start, list, step.
    For(String, String),
    /// The same that stops: start, list, stop, step.
    ForBreak(String, String),
    /// `{ let i = 0; while i < limit && condition { i += 1; } i }`.
    While(String, i64),
    /// `{ let i = 0; do { i += 1; } while i < limit && condition; i }`.
    DoWhile(String, i64),
    /// `{ let i = 0; loop { if i >= limit || condition { break value; } i += 1; } }`.
    Loop(String, i64),
    /// `{ loop { } }`.
    Endless,
}

/// One arm of a `switch`.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// Any of these; none is the default `_`.
    pub patterns: Vec<Pattern>,
    /// Has it a guard?
    pub guarded: bool,
}

/// What an arm of a `switch` takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// `true`.
    Bool(bool),
    /// `3`.
    Integer(i64),
    /// `"text"`.
    Text(String),
    /// `1..5`, or `1..=5`.
    Range(i64, i64, bool),
}

/// A function of the pack.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// What it calls the facts, when it takes them; they come first.
    pub facts: Option<String>,
    /// Parameters with what they are meant to be.
    pub parameters: Vec<(String, Type)>,
    /// Is it called as a method of `this`?
    pub on_this: bool,
    /// Does it call itself, with its first parameter one less?
    pub recursive: bool,
    /// What it is meant to give.
    pub gives: Type,
    /// Its body.
    pub body: Expression,
}

/// What an expression is meant to give. Nothing enforces it: ill-typed conditions are wanted too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// True or false.
    Truth,
    /// A whole number.
    Number,
    /// Text.
    Text,
    /// A list of numbers.
    Numbers,
    /// A list of texts.
    Texts,
}

impl Expression {
    /// A node with parts.
    #[must_use]
    pub fn new(construct: Construct, parts: impl Into<Vec<Expression>>) -> Self {
        Self { construct, parts: parts.into() }
    }

    /// A node without parts.
    #[must_use]
    pub fn leaf(construct: Construct) -> Self {
        Self { construct, parts: Vec::new() }
    }

    /// This node and all beneath it, each before its parts.
    #[must_use]
    pub fn nodes(&self) -> Vec<&Expression> {
        let mut nodes = vec![self];
        let mut next = 0;
        while let Some(node) = nodes.get(next).copied() {
            nodes.extend(&node.parts);
            next += 1;
        }
        nodes
    }

    /// The same tree with each node replaced, parts first.
    #[must_use]
    pub fn rewritten(&self, rewrite: &dyn Fn(Expression) -> Expression) -> Self {
        let parts: Vec<Expression> = self.parts.iter().map(|part| part.rewritten(rewrite)).collect();
        rewrite(Expression { construct: self.construct.clone(), parts })
    }

    /// The functions it calls, itself or through others.
    #[must_use]
    pub fn calls(&self, functions: &[Function]) -> BTreeSet<usize> {
        let mut called = BTreeSet::new();
        let mut open = vec![self];
        while let Some(body) = open.pop() {
            for node in body.nodes() {
                if let Construct::Call(at) | Construct::Pointer(at) | Construct::OnThis(at) = node.construct
                    && called.insert(at)
                {
                    open.push(&functions[at].body);
                }
            }
        }
        called
    }
}

impl Construct {
    /// The value of a literal that names no type but its own.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        matches!(
            self,
            Construct::Bool(_)
                | Construct::Integer(_)
                | Construct::Decimal(_)
                | Construct::Text(_)
                | Construct::Letter(_)
                | Construct::Unit
        )
    }
}
