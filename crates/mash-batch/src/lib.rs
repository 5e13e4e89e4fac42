//! Many replications of a comparison, with the same bytes at any thread count.

pub mod results;
