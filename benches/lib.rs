//! Criterion benches; see README.md for workloads and figures.
