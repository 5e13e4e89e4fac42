//! Generated packs over generated children, to compare two engines.
//!
//! A [pack](pack::Pack) is [drawn](generate::pack) from a seed as a [tree](grammar), printed as Rhai and loaded; [sheets
//! of facts](facts::sheets) lean towards the numbers it mentions. The [answers] of two engines are compared rule by rule,
//! as whole decisions and [many at once](columns), and [counted](counts) by construct. What differs is
//! [shrunk](shrink) to a smallest pack and case. [Planted bugs](bugs) show that a difference would be seen; a [corpus]
//! written by hand aims at what an engine is likely to get wrong.

pub mod answers;
pub mod bugs;
pub mod columns;
pub mod corpus;
pub mod counts;
pub mod facts;
pub mod generate;
pub mod grammar;
pub mod labels;
pub mod pack;
pub mod print;
pub mod shrink;
pub mod trial;
