//! Expressions as Rhai text that loads.
//!
//! The checker refuses some comparisons where it sees a fact beside a literal it could never equal, and the parser refuses
//! some literals where a truth value is wanted. Both look no further than the literal, so there it is put into a block.

use super::{
    facts::Fact,
    grammar::{Arm, Construct, Expression, Function, Pattern},
    pack::Threshold,
};

/// What the names in an expression stand for.
#[derive(Debug, Clone, Copy)]
pub struct Printer<'p> {
    /// Facts by position.
    pub dictionary: &'p [Fact],
    /// Functions by position.
    pub functions: &'p [Function],
    /// Thresholds that conditions read.
    pub thresholds: &'p [Threshold],
    /// What the facts are called here.
    pub facts: &'p str,
}

impl Printer<'_> {
    /// An expression, as it stands alone.
    #[must_use]
    pub fn text(&self, expression: &Expression) -> String {
        use Construct as C;
        let parts = expression.parts.as_slice();
        match (&expression.construct, parts) {
            (C::Bool(value), _) => value.to_string(),
            (C::Integer(value), _) => integer(*value),
            (C::Decimal(tenths), _) => {
                let sign = if *tenths < 0 { "-" } else { "" };
                format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
            }
            (C::Text(text), _) => quoted(text),
            (C::Letter(letter), _) => format!("'{letter}'"),
            (C::Unit, _) => "()".to_owned(),
            (C::Fact(at), _) => format!("{}.{}", self.facts, self.dictionary[*at].id),
            (C::Threshold(name), _) => format!("threshold::{name}"),
            (C::Variable(name), _) => name.clone(),

            (C::Compare(operator), [a, b]) => {
                format!("{} {operator} {}", self.beside(a, operator, b), self.beside(b, operator, a))
            }
            (C::Arithmetic(operator), [a, b]) => {
                format!("{} {operator} {}", self.operand(a), self.later(b))
            }
            (C::Minus, [a]) => format!("-{}", self.operand(a)),
            (C::Not, [a]) => format!("!{}", self.operand(a)),
            (C::And, _) => self.joined(" && ", parts),
            (C::Or, _) => self.joined(" || ", parts),
            (C::Coalesce, _) => {
                let operands: Vec<String> = parts.iter().map(|part| self.operand(part)).collect();
                operands.join(" ?? ")
            }
            (C::In, [item, list]) => format!("{} in {}", self.operand(item), self.list(list, item)),
            (C::NotIn, [item, list]) => format!("{} !in {}", self.operand(item), self.list(list, item)),
            (C::Range { inclusive }, [a, b]) => {
                format!("{}{}{}", self.operand(a), if *inclusive { "..=" } else { ".." }, self.operand(b))
            }
            (C::List, _) => format!("[{}]", self.listed(parts)),
            (C::Map(keys), _) => {
                let entries: Vec<String> =
                    keys.iter().zip(parts).map(|(key, part)| format!("{key}: {}", self.text(part))).collect();
                format!("#{{{}}}", entries.join(", "))
            }
            (C::Property(name), [a]) => format!("{}.{name}", self.receiver(a)),
            (C::Index, [list, index]) => format!("{}[{}]", self.receiver(list), self.index(index)),

            (C::Known, [a]) => format!("known({})", self.text(a)),
            (C::AtLeast, [wanted, operands @ ..]) => {
                format!("at_least({}, [{}])", self.text(wanted), self.listed(operands))
            }
            (C::Reaches, [read, bound]) => {
                format!("reaches({}, {})", self.text(read), self.bound(read, bound))
            }

            (C::Grouped, [a]) => format!("({})", self.text(a)),
            (C::Block, [a]) => format!("{{ {} }}", self.text(a)),
            _ => self.statements(expression),
        }
    }

    /// Constructs with statements or calls.
    fn statements(&self, expression: &Expression) -> String {
        use Construct as C;
        let parts = expression.parts.as_slice();
        match (&expression.construct, parts) {
            (C::If, [condition, a, b]) => {
                let b = if matches!(b.construct, C::If) {
                    self.text(b)
                } else {
                    format!("{{ {} }}", self.text(b))
                };
                format!("if {} {{ {} }} else {b}", self.truth(condition), self.text(a))
            }
            (C::IfAlone, [condition, a]) => {
                format!("if {} {{ {} }}", self.truth(condition), self.text(a))
            }
            (C::Switch(arms), [subject, rest @ ..]) => {
                format!("switch {} {{ {} }}", self.operand(subject), self.arms(arms, rest))
            }
            (C::Let(name), [value, body]) => {
                format!("{{ let {name} = {}; {} }}", self.text(value), self.text(body))
            }
            (C::Assign(name, operator), [first, second, body]) => format!(
                "{{ let {name} = {}; {name} {operator} {}; {} }}",
                self.text(first),
                self.text(second),
                self.text(body)
            ),
            (C::AssignIf(name, operator), [first, condition, second, body]) => format!(
                "{{ let {name} = {}; if {} {{ {name} {operator} {}; }} {} }}",
                self.text(first),
                self.truth(condition),
                self.text(second),
                self.text(body)
            ),
            (C::EarlyReturn, [condition, value, rest]) => format!(
                "{{ if {} {{ return {}; }} {} }}",
                self.truth(condition),
                self.text(value),
                self.text(rest)
            ),
            (C::Try(name), [value, fallback]) => format!(
                "{{ let {name} = (); try {{ {name} = {}; }} catch {{ {name} = {}; }} {name} }}",
                self.text(value),
                self.text(fallback)
            ),
            (C::Throw, [value]) => format!("{{ throw {} }}", self.text(value)),

            (C::Call(at), _) => {
                let function = &self.functions[*at];
                format!("{}({})", function.name, self.arguments(function, parts))
            }
            (C::Pointer(at), _) => {
                let function = &self.functions[*at];
                format!("Fn(\"{}\").call({})", function.name, self.arguments(function, parts))
            }
            (C::OnThis(at), [receiver, arguments @ ..]) => {
                let function = &self.functions[*at];
                format!(
                    "{}.{}({})",
                    self.receiver(receiver),
                    function.name,
                    self.arguments(function, arguments)
                )
            }
            (C::Interpolation(texts), _) => {
                let pieces: Vec<String> =
                    parts.iter().map(|part| format!("${{{}}}", self.text(part))).collect();
                let text: String = texts
                    .iter()
                    .enumerate()
                    .map(|(at, text)| format!("{text}{}", pieces.get(at).map_or("", String::as_str)))
                    .collect();
                format!("`{text}`")
            }
            (C::Method(name), [receiver, arguments @ ..]) => {
                format!("{}.{name}({})", self.receiver(receiver), self.listed(arguments))
            }
            (C::Native(name), _) => format!("{name}({})", self.listed(parts)),
            (C::Closure(name, variable), [list, body]) => {
                let after = match *name {
                    "filter" => ".len()",
                    "map" => "[0]",
                    _ => "",
                };
                format!("{}.{name}(|{variable}| {}){after}", self.receiver(list), self.text(body))
            }
            (C::Reduce(total, variable), [list, start, body]) => format!(
                "{}.reduce(|{total}, {variable}| {}, {})",
                self.receiver(list),
                self.text(body),
                self.text(start)
            ),
            _ => self.loops(expression),
        }
    }

    fn loops(&self, expression: &Expression) -> String {
        use Construct as C;
        match (&expression.construct, expression.parts.as_slice()) {
            (C::For(total, item), [start, list, step]) => format!(
                "{{ let {total} = {}; for {item} in {} {{ {total} = {}; }} {total} }}",
                self.text(start),
                self.iterable(list),
                self.text(step)
            ),
            (C::ForBreak(total, item), [start, list, stop, step]) => format!(
                "{{ let {total} = {}; for {item} in {} {{ if {} {{ break; }} {total} = {}; }} {total} }}",
                self.text(start),
                self.iterable(list),
                self.truth(stop),
                self.text(step)
            ),
            (C::While(counter, limit), [condition]) => format!(
                "{{ let {counter} = 0; while {counter} < {limit} && {} {{ {counter} += 1; }} {counter} }}",
                self.truth(condition)
            ),
            (C::DoWhile(counter, limit), [condition]) => format!(
                "{{ let {counter} = 0; do {{ {counter} += 1; }} while {counter} < {limit} && {}; {counter} }}",
                self.truth(condition)
            ),
            (C::Loop(counter, limit), [condition, value]) => format!(
                "{{ let {counter} = 0; loop {{ if {counter} >= {limit} || {} {{ break {}; }} {counter} += 1; }} }}",
                self.truth(condition),
                self.text(value)
            ),
            (C::Endless, []) => "{ loop { } }".to_owned(),
            (construct, parts) => panic!("{construct:?} does not take {} parts", parts.len()),
        }
    }

    fn arms(&self, arms: &[Arm], mut rest: &[Expression]) -> String {
        let mut next = || {
            let (first, more) = rest.split_first().expect("a guard or value for each arm");
            rest = more;
            first
        };
        let arms: Vec<String> = arms
            .iter()
            .map(|arm| {
                let patterns: Vec<String> = arm.patterns.iter().map(pattern).collect();
                let taken = if patterns.is_empty() { "_".to_owned() } else { patterns.join(" | ") };
                let guard = if arm.guarded { format!(" if {}", self.truth(next())) } else { String::new() };
                format!("{taken}{guard} => {}", self.text(next()))
            })
            .collect();
        arms.join(", ")
    }

    fn arguments(&self, function: &Function, parts: &[Expression]) -> String {
        let facts = function.facts.as_ref().map(|_| self.facts.to_owned());
        let arguments: Vec<String> =
            facts.into_iter().chain(parts.iter().map(|part| self.text(part))).collect();
        arguments.join(", ")
    }

    fn listed(&self, parts: &[Expression]) -> String {
        let items: Vec<String> = parts.iter().map(|part| self.text(part)).collect();
        items.join(", ")
    }

    fn joined(&self, operator: &str, parts: &[Expression]) -> String {
        let operands: Vec<String> = parts.iter().map(|part| self.truth(part)).collect();
        operands.join(operator)
    }

    /// Beside an operator: in brackets, unless it cannot be taken apart.
    fn operand(&self, expression: &Expression) -> String {
        let text = self.text(expression);
        if stands_alone(expression) { text } else { format!("({text})") }
    }

    /// As a second operand, where a block needs no brackets.
    fn later(&self, expression: &Expression) -> String {
        let text = self.text(expression);
        if stands_alone(expression) || text.starts_with('{') { text } else { format!("({text})") }
    }

    /// Before a dot or an index.
    fn receiver(&self, expression: &Expression) -> String {
        match expression.construct {
            Construct::Integer(_) | Construct::Decimal(_) => format!("({})", self.text(expression)),
            _ => self.operand(expression),
        }
    }

    /// Where the parser wants a truth value: it refuses literals of another type, which a block hides.
    fn truth(&self, expression: &Expression) -> String {
        match literal(expression) {
            None | Some(Construct::Bool(_)) => self.operand(expression),
            Some(_) => hidden(&self.text(expression)),
        }
    }

    /// Where the parser wants something to go through.
    fn iterable(&self, expression: &Expression) -> String {
        match literal(expression) {
            None | Some(Construct::Text(_) | Construct::List | Construct::Interpolation(_)) => {
                self.operand(expression)
            }
            Some(_) => hidden(&self.text(expression)),
        }
    }

    /// Where the parser wants a position in a list.
    fn index(&self, expression: &Expression) -> String {
        match literal(expression) {
            None | Some(Construct::Integer(_)) => self.text(expression),
            Some(_) => hidden(&self.text(expression)),
        }
    }

    /// One side of a comparison; the checker refuses some literals beside a fact.
    fn beside(&self, side: &Expression, operator: &str, other: &Expression) -> String {
        let other = self.fact(other);
        if other.is_some_and(|fact| self.refused(fact, operator, side)) {
            return hidden(&self.text(side));
        }
        self.operand(side)
    }

    /// The bound of `reaches`, hidden from the checker where it is no value of the fact.
    fn bound(&self, read: &Expression, bound: &Expression) -> String {
        match self.fact(read) {
            Some(fact) if self.refused(fact, "in", bound) => hidden(&self.text(bound)),
            _ => self.text(bound),
        }
    }

    /// The list of `in`; the checker looks at each item of a list written out.
    fn list(&self, list: &Expression, item: &Expression) -> String {
        let Some(fact) = self.fact(item) else { return self.operand(list) };
        if bare(list).construct != Construct::List {
            return self.operand(list);
        }
        let items: Vec<String> = bare(list)
            .parts
            .iter()
            .map(|part| {
                let text = self.text(part);
                if self.refused(fact, "in", part) { hidden(&text) } else { text }
            })
            .collect();
        format!("[{}]", items.join(", "))
    }

    fn fact(&self, expression: &Expression) -> Option<&Fact> {
        match bare(expression).construct {
            Construct::Fact(at) => self.dictionary.get(at),
            _ => None,
        }
    }

    /// Would the checker refuse this literal, or threshold, beside the fact?
    fn refused(&self, fact: &Fact, operator: &str, side: &Expression) -> bool {
        let text_beside = |text: &str| {
            fact.names().is_empty()
                || !matches!(operator, "==" | "!=" | "in")
                || !fact.names().iter().any(|name| name == text)
        };
        let number_beside = |number: i64| match fact.range() {
            None => true,
            Some((min, max)) => match operator {
                "==" | "!=" | "in" => !(min..=max).contains(&number),
                _ => !(min.saturating_sub(1)..=max.saturating_add(1)).contains(&number),
            },
        };
        let truth_beside = fact.range().is_some() || !fact.names().is_empty();
        match &literal(side).unwrap_or_else(|| bare(side).construct.clone()) {
            Construct::Bool(_) => truth_beside,
            Construct::Integer(number) => number_beside(*number),
            Construct::Text(text) => text_beside(text),
            Construct::Decimal(_) | Construct::Letter(_) => true,
            Construct::Threshold(name) => {
                let value = self.thresholds.iter().find(|threshold| threshold.name == *name);
                value.is_none_or(|threshold| match &threshold.value {
                    serde_json::Value::Bool(_) => truth_beside,
                    serde_json::Value::String(text) => text_beside(text),
                    value => number_beside(value.as_i64().unwrap_or(0)),
                })
            }
            _ => false,
        }
    }
}

/// The expression inside brackets, which leave no trace in the tree that is parsed.
fn bare(expression: &Expression) -> &Expression {
    match (&expression.construct, expression.parts.as_slice()) {
        (Construct::Grouped, [inner]) => bare(inner),
        _ => expression,
    }
}

/// The literal that the parser makes of an expression, if it makes one; a list or map written out is one to it too.
fn literal(expression: &Expression) -> Option<Construct> {
    let expression = bare(expression);
    match (&expression.construct, expression.parts.as_slice()) {
        (Construct::Minus, [inner]) => match literal(inner)? {
            Construct::Integer(value) => Some(Construct::Integer(value.wrapping_neg())),
            Construct::Decimal(tenths) => Some(Construct::Decimal(-tenths)),
            _ => None,
        },
        (Construct::List | Construct::Map(_) | Construct::Interpolation(_), _) => {
            Some(expression.construct.clone())
        }
        (construct, _) => construct.is_literal().then(|| construct.clone()),
    }
}

fn hidden(text: &str) -> String {
    format!("({{ {text} }})")
}

fn stands_alone(expression: &Expression) -> bool {
    use Construct as C;
    matches!(
        expression.construct,
        C::Bool(_)
            | C::Integer(_)
            | C::Text(_)
            | C::Letter(_)
            | C::Unit
            | C::Fact(_)
            | C::Threshold(_)
            | C::Variable(_)
            | C::List
            | C::Grouped
            | C::Known
            | C::AtLeast
            | C::Reaches
            | C::Call(_)
            | C::Native(_)
            | C::Interpolation(_)
    )
}

/// A number; one below zero in brackets, for where an operator stands before it.
fn integer(value: i64) -> String {
    match value {
        i64::MIN => "(-9223372036854775807 - 1)".to_owned(),
        0.. => value.to_string(),
        _ => format!("({value})"),
    }
}

/// A text as Rhai writes it.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn pattern(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Bool(value) => value.to_string(),
        Pattern::Integer(value) => value.to_string(),
        Pattern::Text(text) => quoted(text),
        Pattern::Range(start, end, inclusive) => {
            format!("{start}{}{end}", if *inclusive { "..=" } else { ".." })
        }
    }
}
