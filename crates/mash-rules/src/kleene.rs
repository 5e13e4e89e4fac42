//! Not known inside Rhai: which nodes of a condition may settle again, and how.
//!
//! Reading a fact that is not known raises a termination that no `try` can catch and that carries the fact's slot. At
//! load, `&&`, `||`, `??`, `known`, `at_least` and `reaches` become nodes of our own that catch it and apply strong
//! Kleene logic; everything else stays Rhai's. The page `docs/rule-authoring.md` has the truth tables.

use std::collections::BTreeSet;

use mash_model::{FactDictionary, FactValue, Slot};
use rhai::{
    CustomExpr, Dynamic, Engine, EvalAltResult, EvalContext, Expr, Expression, INT, ImmutableString,
    Position, Stmt, StmtBlock,
};

use crate::fact_view::FactView;

type EvalError = Box<EvalAltResult>;
/// What an evaluation gives: Rhai's own alias is private.
pub(crate) type RhaiResult = Result<Dynamic, EvalError>;

/// Keys of the nodes that replace Rhai's own. Rhai looks a node's handler up by its key at every evaluation, in order, so
/// the nodes met most often come first. Rule files are parsed by an engine that does not know these keys.
mod key {
    pub(super) const FACT: &str = "0";
    pub(super) const OR: &str = "1";
    pub(super) const AND: &str = "2";
    pub(super) const REACHES: &str = "3";
    pub(super) const AT_LEAST: &str = "4";
    pub(super) const KNOWN: &str = "5";
    pub(super) const COALESCE: &str = "6";
    pub(super) const GUARD: &str = "7";
}

/// The facts that left an expression unsettled: nearly always one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Needs {
    One(Slot),
    Many(BTreeSet<Slot>),
}

impl Needs {
    /// In dictionary order.
    pub(crate) fn slots(self) -> Vec<Slot> {
        match self {
            Needs::One(slot) => vec![slot],
            Needs::Many(slots) => slots.into_iter().collect(),
        }
    }
}

/// Joins what two operands need.
fn join(needs: &mut Option<Needs>, more: Needs) {
    *needs = Some(match needs.take() {
        None => more,
        Some(known) if known == more => known,
        Some(known) => Needs::Many(known.slots().into_iter().chain(more.slots()).collect()),
    });
}

/// The termination that carries what is not known.
pub(crate) fn not_known(needs: Needs, position: Position) -> EvalError {
    // One slot, by far the most frequent, travels as a number: no allocation for it. Nothing else here terminates.
    let token = match needs {
        Needs::One(slot) => Dynamic::from(INT::from(slot.0)),
        Needs::Many(_) => Dynamic::from(needs),
    };
    Box::new(EvalAltResult::ErrorTerminated(token, position))
}

/// The facts a termination's token stands for.
fn needs_in(token: Dynamic) -> Result<Needs, Dynamic> {
    match token.as_int().ok().and_then(|slot| u16::try_from(slot).ok()) {
        Some(slot) => Ok(Needs::One(Slot(slot))),
        None => token.try_cast_result::<Needs>(),
    }
}

/// The facts a termination carries, when it is one of ours, however deeply calls have wrapped it; or else the error.
#[expect(clippy::boxed_local, reason = "Rhai hands errors over boxed")]
pub(crate) fn needs_of(error: EvalError) -> Result<Needs, EvalError> {
    match *error {
        EvalAltResult::ErrorTerminated(token, position) => {
            needs_in(token).map_err(|token| Box::new(EvalAltResult::ErrorTerminated(token, position)))
        }
        wrapped => match wrapped.unwrap_inner() {
            EvalAltResult::ErrorTerminated(token, _) => {
                needs_in(token.clone()).map_err(|_| Box::new(wrapped))
            }
            _ => Err(Box::new(wrapped)),
        },
    }
}

/// What became of one operand.
enum Operand {
    Settled(Dynamic),
    NotKnown(Needs),
    Failed(EvalError),
}

fn evaluate(context: &mut EvalContext<'_, '_, '_, '_, '_, '_>, operand: &Expression<'_>) -> Operand {
    let depth = context.scope().len();
    match context.eval_expression_tree(operand) {
        Ok(value) => Operand::Settled(value),
        Err(error) => {
            context.scope_mut().rewind(depth);
            match needs_of(error) {
                Ok(needs) => Operand::NotKnown(needs),
                Err(error) => Operand::Failed(error),
            }
        }
    }
}

fn as_bool(value: &Dynamic, position: Position) -> Result<bool, EvalError> {
    value.as_bool().map_err(|found| {
        Box::new(EvalAltResult::ErrorMismatchDataType("bool".to_owned(), found.to_owned(), position))
    })
}

/// Rewrites the conditions of one pack; counts clauses as it goes.
#[derive(Debug)]
pub(crate) struct Rewriter<'d> {
    dictionary: &'d FactDictionary,
    /// Places of the clauses numbered so far: operands of `&&` and `||`, in the order met.
    pub(crate) clauses: Vec<Position>,
}

impl<'d> Rewriter<'d> {
    pub(crate) fn new(dictionary: &'d FactDictionary) -> Self {
        Self { dictionary, clauses: Vec::new() }
    }

    pub(crate) fn block(&mut self, statements: &mut [Stmt]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    fn flow(&mut self, block: &mut StmtBlock) {
        self.block(block.statements_mut());
    }

    fn statement(&mut self, statement: &mut Stmt) {
        match statement {
            Stmt::If(flow, _) | Stmt::While(flow, _) | Stmt::Do(flow, ..) => {
                self.expression(&mut flow.expr);
                self.flow(&mut flow.body);
                self.flow(&mut flow.branch);
            }
            Stmt::For(parts, _) => {
                self.expression(&mut parts.2.expr);
                self.flow(&mut parts.2.body);
            }
            Stmt::Switch(parts, _) => {
                let (subject, cases) = &mut **parts;
                self.expression(subject);
                for case in &mut cases.expressions {
                    self.expression(&mut case.lhs);
                    self.expression(&mut case.rhs);
                }
            }
            Stmt::Var(parts, ..) => self.expression(&mut parts.1),
            Stmt::Assignment(parts) => self.expression(&mut parts.1.rhs),
            Stmt::FnCall(call, position) => {
                if is_ours(&call.name) {
                    let mut expression = Expr::FnCall(call.clone(), *position);
                    self.expression(&mut expression);
                    *statement = Stmt::Expr(Box::new(expression));
                } else {
                    for argument in &mut call.args {
                        self.expression(argument);
                    }
                }
            }
            Stmt::Block(block) => self.flow(block),
            Stmt::TryCatch(flow, position) => {
                self.flow(&mut flow.body);
                self.flow(&mut flow.branch);
                // A call wraps a termination in an error that `try` could catch; the guard takes the wrapping off.
                let body = std::mem::take(&mut flow.body);
                let (start, end) = (body.position(), body.end_position());
                let guarded = node(key::GUARD, vec![Expr::Stmt(Box::new(body))], 0, *position);
                flow.body = StmtBlock::new([Stmt::Expr(Box::new(guarded))], start, end);
            }
            Stmt::Expr(expression) => self.expression(expression),
            Stmt::BreakLoop(Some(expression), ..) | Stmt::Return(Some(expression), ..) => {
                self.expression(expression);
            }
            _ => {}
        }
    }

    pub(crate) fn expression(&mut self, expression: &mut Expr) {
        let position = expression.position();
        match expression {
            Expr::And(operands, _) => {
                let operands = std::mem::take(&mut **operands).into_iter().collect();
                *expression = self.logical(key::AND, operands, position);
            }
            Expr::Or(operands, _) => {
                let operands = std::mem::take(&mut **operands).into_iter().collect();
                *expression = self.logical(key::OR, operands, position);
            }
            Expr::Coalesce(operands, _) => {
                let mut operands: Vec<Expr> = std::mem::take(&mut **operands).into_iter().collect();
                operands.iter_mut().for_each(|operand| self.expression(operand));
                *expression = node(key::COALESCE, operands, 0, position);
            }
            Expr::FnCall(call, _) if is_ours(&call.name) && !call.is_qualified() => {
                let arguments: Vec<Expr> = std::mem::take(&mut call.args).into_iter().collect();
                let name = call.name.clone();
                *expression = self.own_call(&name, arguments, position);
            }
            Expr::FnCall(call, _) | Expr::MethodCall(call, _) => {
                call.args.iter_mut().for_each(|argument| self.expression(argument));
            }
            Expr::Dot(parts, ..) => {
                let slot = match (&parts.lhs, &parts.rhs) {
                    (Expr::Variable(..), Expr::Property(property, _)) => self.dictionary.slot(&property.2),
                    _ => None,
                };
                if let Some(slot) = slot {
                    let variable = parts.lhs.clone();
                    let read = std::mem::take(expression);
                    *expression = node(key::FACT, vec![variable, read], INT::from(slot.0), position);
                } else {
                    self.expression(&mut parts.lhs);
                    self.chain(&mut parts.rhs);
                }
            }
            Expr::Index(parts, ..) => {
                self.expression(&mut parts.lhs);
                self.expression(&mut parts.rhs);
            }
            Expr::Array(items, _) | Expr::InterpolatedString(items, _) => {
                items.iter_mut().for_each(|item| self.expression(item));
            }
            Expr::Map(parts, _) => parts.0.iter_mut().for_each(|(_, value)| self.expression(value)),
            Expr::Stmt(block) => self.flow(block),
            _ => {}
        }
    }

    /// The right-hand side of a dot: properties stay, arguments and indices are expressions of their own.
    fn chain(&mut self, link: &mut Expr) {
        match link {
            Expr::MethodCall(call, _) => {
                call.args.iter_mut().for_each(|argument| self.expression(argument));
            }
            Expr::Dot(parts, ..) => {
                self.chain(&mut parts.lhs);
                self.chain(&mut parts.rhs);
            }
            Expr::Index(parts, ..) => {
                self.chain(&mut parts.lhs);
                self.expression(&mut parts.rhs);
            }
            _ => {}
        }
    }

    fn logical(&mut self, key: &'static str, mut operands: Vec<Expr>, position: Position) -> Expr {
        let first = self.clauses.len();
        self.clauses.extend(operands.iter().map(Expr::start_position));
        operands.iter_mut().for_each(|operand| self.expression(operand));
        node(key, operands, INT::try_from(first).unwrap_or(INT::MAX), position)
    }

    fn own_call(&mut self, name: &str, mut arguments: Vec<Expr>, position: Position) -> Expr {
        let mut state = 0;
        let key = match name {
            "known" => key::KNOWN,
            "at_least" => {
                // `at_least(n, [a, b])` keeps its operands unevaluated: n first, then a and b.
                if let [_, Expr::Array(items, _)] = arguments.as_mut_slice() {
                    let items: Vec<Expr> = std::mem::take(items).into_iter().collect();
                    arguments.truncate(1);
                    arguments.extend(items);
                }
                key::AT_LEAST
            }
            _ => {
                state = fact_read(arguments.first(), self.dictionary).map_or(-1, |slot| INT::from(slot.0));
                key::REACHES
            }
        };
        arguments.iter_mut().for_each(|argument| self.expression(argument));
        node(key, arguments, state, position)
    }
}

/// The slot that an expression of the form `f.fact` reads.
pub(crate) fn fact_read(expression: Option<&Expr>, dictionary: &FactDictionary) -> Option<Slot> {
    match expression {
        Some(Expr::Dot(parts, ..)) => match (&parts.lhs, &parts.rhs) {
            (Expr::Variable(..), Expr::Property(property, _)) => dictionary.slot(&property.2),
            _ => None,
        },
        _ => None,
    }
}

/// Functions of a condition that are ours rather than Rhai's.
pub(crate) fn is_ours(name: &str) -> bool {
    matches!(name, "known" | "at_least" | "reaches")
}

/// A node of our own with these inputs.
pub(crate) fn node(key: &'static str, inputs: Vec<Expr>, state: INT, position: Position) -> Expr {
    let custom = CustomExpr {
        inputs: inputs.into_iter().collect(),
        tokens: std::iter::once(ImmutableString::from(key)).collect(),
        state: state.into(),
        scope_may_be_changed: false,
        self_terminated: false,
    };
    Expr::Custom(Box::new(custom), position)
}

/// Teaches an engine the nodes that [`Rewriter`] makes.
pub(crate) fn register(engine: &mut Engine, dictionary: &FactDictionary) -> Result<(), String> {
    let values: Vec<Vec<String>> = dictionary.iter().map(|(_, fact)| fact.value_names().to_vec()).collect();
    engine.register_custom_syntax_handler(key::AND, false, |context, operands, first| {
        logical(context, operands, first, false)
    })?;
    engine.register_custom_syntax_handler(key::OR, false, |context, operands, first| {
        logical(context, operands, first, true)
    })?;
    engine.register_custom_syntax_handler(key::COALESCE, false, |context, operands, _| {
        coalesce(context, operands)
    })?;
    engine.register_custom_syntax_handler(key::KNOWN, false, |context, operands, _| {
        match operands.first().map(|operand| evaluate(context, operand)) {
            Some(Operand::Settled(_)) => Ok(true.into()),
            Some(Operand::NotKnown(_)) => Ok(false.into()),
            Some(Operand::Failed(error)) => Err(error),
            None => Err("`known` takes one expression".into()),
        }
    })?;
    engine.register_custom_syntax_handler(key::AT_LEAST, false, |context, operands, _| {
        at_least(context, operands)
    })?;
    engine.register_custom_syntax_handler(key::REACHES, false, move |context, operands, slot| {
        reaches(context, operands, slot, &values)
    })?;
    engine.register_custom_syntax_handler(key::FACT, false, read_fact)?;
    engine.register_custom_syntax_handler(key::GUARD, false, |context, operands, _| {
        let Some(body) = operands.first() else { return Ok(Dynamic::UNIT) };
        context.eval_expression_tree(body).map_err(|error| {
            let position = error.position();
            needs_of(error).map_or_else(|error| error, |needs| not_known(needs, position))
        })
    })?;
    Ok(())
}

type Context<'a, 's, 'ps, 'g, 'c, 't> = EvalContext<'a, 's, 'ps, 'g, 'c, 't>;

/// `&&` settles at the first false, `||` at the first true: `settles_at` is which.
fn logical(
    context: &mut Context<'_, '_, '_, '_, '_, '_>,
    operands: &[Expression<'_>],
    first: &Dynamic,
    settles_at: bool,
) -> RhaiResult {
    let first = first.as_int().ok().and_then(|first| usize::try_from(first).ok()).unwrap_or(0);
    let recorder = FactView::recorder_of(context);
    let mut needs: Option<Needs> = None;
    for (index, operand) in operands.iter().enumerate() {
        let outcome = match evaluate(context, operand) {
            Operand::Settled(value) => match as_bool(&value, operand.position()) {
                Ok(value) => Ok(value),
                Err(error) => Err(Operand::Failed(error)),
            },
            other => Err(other),
        };
        match outcome {
            Ok(value) => {
                if let Some(recorder) = &recorder {
                    recorder.clause(first + index, value);
                }
                if value == settles_at {
                    return Ok(value.into());
                }
            }
            Err(Operand::NotKnown(more)) => join(&mut needs, more),
            Err(Operand::Failed(error)) if needs.is_none() => return Err(error),
            Err(Operand::Failed(_) | Operand::Settled(_)) => {}
        }
    }
    match needs {
        Some(needs) => Err(not_known(needs, operands.first().map_or(Position::NONE, Expression::position))),
        None => Ok((!settles_at).into()),
    }
}

/// The first operand that is settled and not `()`.
fn coalesce(context: &mut Context<'_, '_, '_, '_, '_, '_>, operands: &[Expression<'_>]) -> RhaiResult {
    let mut needs: Option<Needs> = None;
    let mut last = None;
    for operand in operands {
        match evaluate(context, operand) {
            Operand::Settled(value) if value.is_unit() => last = Some(value),
            Operand::Settled(value) => return Ok(value),
            Operand::NotKnown(more) => {
                join(&mut needs, more);
                last = None;
            }
            Operand::Failed(error) => return Err(error),
        }
    }
    match (last, needs) {
        (Some(unit), _) => Ok(unit),
        (None, Some(needs)) => {
            Err(not_known(needs, operands.first().map_or(Position::NONE, Expression::position)))
        }
        (None, None) => Ok(Dynamic::UNIT),
    }
}

/// True when `n` operands are true, false when fewer than `n` still could be.
fn at_least(context: &mut Context<'_, '_, '_, '_, '_, '_>, operands: &[Expression<'_>]) -> RhaiResult {
    let Some((wanted, operands)) = operands.split_first() else {
        return Err("`at_least` takes a number and a list".into());
    };
    let position = wanted.position();
    let wanted = context.eval_expression_tree(wanted)?.as_int().map_err(|found| {
        Box::new(EvalAltResult::ErrorMismatchDataType("i64".to_owned(), found.to_owned(), position))
    })?;
    let (mut true_so_far, mut open): (INT, INT) = (0, 0);
    let mut left = INT::try_from(operands.len()).unwrap_or(INT::MAX);
    let mut needs: Option<Needs> = None;
    for operand in operands {
        if true_so_far >= wanted || true_so_far + open + left < wanted {
            break;
        }
        left -= 1;
        match evaluate(context, operand) {
            Operand::Settled(value) => match as_bool(&value, operand.position()) {
                Ok(true) => true_so_far += 1,
                Ok(false) => {}
                Err(_) if needs.is_some() => open += 1,
                Err(error) => return Err(error),
            },
            Operand::NotKnown(more) => {
                join(&mut needs, more);
                open += 1;
            }
            Operand::Failed(_) if needs.is_some() => open += 1,
            Operand::Failed(error) => return Err(error),
        }
    }
    match needs {
        _ if true_so_far >= wanted => Ok(true.into()),
        _ if true_so_far + open + left < wanted => Ok(false.into()),
        Some(needs) => Err(not_known(needs, position)),
        None => Ok(false.into()),
    }
}

/// Is an ordinal fact at or above a value, in the dictionary's order?
fn reaches(
    context: &mut Context<'_, '_, '_, '_, '_, '_>,
    operands: &[Expression<'_>],
    slot: &Dynamic,
    values: &[Vec<String>],
) -> RhaiResult {
    let [read, bound] = operands else { return Err("`reaches` takes a fact and a value".into()) };
    let order =
        slot.as_int().ok().and_then(|slot| usize::try_from(slot).ok()).and_then(|slot| values.get(slot));
    let Some(order) = order else { return Err("`reaches` takes a fact of the form f.fact".into()) };
    let found = context.eval_expression_tree(read)?;
    let bound_value = context.eval_expression_tree(bound)?;
    let rank = |value: &Dynamic, position: Position| {
        let text = value.clone().into_immutable_string().map_err(|found| {
            Box::new(EvalAltResult::ErrorMismatchDataType("string".to_owned(), found.to_owned(), position))
        })?;
        order.iter().position(|name| *name == text.as_str()).ok_or_else(|| {
            Box::new(EvalAltResult::ErrorRuntime(
                format!("`{text}` is not a value of this fact").into(),
                position,
            ))
        })
    };
    let found = rank(&found, read.position())?;
    let bound = rank(&bound_value, bound.position())?;
    Ok((found >= bound).into())
}

/// `f.fact` by slot; a variable that is no fact view (a map, say) is read as Rhai would.
fn read_fact(
    context: &mut Context<'_, '_, '_, '_, '_, '_>,
    operands: &[Expression<'_>],
    slot: &Dynamic,
) -> RhaiResult {
    let [variable, read] = operands else { return Ok(Dynamic::UNIT) };
    let slot = slot.as_int().ok().and_then(|slot| u16::try_from(slot).ok()).map(Slot);
    // Looked at where it stands: evaluating the variable would clone the view.
    let subject = variable.get_string_value().and_then(|name| context.scope().get(name));
    if let (Some(view), Some(slot)) = (subject.and_then(Dynamic::read_lock::<FactView>), slot) {
        return view.read(slot, read.position());
    }
    context.eval_expression_tree(read)
}

/// The value as rules see it.
pub(crate) fn dynamic_of(value: FactValue, names: &[ImmutableString]) -> Dynamic {
    match value {
        FactValue::Bool(value) => value.into(),
        FactValue::Integer(value) => value.into(),
        FactValue::Rank(rank) => {
            names.get(usize::from(rank)).map_or(Dynamic::UNIT, |name| name.clone().into())
        }
    }
}
