//! Reading the bodies of functions: their type has no public name, so a tree that holds one function alone is walked.

use rhai::{AST, Module, ScriptFuncDef, Shared};

/// A tree that holds this function and nothing else.
pub(crate) fn alone(definition: &Shared<ScriptFuncDef>) -> AST {
    let mut module = Module::new();
    module.set_script_fn(Shared::clone(definition));
    AST::new_from_module(module)
}

/// The function of this name as a tree of its own; empty when there is none.
pub(crate) fn function(ast: &AST, name: &str) -> AST {
    ast.iter_fn_def().find(|definition| definition.name == name).map_or_else(AST::empty, alone)
}
