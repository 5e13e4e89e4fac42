//! Estimates of figures that some replications do not have.

use mash_stats::Estimate;

/// The estimate over the replications that have a figure; none where none has.
pub(crate) fn estimated(values: &[Option<f64>]) -> Option<Estimate> {
    mash_stats::estimate(&values.iter().copied().flatten().collect::<Vec<_>>()).ok()
}

/// `values` less `base`, over the replications in which both have a figure, in their order.
pub(crate) fn differences(base: &[Option<f64>], values: &[Option<f64>]) -> Vec<f64> {
    base.iter().zip(values).filter_map(|(base, value)| Some((*value)? - (*base)?)).collect()
}

/// The estimate of that difference; none where no replication has both.
pub(crate) fn difference(base: &[Option<f64>], values: &[Option<f64>]) -> Option<Estimate> {
    mash_stats::estimate(&differences(base, values)).ok()
}
