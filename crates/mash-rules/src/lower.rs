//! Lowering: the tree of each condition becomes a circuit of tables and the forms that may settle what is not known.
//!
//! - An expression over one fact is a **table**, filled in by Rhai ([`tabulate`]). So is one over a few facts whose
//!   combinations are few, whatever it is made of.
//! - `&&`, `||`, `!`, `??`, `known`, `at_least`, `if`, `switch`, `let`, early returns and calls of the pack's functions
//!   become nodes of a [`Program`]: only their order of evaluation is written here.
//! - What is neither stays a **residual**, with the reason: the interpreter answers for it.
//!
//! A variable stands for its expression ([`scope`]); what it is used in is reached only once that expression is settled.

mod scope;
mod statements;
mod support;
mod switch;
pub(crate) mod tabulate;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use mash_model::{FactDictionary, FactSheet, FactValue, Slot};
use rhai::{Dynamic, Expr, FnCallExpr, Position};

use self::{
    scope::{Scope, StandsFor},
    support::Supports,
    tabulate::{Question, Row, Tabulator},
};
use crate::{
    fact_view::{FactView, Recorder, ValueNames},
    host::{MAX_CALL_LEVELS, MAX_OPERATIONS},
    interpreted::Interpreter,
    load::Functions,
    program::{self, Builder, Cell, Coding, Node, NodeId, Program, Residual, Table},
    rule_set::RuleSet,
    source::{SourceFile, SourcePlace},
};

/// Most rows of one table.
const MAX_ROWS: usize = 20_000;
/// Deepest nesting of functions that is followed; well under the interpreter's own limit.
const MAX_INLINED: usize = MAX_CALL_LEVELS / 2;
/// Most expressions that one condition may come to when its functions are followed.
const MAX_EXPRESSIONS: usize = 20_000;

/// What matters of an expression's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Want {
    /// Whether it is true or false; any other value fails.
    Bool,
    /// Whether it is settled at all.
    Settled,
}

/// Why an expression cannot be lowered in the way tried.
type Refused = String;

/// One condition to lower.
#[derive(Debug)]
pub(crate) struct Condition<'p> {
    /// The closure's one parameter.
    pub(crate) parameter: &'p str,
    /// Its statements as written.
    pub(crate) body: &'p Expr,
    /// Its file.
    pub(crate) file: &'p SourceFile,
}

/// Lowers the conditions of a pack, in pack order.
pub(crate) fn lower(
    conditions: &[Condition<'_>],
    functions: &Functions,
    dictionary: &FactDictionary,
    interpreter: &Interpreter,
) -> Program {
    let recorder = Arc::new(Recorder::new(dictionary.len(), 0));
    let mut lowering = Lowering {
        dictionary,
        functions,
        builder: Builder::default(),
        supports: Supports { dictionary, functions, known: BTreeMap::new() },
        tabulator: Tabulator {
            engine: &interpreter.engine,
            tree: &interpreter.table,
            recorder: Arc::clone(&recorder),
        },
        names: Arc::clone(&interpreter.names),
        views: BTreeMap::new(),
        whole_functions: BTreeMap::new(),
        stretches: BTreeMap::new(),
        wide: Vec::new(),
        file: None,
        calls: 0,
        expressions: 0,
        operations: 0,
    };
    let roots: Vec<NodeId> = conditions.iter().map(|condition| lowering.condition(condition)).collect();
    let broken = lowering.broken();
    lowering.finish(&roots, broken)
}

struct Lowering<'p> {
    dictionary: &'p FactDictionary,
    functions: &'p Functions,
    builder: Builder,
    supports: Supports<'p>,
    tabulator: Tabulator<'p>,
    names: ValueNames,
    /// Facts of one row with one fact known, by slot and code.
    views: BTreeMap<(Slot, usize), FactView>,
    /// Functions that take nothing but the facts, once lowered.
    whole_functions: BTreeMap<(String, Want), NodeId>,
    /// First values of the stretches of facts with too many values, as they are found.
    stretches: BTreeMap<Slot, BTreeSet<i64>>,
    /// Comparisons of such facts, filled in once every stretch is known.
    wide: Vec<WideLeaf>,
    file: Option<&'p SourceFile>,
    calls: usize,
    expressions: usize,
    operations: u64,
}

/// A comparison of a fact that has too many values to tabulate: the cell from each first value on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct WideLeaf {
    slot: Slot,
    from: Vec<(i64, Cell)>,
    not_known: Cell,
}

impl<'p> Lowering<'p> {
    fn condition(&mut self, condition: &Condition<'p>) -> NodeId {
        self.file = Some(condition.file);
        self.expressions = 0;
        self.operations = 0;
        let scope = scope::with_facts(condition.parameter, None);
        let root = self.body(condition.body, &scope, Want::Bool);
        if self.operations > MAX_OPERATIONS / 2 {
            let reason = "it takes so many operations that a limit may end it".to_owned();
            return self.residual(condition.body.position(), reason);
        }
        root
    }

    /// The body of a function or condition: a `return` ends it.
    fn body(&mut self, body: &Expr, scope: &Scope, want: Want) -> NodeId {
        let lowered = match body {
            Expr::Stmt(block) => self.block(block.statements(), scope, want, true),
            other => return self.expression(other, scope, want),
        };
        lowered
            .or_else(|_| self.table(body, scope, want, true))
            .unwrap_or_else(|reason| self.residual(body.position(), reason))
    }

    /// An expression as a node; what cannot be lowered asks the interpreter.
    fn expression(&mut self, expression: &Expr, scope: &Scope, want: Want) -> NodeId {
        self.try_expression(expression, scope, want)
            .unwrap_or_else(|reason| self.residual(expression.position(), reason))
    }

    fn residual(&mut self, position: Position, reason: String) -> NodeId {
        let place = self.file.map_or_else(|| SourcePlace::file(""), |file| SourcePlace::of(file, position));
        self.builder.residual(Residual { place, reason })
    }

    fn try_expression(&mut self, expression: &Expr, scope: &Scope, want: Want) -> Result<NodeId, Refused> {
        self.expressions += 1;
        if self.expressions > MAX_EXPRESSIONS {
            return Err("its functions come to too many expressions".to_owned());
        }
        let facts = self.supports.of(expression, scope);
        if facts.as_ref().is_ok_and(|facts| facts.len() <= 1)
            && let Ok(node) = self.table(expression, scope, want, false)
        {
            return Ok(node);
        }
        match self.form(expression, scope, want) {
            Ok(node) => Ok(node),
            // The reason of the whole says more than that of the form it has.
            Err(_) => self.table(expression, scope, want, false),
        }
    }

    /// An expression by its form.
    fn form(&mut self, expression: &Expr, scope: &Scope, want: Want) -> Result<NodeId, Refused> {
        match expression {
            Expr::And(operands, _) => {
                let of = self.operands(operands, scope);
                let forgiving = !of.iter().any(|id| self.builder.has_residual(*id));
                Ok(self.builder.add(Node::All { of, forgiving }))
            }
            Expr::Or(operands, _) => {
                let of = self.operands(operands, scope);
                let forgiving = !of.iter().any(|id| self.builder.has_residual(*id));
                Ok(self.builder.add(Node::Any { of, forgiving }))
            }
            Expr::Coalesce(operands, _) => self.coalesce(operands, scope, want),
            Expr::Stmt(block) => self.block(block.statements(), scope, want, false),
            Expr::Variable(parts, ..) if parts.2.is_empty() => self.variable(&parts.1, scope, want),
            Expr::FnCall(call, _) if !call.is_qualified() => self.call(call, scope, want),
            Expr::Dot(..) => self.wide_fact(expression, scope, want),
            _ => Err("it has no form of its own".to_owned()),
        }
    }

    fn operands(&mut self, operands: &[Expr], scope: &Scope) -> Vec<NodeId> {
        operands.iter().map(|operand| self.expression(operand, scope, Want::Bool)).collect()
    }

    fn variable(&mut self, name: &str, scope: &Scope, want: Want) -> Result<NodeId, Refused> {
        match scope::find(scope, name).map(|variable| &variable.stands_for) {
            Some(StandsFor::Value { written, scope, .. }) => self.try_expression(written, scope, want),
            Some(StandsFor::Facts) => Ok(self.builder.constant(match want {
                Want::Bool => Cell::Ask,
                Want::Settled => Cell::True,
            })),
            None => Err(format!("`{name}` is no variable that can be followed")),
        }
    }

    fn coalesce(&mut self, operands: &[Expr], scope: &Scope, want: Want) -> Result<NodeId, Refused> {
        let mut of = Vec::new();
        for operand in operands {
            // `()` is settled and yet passed over: only expressions that are never `()` are lowered.
            if !self.never_unit(operand, scope) {
                return Err("an operand of `??` may be `()`".to_owned());
            }
            of.push(self.expression(operand, scope, want));
        }
        Ok(self.builder.add(Node::Coalesce(of)))
    }

    fn never_unit(&mut self, expression: &Expr, scope: &Scope) -> bool {
        match expression {
            Expr::And(..) | Expr::Or(..) => true,
            Expr::FnCall(call, _) if crate::kleene::is_ours(&call.name) || call.op_token.is_some() => true,
            _ if scope::plain_fact(expression, scope, self.dictionary).is_some() => true,
            _ => {
                let question = self.question(expression, scope, false);
                let Ok(facts) = self.facts_of(expression, scope) else { return false };
                let rows = self.rows(question, &facts);
                rows.is_ok_and(|rows| {
                    !rows.iter().any(|row| matches!(row, Row::Value(value) if value.is_unit()))
                })
            }
        }
    }

    fn facts_of(&mut self, expression: &Expr, scope: &Scope) -> Result<Vec<Slot>, Refused> {
        Ok(self.supports.of(expression, scope)?.into_iter().collect())
    }

    fn call(&mut self, call: &FnCallExpr, scope: &Scope, want: Want) -> Result<NodeId, Refused> {
        match (call.name.as_str(), call.args.as_slice()) {
            ("!", [a]) => {
                let a = self.expression(a, scope, Want::Bool);
                Ok(self.builder.add(Node::Not(a)))
            }
            ("known", [e]) => {
                let e = self.expression(e, scope, Want::Settled);
                Ok(self.builder.add(Node::Known(e)))
            }
            ("at_least", [wanted, Expr::Array(items, _)]) => self.at_least(wanted, items, scope),
            ("==" | "!=" | "<" | "<=" | ">" | ">=", [left, right]) => {
                self.wide_comparison(call, [left, right], scope)
            }
            (name, arguments) => self.function(name, arguments, scope, want),
        }
    }

    fn at_least(&mut self, wanted: &Expr, items: &[Expr], scope: &Scope) -> Result<NodeId, Refused> {
        let facts = self.facts_of(wanted, scope)?;
        let question = self.question(wanted, scope, false);
        let rows = self.rows(question, &facts)?;
        let of = self.operands(items, scope);
        let forgiving = !of.iter().any(|id| self.builder.has_residual(*id));
        let numbers: BTreeSet<i64> = rows
            .iter()
            .filter_map(|row| match row {
                Row::Value(value) => value.as_int().ok(),
                Row::NotKnown(_) | Row::Failed => None,
            })
            .collect();
        // One test a number that the rows hold; a row that is no number fails, and one not known stays so.
        let mut node = self.table_of(&facts, &rows, |_| Cell::Ask);
        for number in numbers {
            let is_it = self.table_of(&facts, &rows, |value| match value.as_int() {
                Ok(found) if found == number => Cell::True,
                Ok(_) => Cell::False,
                Err(_) => Cell::Ask,
            });
            let counted = self.builder.add(Node::AtLeast { wanted: number, of: of.clone(), forgiving });
            node = self.builder.add(Node::If { condition: is_it, then: counted, otherwise: node });
        }
        Ok(node)
    }

    /// A call of one of the pack's own functions: its body, once every argument is settled.
    fn function(
        &mut self,
        name: &str,
        arguments: &[Expr],
        scope: &Scope,
        want: Want,
    ) -> Result<NodeId, Refused> {
        let functions = self.functions;
        let Some(function) = functions.find(name, arguments.len()) else {
            return Err(format!("`{name}` is no function of the pack"));
        };
        if self.calls >= MAX_INLINED {
            return Err(format!("`{name}` calls itself too often to be followed"));
        }
        let takes_facts =
            |argument: &Expr| matches!(argument, Expr::Variable(v, ..) if scope::is_facts(scope, &v.1));
        let whole = arguments.iter().all(takes_facts);
        let key = (name.to_owned(), want);
        if whole && let Some(node) = self.whole_functions.get(&key) {
            return Ok(*node);
        }
        let mut guards = Vec::new();
        let mut inner: Scope = None;
        for (parameter, argument) in function.parameters.iter().zip(arguments) {
            inner = if takes_facts(argument) {
                scope::with_facts(parameter, inner)
            } else {
                guards.push(self.expression(argument, scope, Want::Settled));
                scope::with_value(parameter, argument, scope.clone(), inner, self.dictionary)
            };
        }
        self.calls += 1;
        let file = self.file.replace(&function.file);
        let lowered = self.block(&function.body, &inner, want, true);
        let lowered = lowered.or_else(|_| self.table(&function.whole, &inner, want, true));
        self.file = file;
        self.calls -= 1;
        let node = guards.into_iter().rev().fold(lowered?, |node, guard| self.builder.after(guard, node));
        if whole && self.calls == 0 {
            self.whole_functions.insert(key, node);
        }
        Ok(node)
    }

    fn question<'s>(&self, expression: &Expr, scope: &'s Scope, returns: bool) -> Question<'s> {
        let expression = scope::rewritten(expression, self.dictionary);
        Question { expression, scope, calls_around: self.calls, returns }
    }

    /// An expression as one table over all the facts it reads.
    fn table(
        &mut self,
        expression: &Expr,
        scope: &Scope,
        want: Want,
        returns: bool,
    ) -> Result<NodeId, Refused> {
        if !returns && statements::may_return(expression) {
            return Err("a `return` leaves it".to_owned());
        }
        if scope.as_ref().is_some_and(|variable| {
            !matches!(variable.stands_for, StandsFor::Facts) || variable.outer.is_some()
        }) && statements::assigns(expression)
        {
            return Err("it may change a variable".to_owned());
        }
        let facts = self.facts_of(expression, scope)?;
        let question = self.question(expression, scope, returns);
        let rows = self.rows(question, &facts)?;
        Ok(self.table_of(&facts, &rows, |value| match want {
            Want::Settled => Cell::True,
            Want::Bool => match value.as_bool() {
                Ok(true) => Cell::True,
                Ok(false) => Cell::False,
                Err(_) => Cell::Ask,
            },
        }))
    }

    /// A table whose rows are judged by `cell`.
    fn table_of(&mut self, facts: &[Slot], rows: &[Row], cell: impl Fn(&Dynamic) -> Cell) -> NodeId {
        let mut needs: Vec<Vec<Slot>> = Vec::new();
        let cells: Vec<Cell> = rows
            .iter()
            .map(|row| match row {
                Row::Value(value) => cell(value),
                Row::Failed => Cell::Ask,
                Row::NotKnown(missing) => {
                    let number = needs.iter().position(|known| known == missing).unwrap_or_else(|| {
                        needs.push(missing.clone());
                        needs.len() - 1
                    });
                    u16::try_from(number).map_or(Cell::Ask, Cell::NotKnown)
                }
            })
            .collect();
        match (facts, cells.first()) {
            ([], Some(cell)) => self.builder.constant(*cell),
            _ => self.builder.add(Node::Table(Table { facts: facts.to_vec(), cells, needs })),
        }
    }

    /// What an expression comes to in every combination of the values of these facts, the last fact's next to one
    /// another, not known first.
    fn rows(&mut self, question: Question<'_>, facts: &[Slot]) -> Result<Vec<Row>, Refused> {
        let mut count: usize = 1;
        let mut counts = Vec::new();
        for &slot in facts {
            let Some(fact) = self.dictionary.get(slot) else { return Err("it reads no fact".to_owned()) };
            if !fact.is_coded() {
                return Err(format!("`{}` has too many values to tabulate", fact.id));
            }
            let codes = program::value_codes(&fact.kind);
            counts.push(codes);
            count = count.saturating_mul(codes);
        }
        if count > MAX_ROWS {
            let count = if count == usize::MAX { "countless".to_owned() } else { count.to_string() };
            return Err(format!("it reads {} facts together, in {count} combinations", facts.len()));
        }
        let views = (0..count).map(|row| self.view(facts, &counts, row)).collect();
        let (rows, operations) = self.tabulator.rows(question, views, &facts.iter().copied().collect())?;
        self.operations = self.operations.saturating_add(operations);
        Ok(rows)
    }

    /// The facts of one row.
    fn view(&mut self, facts: &[Slot], counts: &[usize], row: usize) -> FactView {
        if let [slot] = facts {
            if let Some(view) = self.views.get(&(*slot, row)) {
                return view.clone();
            }
            let view = self.made_view(facts, counts, row);
            self.views.insert((*slot, row), view.clone());
            return view;
        }
        self.made_view(facts, counts, row)
    }

    fn made_view(&self, facts: &[Slot], counts: &[usize], row: usize) -> FactView {
        let mut sheet = FactSheet::unknown(self.dictionary);
        let mut rest = row;
        for (&slot, &count) in facts.iter().zip(counts).rev() {
            let code = u8::try_from(rest % count).unwrap_or(0);
            rest /= count;
            sheet.set(slot, self.dictionary.get(slot).and_then(|fact| fact.value_of_code(code)));
        }
        let recorder = Some(Arc::clone(&self.tabulator.recorder));
        FactView::new(sheet, Arc::clone(&self.names), RuleSet::default(), recorder)
    }

    /// A fact of too many values, where it matters only that it is known.
    fn wide_fact(&mut self, expression: &Expr, scope: &Scope, want: Want) -> Result<NodeId, Refused> {
        let slot = self.wide_slot(expression, scope).ok_or("it has no form of its own")?;
        let known = match want {
            Want::Bool => Cell::Ask,
            Want::Settled => Cell::True,
        };
        Ok(self.wide_leaf(WideLeaf { slot, from: vec![(i64::MIN, known)], not_known: Cell::NotKnown(0) }))
    }

    fn wide_slot(&self, expression: &Expr, scope: &Scope) -> Option<Slot> {
        let slot = scope::plain_fact(expression, scope, self.dictionary)?;
        self.dictionary.get(slot).filter(|fact| !fact.is_coded()).map(|_| slot)
    }

    /// A fact of too many values compared with a number: Rhai compares on both sides of the number, and between is the
    /// same, since whole numbers are compared by size.
    fn wide_comparison(
        &mut self,
        call: &FnCallExpr,
        sides: [&Expr; 2],
        scope: &Scope,
    ) -> Result<NodeId, Refused> {
        let [left, right] = sides;
        let (slot, other) = match (self.wide_slot(left, scope), self.wide_slot(right, scope)) {
            (Some(slot), None) => (slot, right),
            (None, Some(slot)) => (slot, left),
            _ => return Err("it has no form of its own".to_owned()),
        };
        if !self.facts_of(other, scope)?.is_empty() {
            return Err("it compares a fact of many values with another fact".to_owned());
        }
        let question = self.question(other, scope, false);
        let bound = match self.rows(question, &[])?.as_slice() {
            [Row::Value(value)] => value.as_int().map_err(|_| "it compares a number with none".to_owned())?,
            _ => return Err("what it is compared with has no value".to_owned()),
        };
        let Some(mash_model::FactKind::Integer { min, max, .. }) =
            self.dictionary.get(slot).map(|fact| &fact.kind)
        else {
            return Err("it has no form of its own".to_owned());
        };
        let firsts: BTreeSet<i64> = [Some(*min), Some(bound), bound.checked_add(1)]
            .into_iter()
            .flatten()
            .filter(|first| (min..=max).contains(&first))
            .collect();
        let mut views = Vec::new();
        for first in std::iter::once(None).chain(firsts.iter().copied().map(Some)) {
            let mut sheet = FactSheet::unknown(self.dictionary);
            sheet.set(slot, first.map(FactValue::Integer));
            let recorder = Some(Arc::clone(&self.tabulator.recorder));
            views.push(FactView::new(sheet, Arc::clone(&self.names), RuleSet::default(), recorder));
        }
        let whole = Expr::FnCall(Box::new(call.clone()), left.position());
        let question = self.question(&whole, scope, false);
        let (rows, operations) = self.tabulator.rows(question, views, &BTreeSet::from([slot]))?;
        self.operations = self.operations.saturating_add(operations);
        let cell = |row: &Row| match row {
            Row::Value(value) => match value.as_bool() {
                Ok(true) => Cell::True,
                Ok(false) => Cell::False,
                Err(_) => Cell::Ask,
            },
            Row::NotKnown(_) => Cell::NotKnown(0),
            Row::Failed => Cell::Ask,
        };
        let from = firsts.iter().copied().zip(rows.iter().skip(1).map(cell)).collect();
        let not_known = rows.first().map_or(Cell::Ask, cell);
        Ok(self.wide_leaf(WideLeaf { slot, from, not_known }))
    }

    /// A node that stands for a comparison until every stretch is known: see [`Lowering::finish`].
    fn wide_leaf(&mut self, leaf: WideLeaf) -> NodeId {
        let slot = leaf.slot;
        self.stretches.entry(slot).or_default().extend(leaf.from.iter().map(|(first, _)| *first));
        let number = self.wide.iter().position(|known| *known == leaf).unwrap_or_else(|| {
            self.wide.push(leaf);
            self.wide.len() - 1
        });
        // Unlike any table of values: a table has at least two cells.
        let mark = Cell::NotKnown(u16::try_from(number).unwrap_or(u16::MAX));
        self.builder.add(Node::Table(Table { facts: vec![slot], cells: vec![mark], needs: Vec::new() }))
    }

    /// Whether the facts break a constraint between them: all of `when` known to hold, one of `then` known not to.
    fn broken(&mut self) -> NodeId {
        let dictionary = self.dictionary;
        let mut constraints = Vec::new();
        for constraint in dictionary.constraints() {
            let mut of: Vec<NodeId> = constraint
                .when
                .iter()
                .map(|(slot, values)| self.among(*slot, values, Cell::True, Cell::False))
                .collect();
            let then = constraint.then.iter();
            let violated =
                then.map(|(slot, values)| self.among(*slot, values, Cell::False, Cell::True)).collect();
            of.push(self.builder.add(Node::Any { of: violated, forgiving: true }));
            constraints.push(self.builder.add(Node::All { of, forgiving: true }));
        }
        self.builder.add(Node::Any { of: constraints, forgiving: true })
    }

    /// Whether a fact is known to have one of some values; a fact not known is false.
    fn among(&mut self, slot: Slot, values: &[FactValue], inside: Cell, outside: Cell) -> NodeId {
        let Some(fact) = self.dictionary.get(slot) else { return self.builder.constant(Cell::False) };
        let judged = |value: FactValue| if values.contains(&value) { inside } else { outside };
        if fact.is_coded() {
            let codes = u8::try_from(program::value_codes(&fact.kind)).unwrap_or(u8::MAX);
            let cells = (0..codes).map(|code| fact.value_of_code(code).map_or(Cell::False, judged)).collect();
            return self.builder.add(Node::Table(Table { facts: vec![slot], cells, needs: Vec::new() }));
        }
        let mut from = vec![(i64::MIN, outside)];
        let mut numbers: Vec<i64> = values
            .iter()
            .filter_map(|value| match value {
                FactValue::Integer(number) => Some(*number),
                FactValue::Bool(_) | FactValue::Rank(_) => None,
            })
            .collect();
        numbers.sort_unstable();
        for number in numbers {
            from.retain(|(first, _)| *first != number);
            from.push((number, inside));
            from.extend(number.checked_add(1).map(|next| (next, outside)));
        }
        self.wide_leaf(WideLeaf { slot, from, not_known: Cell::False })
    }

    fn finish(self, roots: &[NodeId], broken: NodeId) -> Program {
        let mut codings = Vec::new();
        let mut code_counts = Vec::new();
        for (slot, fact) in self.dictionary.iter() {
            let (coding, codes) = match &fact.kind {
                mash_model::FactKind::Integer { min, .. } if !fact.is_coded() => {
                    let mut firsts = BTreeSet::from([*min]);
                    firsts.extend(
                        self.stretches.get(&slot).into_iter().flatten().filter(|first| **first > *min),
                    );
                    let codes = firsts.len() + 1;
                    (Coding::Stretches(firsts.into_iter().collect()), codes)
                }
                kind => (Coding::Values, program::value_codes(kind)),
            };
            codings.push(coding);
            code_counts.push(codes);
        }
        let program = self.builder.finish(roots, broken, codings, code_counts);
        program.changed(|node| match node {
            Node::Table(Table { facts, cells, .. }) => match (facts.as_slice(), cells.as_slice()) {
                ([slot], [Cell::NotKnown(number)])
                    if matches!(program.coding(*slot), Coding::Stretches(_)) =>
                {
                    match (self.wide.get(usize::from(*number)), program.coding(*slot)) {
                        (Some(leaf), Coding::Stretches(firsts)) => Node::Table(leaf.over(firsts)),
                        _ => node.clone(),
                    }
                }
                _ => node.clone(),
            },
            _ => node.clone(),
        })
    }
}

impl WideLeaf {
    /// The table of this comparison over stretches that begin at these values.
    fn over(&self, firsts: &[i64]) -> Table {
        let at = |first: &i64| {
            self.from.iter().rev().find(|(from, _)| from <= first).map_or(Cell::Ask, |(_, cell)| *cell)
        };
        let cells = std::iter::once(self.not_known).chain(firsts.iter().map(at)).collect();
        Table { facts: vec![self.slot], cells, needs: vec![vec![self.slot]] }
    }
}
