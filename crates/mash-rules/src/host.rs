//! The Rhai engine as rules meet it: chosen packages, explicit limits, nothing that reaches outside.
//!
//! Rhai's own defaults differ between debug and release builds, so every limit is set here.

use std::collections::BTreeMap;

use mash_model::ThresholdId;
use rhai::{
    Engine, Module, OptimizationLevel,
    packages::{
        ArithmeticPackage, BasicArrayPackage, BasicFnPackage, BasicIteratorPackage, BasicMapPackage,
        BasicStringPackage, LogicPackage, MoreStringPackage, Package,
    },
};

use crate::thresholds::ThresholdValue;

/// Most operations one condition may run.
pub const MAX_OPERATIONS: u64 = 100_000;
/// Deepest nesting of function calls.
pub const MAX_CALL_LEVELS: usize = 32;
/// Deepest nesting of expressions, at top level and in functions.
pub const MAX_EXPRESSION_DEPTH: usize = 64;
/// Longest string, in bytes.
pub const MAX_STRING: usize = 10_000;
/// Longest array.
pub const MAX_ARRAY: usize = 10_000;
/// Largest map.
pub const MAX_MAP: usize = 1_000;
/// Most variables in scope.
pub const MAX_VARIABLES: usize = 256;
/// Most functions in a file.
pub const MAX_FUNCTIONS: usize = 2_000;
/// Largest rule file, table or JSON file of a pack, in bytes.
pub const MAX_FILE_BYTES: u64 = 1_048_576;

/// Words of Rhai that rule files may not use.
const DISABLED: [&str; 7] = ["eval", "import", "export", "print", "debug", "sleep", "exit"];

/// What of the build can change an answer: part of every pack's hash.
#[must_use]
pub fn build_flags() -> String {
    format!(
        "rhai 1.27.0 std,sync,internals; checked; i64; operations {MAX_OPERATIONS}; calls {MAX_CALL_LEVELS}; \
         depth {MAX_EXPRESSION_DEPTH}; string {MAX_STRING}; array {MAX_ARRAY}; map {MAX_MAP}; \
         variables {MAX_VARIABLES}"
    )
}

/// An engine with the chosen packages, limits and thresholds, and nothing else.
pub(crate) fn engine(thresholds: &BTreeMap<ThresholdId, ThresholdValue>) -> Engine {
    let mut engine = Engine::new_raw();
    ArithmeticPackage::new().register_into_engine(&mut engine);
    LogicPackage::new().register_into_engine(&mut engine);
    BasicFnPackage::new().register_into_engine(&mut engine);
    BasicStringPackage::new().register_into_engine(&mut engine);
    MoreStringPackage::new().register_into_engine(&mut engine);
    BasicIteratorPackage::new().register_into_engine(&mut engine);
    BasicArrayPackage::new().register_into_engine(&mut engine);
    BasicMapPackage::new().register_into_engine(&mut engine);
    engine
        .set_optimization_level(OptimizationLevel::None)
        .set_strict_variables(true)
        .set_allow_shadowing(true)
        .set_max_operations(MAX_OPERATIONS)
        .set_max_call_levels(MAX_CALL_LEVELS)
        .set_max_expr_depths(MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_DEPTH)
        .set_max_string_size(MAX_STRING)
        .set_max_array_size(MAX_ARRAY)
        .set_max_map_size(MAX_MAP)
        .set_max_variables(MAX_VARIABLES)
        .set_max_functions(MAX_FUNCTIONS)
        .set_max_modules(0);
    for word in DISABLED {
        engine.disable_symbol(word);
    }
    let mut module = Module::new();
    for (id, value) in thresholds {
        module.set_var(id.as_str(), value.to_dynamic());
    }
    engine.register_static_module("threshold", module.into());
    engine
}
