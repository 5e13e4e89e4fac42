//! Pounds: only where the user says what an hour and a worker cost. Nothing here has a default.

use std::collections::BTreeMap;

use mash_stats::measures::Measure;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ExperimentError, Ran, results::CostRow};
use crate::figures::{difference, estimated};

/// Weeks of a year.
const WEEKS: f64 = 365.25 / 7.0;

/// What time costs, as the user writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// Where the rates come from; printed beside them.
    pub source: String,
    /// Pounds an hour of a desk: `screening`, `hub`, `oversight`, `police`.
    #[serde(default)]
    pub hourly: BTreeMap<String, f64>,
    /// Pounds a year for a permanent social worker, all costs included.
    #[serde(default)]
    pub permanent_worker: Option<f64>,
    /// Pounds a year for an agency social worker.
    #[serde(default)]
    pub agency_worker: Option<f64>,
}

impl Rates {
    /// Pounds a year by whose time it is.
    ///
    /// # Errors
    /// [`ExperimentError::Rate`] for a desk that is not counted.
    pub(super) fn rows(&self, ran: &Ran, measures: &[Measure]) -> Result<Vec<CostRow>, ExperimentError> {
        let mut rows = Vec::new();
        for (desk, pounds) in &self.hourly {
            let id = format!("{desk}_work_hours");
            let Some(at) = measures.iter().position(|measure| measure.id == id) else {
                let known = measures.iter().filter_map(|measure| measure.id.strip_suffix("_work_hours"));
                return Err(ExperimentError::Rate {
                    desk: desk.clone(),
                    mend: mash_sim::scenario::mend(desk, known),
                });
            };
            let title = measures.get(at).map_or(desk.as_str(), |measure| measure.title.as_str());
            let title = title.split(':').next().unwrap_or(title);
            rows.push(row(ran, at, title, format!("{pounds} pounds an hour"), pounds * WEEKS));
        }
        for (id, title, pounds) in [
            ("permanent_workers", "Permanent social workers", self.permanent_worker),
            ("agency_workers", "Agency social workers", self.agency_worker),
        ] {
            if let (Some(pounds), Some(at)) = (pounds, measures.iter().position(|measure| measure.id == id)) {
                rows.push(row(ran, at, title, format!("{pounds} pounds a year"), pounds));
            }
        }
        Ok(rows)
    }
}

fn row(ran: &Ran, at: usize, title: &str, rate: String, factor: f64) -> CostRow {
    let mut all = ran.figures.iter().map(|figures| {
        let values = figures.measures.get(at).into_iter().flatten();
        values.map(|value| value.map(|value| value * factor)).collect::<Vec<_>>()
    });
    let base = all.next().unwrap_or_default();
    let others: Vec<Vec<Option<f64>>> = all.collect();
    CostRow {
        title: title.to_owned(),
        rate,
        estimates: std::iter::once(&base).chain(&others).map(|values| estimated(values)).collect(),
        differences: others.iter().map(|values| difference(&base, values)).collect(),
    }
}
