//! `switch`: which cases a value may take, in the order they are tried, is found out from Rhai itself.
//!
//! Rhai keeps only hashes of the cases' values. So the `switch` is run with its guards settled and its cases numbered:
//! the case it picks is the first; without that one it picks the next, and so on to the default.

use std::collections::BTreeSet;

use rhai::{Dynamic, Expr, Position, Stmt, StmtBlock};

use super::{
    Lowering, Refused, Want,
    scope::Scope,
    tabulate::{Question, Row},
};
use crate::program::{Cell, Node, NodeId};

/// The cases of a `switch` as Rhai keeps them.
type Cases = rhai::SwitchCasesCollection;

impl Lowering<'_> {
    pub(super) fn switch(
        &mut self,
        subject: &Expr,
        cases: &Cases,
        scope: &Scope,
        want: Want,
        body: bool,
    ) -> Result<NodeId, Refused> {
        let facts = self.facts_of(subject, scope)?;
        let question = self.question(subject, scope, false);
        let rows = self.rows(question, &facts)?;
        // The cases that each row may take; rows without a value take none.
        let mut tried: Vec<(Dynamic, Vec<usize>)> = Vec::new();
        let mut of_row: Vec<Option<Vec<usize>>> = Vec::new();
        for row in &rows {
            let Row::Value(value) = row else {
                of_row.push(None);
                continue;
            };
            let known = tried.iter().find(|(other, _)| same(other, value)).map(|(_, order)| order.clone());
            let order = match known {
                Some(order) => order,
                None => {
                    let order = self.order(value, cases)?;
                    tried.push((value.clone(), order.clone()));
                    order
                }
            };
            of_row.push(Some(order));
        }
        let orders: BTreeSet<Vec<usize>> = of_row.iter().flatten().cloned().collect();
        // Rows without a value: those not known stay so, whatever the cases.
        let mut node = self.table_of(&facts, &rows, |_| Cell::Ask);
        for order in orders {
            let chain = self.chain(&order, cases, scope, want, body)?;
            let marked: Vec<Row> = rows
                .iter()
                .zip(&of_row)
                .map(|(row, of)| match of {
                    Some(of) => Row::Value((*of == order).into()),
                    None => row.clone(),
                })
                .collect();
            let is_it = self.table_of(&facts, &marked, |value| {
                if value.as_bool() == Ok(true) { Cell::True } else { Cell::False }
            });
            node = self.builder.add(Node::If { condition: is_it, then: chain, otherwise: node });
        }
        Ok(node)
    }

    /// The cases tried in turn: the first whose guard is true.
    fn chain(
        &mut self,
        order: &[usize],
        cases: &Cases,
        scope: &Scope,
        want: Want,
        body: bool,
    ) -> Result<NodeId, Refused> {
        let Some((first, rest)) = order.split_first() else {
            return match cases.def_case.and_then(|index| cases.expressions.get(index)) {
                Some(default) => self.case(&default.rhs, scope, want, body),
                None => Ok(self.unit(want)),
            };
        };
        let Some(case) = cases.expressions.get(*first) else { return Err("a case is missing".to_owned()) };
        let then = self.case(&case.rhs, scope, want, body)?;
        if matches!(case.lhs, Expr::BoolConstant(true, _)) {
            return Ok(then);
        }
        let otherwise = self.chain(rest, cases, scope, want, body)?;
        let condition = self.expression(&case.lhs, scope, Want::Bool);
        Ok(self.builder.add(Node::If { condition, then, otherwise }))
    }

    fn case(&mut self, expression: &Expr, scope: &Scope, want: Want, body: bool) -> Result<NodeId, Refused> {
        match expression {
            Expr::Stmt(block) => self.block(block.statements(), scope, want, body),
            _ => Ok(self.expression(expression, scope, want)),
        }
    }

    /// Positions of the cases that Rhai tries for a value, in order, up to the first without a guard.
    fn order(&mut self, value: &Dynamic, cases: &Cases) -> Result<Vec<usize>, Refused> {
        let mut open: BTreeSet<usize> = (0..cases.expressions.len()).collect();
        let mut order = Vec::new();
        loop {
            let mut numbered = cases.clone();
            for (index, case) in numbered.expressions.iter_mut().enumerate() {
                let at = case.lhs.position();
                case.lhs = Expr::BoolConstant(open.contains(&index), at);
                case.rhs = Expr::IntegerConstant(i64::try_from(index).unwrap_or(i64::MAX), at);
            }
            // The default is picked when no case is: it must not look like one.
            if let Some(default) = numbered.def_case.and_then(|index| numbered.expressions.get_mut(index)) {
                default.rhs = Expr::Unit(Position::NONE);
            }
            let subject = Expr::DynamicConstant(Box::new(value.clone()), Position::NONE);
            let switch = Stmt::Switch(Box::new((subject, numbered)), Position::NONE);
            let block = StmtBlock::new([switch], Position::NONE, Position::NONE);
            let question = Question {
                expression: Expr::Stmt(Box::new(block)),
                scope: &None,
                calls_around: 0,
                returns: false,
            };
            let rows = self.rows(question, &[])?;
            let picked = match rows.as_slice() {
                [Row::Value(picked)] => picked.as_int().ok().and_then(|index| usize::try_from(index).ok()),
                _ => return Err("its cases cannot be told".to_owned()),
            };
            let Some(picked) = picked.filter(|picked| open.remove(picked)) else { return Ok(order) };
            order.push(picked);
            let guarded = cases.expressions.get(picked);
            if guarded.is_some_and(|case| matches!(case.lhs, Expr::BoolConstant(true, _))) {
                return Ok(order);
            }
        }
    }
}

/// Are two values the same to a `switch`? Different types never are.
fn same(a: &Dynamic, b: &Dynamic) -> bool {
    a.type_id() == b.type_id() && a.to_string() == b.to_string()
}
