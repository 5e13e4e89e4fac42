//! Statements: what comes after one is reached only once it is settled, and `return` ends a body.

use rhai::{ASTFlags, ASTNode, Expr, Stmt};

use super::{
    Lowering, Refused, Want,
    scope::{self, Scope},
};
use crate::program::{Cell, Node, NodeId};

impl Lowering<'_> {
    /// A list of statements; its value is that of the last. `body` says that a `return` may end it.
    pub(super) fn block(
        &mut self,
        statements: &[Stmt],
        scope: &Scope,
        want: Want,
        body: bool,
    ) -> Result<NodeId, Refused> {
        let Some((first, rest)) = statements.split_first() else { return Ok(self.unit(want)) };
        let last = rest.iter().all(|statement| matches!(statement, Stmt::Noop(_)));
        match first {
            Stmt::Noop(_) if !last => self.block(rest, scope, want, body),
            Stmt::Noop(_) => Ok(self.unit(want)),
            Stmt::Var(parts, _, _) => {
                let (name, value, _) = &**parts;
                if rest.iter().any(changes_variables) {
                    return Err("it changes a variable".to_owned());
                }
                let settled = self.expression(value, scope, Want::Settled);
                let inner =
                    scope::with_value(&name.name, value, scope.clone(), scope.clone(), self.dictionary);
                let then = if last { self.unit(want) } else { self.block(rest, &inner, want, body)? };
                Ok(self.builder.after(settled, then))
            }
            Stmt::Return(Some(value), flags, _) if body && !flags.intersects(ASTFlags::BREAK) => {
                Ok(self.expression(value, scope, want))
            }
            Stmt::If(flow, _) if last => {
                let then = self.block(flow.body.statements(), scope, want, body)?;
                let otherwise = self.block(flow.branch.statements(), scope, want, body)?;
                let condition = self.expression(&flow.expr, scope, Want::Bool);
                Ok(self.builder.add(Node::If { condition, then, otherwise }))
            }
            Stmt::If(flow, _) if body && always_returns(flow.body.statements()) => {
                let then = self.block(flow.body.statements(), scope, want, true)?;
                let otherwise = if flow.branch.is_empty() {
                    self.block(rest, scope, want, true)?
                } else if always_returns(flow.branch.statements()) {
                    self.block(flow.branch.statements(), scope, want, true)?
                } else {
                    return Err("an `else` goes on after the `if`".to_owned());
                };
                let condition = self.expression(&flow.expr, scope, Want::Bool);
                Ok(self.builder.add(Node::If { condition, then, otherwise }))
            }
            Stmt::Switch(parts, _) if last => self.switch(&parts.0, &parts.1, scope, want, body),
            Stmt::Block(block) if last => self.block(block.statements(), scope, want, body),
            Stmt::Expr(expression) => self.statement(expression, rest, last, scope, want, body),
            Stmt::FnCall(call, position) => {
                self.statement(&Expr::FnCall(call.clone(), *position), rest, last, scope, want, body)
            }
            _ => Err("a statement is neither an expression, `let`, `if`, `switch` nor `return`".to_owned()),
        }
    }

    fn statement(
        &mut self,
        expression: &Expr,
        rest: &[Stmt],
        last: bool,
        scope: &Scope,
        want: Want,
        body: bool,
    ) -> Result<NodeId, Refused> {
        if last {
            return match expression {
                Expr::Stmt(block) => self.block(block.statements(), scope, want, body),
                _ => Ok(self.expression(expression, scope, want)),
            };
        }
        if may_return(expression) || assigns(expression) {
            return Err("a statement in the middle may do more than be settled".to_owned());
        }
        let settled = self.expression(expression, scope, Want::Settled);
        let then = self.block(rest, scope, want, body)?;
        Ok(self.builder.after(settled, then))
    }

    /// What `()` comes to.
    pub(super) fn unit(&mut self, want: Want) -> NodeId {
        self.builder.constant(match want {
            Want::Bool => Cell::Ask,
            Want::Settled => Cell::True,
        })
    }
}

/// Does the list end in a `return` whatever happens?
fn always_returns(statements: &[Stmt]) -> bool {
    statements.iter().any(|statement| match statement {
        Stmt::Return(..) => true,
        Stmt::If(flow, _) => {
            always_returns(flow.body.statements()) && always_returns(flow.branch.statements())
        }
        Stmt::Block(block) => always_returns(block.statements()),
        _ => false,
    })
}

/// May a `return` inside the expression end the body around it?
pub(super) fn may_return(expression: &Expr) -> bool {
    any(expression, &|node| matches!(node, ASTNode::Stmt(Stmt::Return(..))))
}

/// May the expression change a variable that it did not declare?
pub(super) fn assigns(expression: &Expr) -> bool {
    any(expression, &changing)
}

fn changes_variables(statement: &Stmt) -> bool {
    let mut found = false;
    statement.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| {
        found |= path.last().is_some_and(changing);
        !found
    });
    found
}

fn any(expression: &Expr, test: &dyn Fn(&ASTNode<'_>) -> bool) -> bool {
    let mut found = false;
    expression.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| {
        found |= path.last().is_some_and(test);
        !found
    });
    found
}

/// Methods that leave what they are called on as it is; any other is taken to change it.
const READING_METHODS: [&str; 14] = [
    "abs",
    "all",
    "contains",
    "ends_with",
    "filter",
    "index_of",
    "is_empty",
    "len",
    "map",
    "max",
    "min",
    "some",
    "starts_with",
    "to_string",
];

/// An assignment, a method that may change its subject, or a closure that shares a variable.
fn changing(node: &ASTNode<'_>) -> bool {
    match node {
        ASTNode::Stmt(Stmt::Assignment(_) | Stmt::Share(_)) => true,
        ASTNode::Expr(Expr::Dot(parts, ..)) => match (&parts.lhs, &parts.rhs) {
            (Expr::Variable(..), Expr::MethodCall(call, _)) => !READING_METHODS.contains(&call.name.as_str()),
            (Expr::Variable(..), Expr::Dot(chain, ..)) => match &chain.lhs {
                Expr::MethodCall(call, _) => !READING_METHODS.contains(&call.name.as_str()),
                _ => false,
            },
            _ => false,
        },
        _ => false,
    }
}
