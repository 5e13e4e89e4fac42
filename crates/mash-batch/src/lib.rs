//! Many replications, with the same bytes at any thread count.
//!
//! A [model](model::Model) is replicated by a [batch](mod@batch) and varied by a [sweep]; an [experiment] runs alternatives over
//! the same draws and says what differs; [calibrate] fits one to published figures; [mod@warm_up] says whether one settles.
//!
//! A scenario's [year of cases](mash_sim::generate) is [decided](mod@decide) under two packs, replication by replication and
//! in parallel over cases; the [comparison](mod@compare) counts in a fixed order and writes [results].

pub mod batch;
pub mod calibrate;
mod characteristics;
pub mod compare;
mod counts;
pub mod decide;
pub mod experiment;
pub mod exploration;
mod figures;
pub mod front_door_model;
pub mod model;
pub mod network_model;
pub mod offered_load;
pub mod pack_change;
pub mod pack_triage;
pub mod parallel;
pub mod regions;
pub mod results;
pub mod sweep;
pub mod verify;
pub mod warm_up;

pub use compare::{CompareError, CompareSettings, compare};
pub use results::Comparison;
