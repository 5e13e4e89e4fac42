//! Drawing packs: what each type of expression may be made of, with weights.
//!
//! A draw depends on its seed alone. Most expressions are well typed; each pack has a temper that says how often they
//! are not, and how often arithmetic is of the kind that may fail.

mod numbers;
mod shapes;
mod truths;

use fastrand::Rng;
use serde_json::Value;

use super::{
    facts::{self, Fact},
    grammar::{Construct, Expression, Function, Type},
    pack::{self, Pack, Rule, Threshold},
};

/// How wild the conditions of a pack are.
#[derive(Debug, Clone, Copy)]
struct Temper {
    /// Share of expressions of a type that does not fit.
    ill_typed: f64,
    /// Share of the chances for an error that are taken: extreme numbers, division, missing defaults, `throw`.
    risky: f64,
    /// Share of the chances for a loop that are taken.
    looping: f64,
    /// Most levels of a condition. Shallow ones seldom need the interpreter, so that whole sheets are decided without.
    depth: u32,
}

const TEMPERS: [Temper; 7] = [
    Temper { ill_typed: 0.0, risky: 0.0, looping: 0.0, depth: 1 },
    Temper { ill_typed: 0.0, risky: 0.0, looping: 0.3, depth: 2 },
    Temper { ill_typed: 0.0, risky: 0.0, looping: 0.5, depth: 5 },
    Temper { ill_typed: 0.0, risky: 0.3, looping: 0.5, depth: 4 },
    Temper { ill_typed: 0.05, risky: 0.7, looping: 0.3, depth: 5 },
    Temper { ill_typed: 0.08, risky: 1.0, looping: 1.0, depth: 4 },
    Temper { ill_typed: 0.15, risky: 1.0, looping: 0.3, depth: 5 },
];

/// Draws expressions in a place: what may be read there, and what is in scope.
struct Generator {
    random: Rng,
    dictionary: Vec<Fact>,
    thresholds: Vec<Threshold>,
    functions: Vec<Function>,
    temper: Temper,
    /// Variables in scope, innermost last.
    scope: Vec<(String, Type)>,
    /// May facts be read here?
    reads_facts: bool,
}

/// One way to make an expression, with levels left beneath it.
type Production = fn(&mut Generator, u32) -> Expression;
/// Ways with their weights.
type Table = [(u32, Production)];

/// The pack of a seed.
#[must_use]
pub fn pack(seed: u64) -> Pack {
    let mut random = Rng::with_seed(seed);
    let mut generator = Generator {
        dictionary: facts::dictionary(&mut random),
        thresholds: thresholds(&mut random),
        functions: Vec::new(),
        temper: TEMPERS[random.usize(..TEMPERS.len())],
        scope: Vec::new(),
        reads_facts: true,
        random,
    };
    for number in 1..=generator.random.usize(2..=6) {
        let function = generator.function(number);
        generator.functions.push(function);
    }
    let rules = (1..=generator.random.usize(12..=24)).map(|number| generator.rule(number)).collect();
    let manifest = pack::manifest(&mut generator.random);
    Pack {
        dictionary: generator.dictionary,
        thresholds: generator.thresholds,
        functions: generator.functions,
        rules,
        manifest,
    }
}

fn thresholds(random: &mut Rng) -> Vec<Threshold> {
    let threshold = |name: &str, value: Value| Threshold { name: name.to_owned(), value };
    vec![
        threshold("enough", random.i64(0..6).into()),
        threshold("many", [40, 5_000, 250_000][random.usize(..3)].into()),
        threshold("grade", ["medium", "high", "5-9"][random.usize(..3)].into()),
        threshold("switched_on", random.bool().into()),
    ]
}

impl Generator {
    fn rule(&mut self, number: usize) -> Rule {
        let depth = [1, 2, 2, 3, 3, 3, 4, 5][self.random.usize(..8)].min(self.temper.depth);
        Rule {
            id: format!("R-{number:02}"),
            condition: self.expression(Type::Truth, depth),
            conclusions: pack::conclusions(&mut self.random),
            family_may_be_told: self.random.bool(),
        }
    }

    fn function(&mut self, number: usize) -> Function {
        let gives = [Type::Truth, Type::Truth, Type::Number, Type::Text][self.random.usize(..4)];
        let recursive = self.one_in(4) && gives != Type::Text;
        let on_this = !recursive && self.one_in(6);
        self.reads_facts = !on_this && !self.one_in(3);
        let names = ["f", "f", "facts", "who", "a"];
        let facts = self.reads_facts.then(|| names[self.random.usize(..names.len())].to_owned());
        let mut parameters: Vec<(String, Type)> = Vec::new();
        if recursive {
            parameters.push(("n".to_owned(), Type::Number));
        }
        for name in ["x", "y", "z"].into_iter().take(self.random.usize(0..=3)) {
            let kind = [Type::Truth, Type::Number, Type::Text][self.random.usize(..3)];
            parameters.push((name.to_owned(), kind));
        }
        self.scope.clone_from(&parameters);
        if on_this {
            self.scope.push(("this".to_owned(), Type::Number));
        }
        let depth = self.random.u32(1..=3).min(self.temper.depth);
        let body =
            if recursive { self.recursion(gives, &parameters, depth) } else { self.expression(gives, depth) };
        self.scope.clear();
        self.reads_facts = true;
        Function { name: format!("fn_{number}"), facts, parameters, on_this, recursive, gives, body }
    }

    /// The body of the function that comes next, which calls itself with its first parameter one less.
    fn recursion(&mut self, gives: Type, parameters: &[(String, Type)], depth: u32) -> Expression {
        let itself = self.functions.len();
        let counter = || Expression::leaf(Construct::Variable("n".to_owned()));
        let number = |value| Expression::leaf(Construct::Integer(value));
        let mut arguments = vec![Expression::new(Construct::Arithmetic("-"), [counter(), number(1)])];
        for (_, kind) in parameters.iter().skip(1) {
            arguments.push(self.expression(*kind, 0));
        }
        let again = Expression::new(Construct::Call(itself), arguments);
        let step = self.expression(gives, depth);
        let joint = match gives {
            Type::Truth if self.random.bool() => Construct::And,
            Type::Truth => Construct::Or,
            _ => Construct::Arithmetic("+"),
        };
        let step = if self.random.bool() { [again, step] } else { [step, again] };
        let done = Expression::new(Construct::Compare("<="), [counter(), number(0)]);
        let base = self.expression(gives, 1);
        Expression::new(Construct::If, [done, base, Expression::new(joint, step)])
    }

    /// An expression that is meant to give this, and sometimes does not.
    fn expression(&mut self, wanted: Type, depth: u32) -> Expression {
        let ill_typed = self.temper.ill_typed;
        let kind = if self.chance(ill_typed) {
            [Type::Truth, Type::Number, Type::Text, Type::Numbers][self.random.usize(..4)]
        } else {
            wanted
        };
        if depth == 0 || self.one_in(12) {
            return self.leaf(kind);
        }
        let table: &Table = match kind {
            Type::Truth => truths::TRUTHS,
            Type::Number => numbers::NUMBERS,
            Type::Text => numbers::TEXTS,
            Type::Numbers => return self.list(Type::Number, depth),
            Type::Texts => return self.list(Type::Text, depth),
        };
        self.one_of(table)(self, depth - 1)
    }

    fn one_of(&mut self, table: &Table) -> Production {
        let total: u32 = table.iter().map(|(weight, _)| weight).sum();
        let mut drawn = self.random.u32(..total);
        for (weight, production) in table {
            if drawn < *weight {
                return *production;
            }
            drawn -= weight;
        }
        table[0].1
    }

    fn chance(&mut self, share: f64) -> bool {
        self.random.f64() < share
    }

    fn one_in(&mut self, many: u32) -> bool {
        self.random.u32(..many) == 0
    }

    /// Is a chance for an error taken?
    fn risks(&mut self) -> bool {
        let risky = self.temper.risky;
        self.chance(risky)
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.random.usize(..from.len())]
    }

    /// The same with more in scope.
    fn with<T>(&mut self, names: &[(&str, Type)], draw: impl FnOnce(&mut Self) -> T) -> T {
        let depth = self.scope.len();
        self.scope.extend(names.iter().map(|(name, kind)| ((*name).to_owned(), *kind)));
        let drawn = draw(self);
        self.scope.truncate(depth);
        drawn
    }

    /// A name for a variable: few names, so that some shadow others; now and then the facts themselves.
    fn name(&mut self) -> &'static str {
        if self.risks() && self.one_in(60) { "f" } else { self.pick(&["a", "b", "x", "y", "n"]) }
    }

    /// A fact of this type that may be read here.
    fn fact(&mut self, wanted: Type) -> Option<usize> {
        if !self.reads_facts {
            return None;
        }
        let fits = |fact: &Fact| match wanted {
            Type::Truth => fact.range().is_none() && fact.names().is_empty(),
            Type::Number => fact.range().is_some(),
            _ => !fact.names().is_empty(),
        };
        let among: Vec<usize> =
            self.dictionary.iter().enumerate().filter(|(_, fact)| fits(fact)).map(|(at, _)| at).collect();
        Some(self.pick(&among))
    }

    /// Something without parts.
    fn leaf(&mut self, wanted: Type) -> Expression {
        if matches!(wanted, Type::Numbers | Type::Texts) {
            return self.list(if wanted == Type::Numbers { Type::Number } else { Type::Text }, 0);
        }
        let variables: Vec<String> =
            self.scope.iter().filter(|(_, kind)| *kind == wanted).map(|(name, _)| name.clone()).collect();
        if !variables.is_empty() && self.random.u8(..10) < 4 {
            return Expression::leaf(Construct::Variable(
                variables[self.random.usize(..variables.len())].clone(),
            ));
        }
        let share = if wanted == Type::Truth { 9 } else { 5 };
        if self.random.u8(..10) < share
            && let Some(fact) = self.fact(wanted)
        {
            return Expression::leaf(Construct::Fact(fact));
        }
        Expression::leaf(self.constant(wanted))
    }

    fn constant(&mut self, wanted: Type) -> Construct {
        match wanted {
            Type::Truth if self.one_in(4) => Construct::Threshold("switched_on".to_owned()),
            Type::Truth => Construct::Bool(self.random.bool()),
            Type::Number if self.one_in(8) => Construct::Threshold(self.pick(&["enough", "many"]).to_owned()),
            Type::Number if self.risks() && self.one_in(5) => {
                Construct::Integer(self.pick(&[i64::MAX, i64::MIN, i64::MAX - 1, 1 << 40]))
            }
            Type::Number if self.risks() && self.one_in(8) => Construct::Decimal(self.random.i64(-30..30)),
            Type::Number => Construct::Integer(self.random.i64(-6..=12)),
            Type::Text if self.one_in(8) => Construct::Threshold("grade".to_owned()),
            Type::Text if self.risks() && self.one_in(8) => Construct::Letter(self.pick(&['a', '3', 'é'])),
            _ => Construct::Text(self.some_text()),
        }
    }

    /// A value of a fact, or any other text.
    fn some_text(&mut self) -> String {
        match self.random.u8(..4) {
            0 => self.pick(&["", "none", "a", "high", "zzz", "3"]).to_owned(),
            _ => {
                let reads = std::mem::replace(&mut self.reads_facts, true);
                let fact = self.fact(Type::Text).unwrap_or(0);
                self.reads_facts = reads;
                self.value_name(fact)
            }
        }
    }

    fn value_name(&mut self, fact: usize) -> String {
        let names = self.dictionary[fact].names();
        names[self.random.usize(..names.len())].clone()
    }

    /// A number about the ends or the inside of a fact's range.
    fn number_near(&mut self, fact: usize) -> i64 {
        let (min, max) = self.dictionary[fact].range().unwrap_or((0, 9));
        match self.random.u8(..8) {
            0 => min.saturating_add(1),
            1 => max.saturating_sub(1),
            2 => min,
            3 => max,
            4 if self.dictionary[fact].is_wide() => self.pick(&[1, 4_999, 5_000, 250_000, 999_999]),
            5 => self.pick(&[min.saturating_sub(1), max.saturating_add(1)]),
            _ => self.random.i64(min..=max),
        }
    }
}
