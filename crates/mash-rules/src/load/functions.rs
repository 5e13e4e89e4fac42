//! The functions of a pack's rule files, closures included, with their bodies as written.

use std::collections::BTreeMap;

use rhai::{AST, ASTNode, Expr, Position, ScriptFuncDef, Shared, Stmt, StmtBlock};

use super::declarations::Script;
use crate::{source::SourceFile, tree};

/// One function.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) parameters: Vec<String>,
    pub(crate) body: Vec<Stmt>,
    /// The body as one expression: the only statement's where there is one, or else a block.
    pub(crate) whole: Expr,
    pub(crate) file: SourceFile,
    pub(crate) script: usize,
    pub(crate) definition: Shared<ScriptFuncDef>,
}

/// Every function of a pack, by name.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    by_name: BTreeMap<String, Vec<Function>>,
}

impl Functions {
    pub(crate) fn of(scripts: &[Script]) -> Self {
        let mut by_name: BTreeMap<String, Vec<Function>> = BTreeMap::new();
        for (number, script) in scripts.iter().enumerate() {
            for definition in script.ast.iter_fn_def() {
                let body = statements(&tree::alone(definition));
                by_name.entry(definition.name.to_string()).or_default().push(Function {
                    parameters: definition.params.iter().map(ToString::to_string).collect(),
                    whole: whole(&body),
                    body,
                    file: script.file.clone(),
                    script: number,
                    definition: Shared::clone(definition),
                });
            }
        }
        Self { by_name }
    }

    /// Functions of a name, whatever they take.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &Function> {
        self.by_name.get(name).into_iter().flatten()
    }

    /// The function of a name that takes so many arguments.
    pub(crate) fn find(&self, name: &str, arguments: usize) -> Option<&Function> {
        self.named(name).find(|function| function.parameters.len() == arguments)
    }

    /// The closure of a name in one script.
    pub(crate) fn closure(&self, script: usize, name: &str) -> Option<&Function> {
        self.named(name).find(|function| function.script == script)
    }

    /// Every function, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Function> {
        self.by_name.values().flatten()
    }
}

/// The statements of a tree that holds one function.
fn statements(alone: &AST) -> Vec<Stmt> {
    let mut statements = Vec::new();
    alone.walk(&mut |path: &[ASTNode<'_>]| {
        if let [ASTNode::Stmt(statement)] = path {
            statements.push((*statement).clone());
        }
        true
    });
    statements
}

fn whole(statements: &[Stmt]) -> Expr {
    match statements {
        [Stmt::Expr(expression)] => (**expression).clone(),
        _ => {
            let block = StmtBlock::new(statements.iter().cloned(), Position::NONE, Position::NONE);
            Expr::Stmt(Box::new(block))
        }
    }
}
