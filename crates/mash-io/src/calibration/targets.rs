//! Figures that a fit should meet: an authority's own, and a hub's own in their place where there are any.

use mash_batch::calibrate::{LeftOut, Target, fitted_measures};

use super::Local;
use crate::{
    against_published::simulated_as,
    published::{Authority, Cell, published},
};

/// Measures that are set beside the fit and not fitted.
const BESIDE: [&str; 1] = ["cpp_at_31_march_per_10k"];

/// What a fit should give.
#[derive(Debug, Clone, PartialEq)]
pub struct Targets {
    /// Figures that are there, in the order of a case's way.
    pub given: Vec<Target>,
    /// Figures that are not, and why.
    pub missing: Vec<LeftOut>,
}

/// The targets of an authority and year; `local` takes the place of published figures for what it covers.
#[must_use]
pub fn targets(own: &Authority, local: Option<&Local>) -> Targets {
    let fitted = fitted_measures();
    let (mut given, mut missing) = (Vec::new(), Vec::new());
    for line in published(&own.name, own.year) {
        let group = line.measure.strip_prefix("share_").and_then(|rest| rest.strip_suffix("_pct"));
        if group.is_none() && !fitted.contains(&line.measure) && !BESIDE.contains(&line.measure) {
            continue;
        }
        let of_hub = local.and_then(|local| match (line.measure, group) {
            ("referrals_per_10k", _) => {
                let children = own.column(crate::published::Table::KeyMeasures, "pop_0_17_midyear_prev")?;
                (children > 0.0).then(|| 10_000.0 * local.referrals_a_year() / children)
            }
            (_, Some(group)) => local.referral_share(group),
            _ => None,
        });
        let mut target = Target {
            measure: line.measure.to_owned(),
            title: line.title.to_owned(),
            unit: line.unit.to_owned(),
            simulated: simulated_as(line.measure),
            value: 0.0,
            source_group: group.map(str::to_owned),
        };
        let leave = |why: &str| LeftOut { name: line.measure.to_owned(), why: why.to_owned() };
        match (of_hub, own.cell(line.measure)) {
            (Some(value), _) => target.value = value,
            (None, Cell::Figure(value)) => target.value = value,
            (None, Cell::Suppressed) => {
                missing.push(leave("suppressed or missing at source: not fitted"));
                continue;
            }
            (None, Cell::NoRow) => {
                missing.push(leave("the authority has no row in the file: not fitted"));
                continue;
            }
        }
        given.push(target);
    }
    Targets { given, missing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suppressed_figures_are_said_and_not_fitted() {
        let own = Authority::of("Herefordshire, County of", 2023).unwrap();
        let found = targets(&own, None);
        let names: Vec<&str> = found.missing.iter().map(|left| left.name.as_str()).collect();
        assert_eq!(names, ["share_housing_pct", "share_other_legal_pct", "re_referral_pct"]);
        assert!(found.missing.iter().all(|left| left.why.contains("suppressed")));
        let of = |measure: &str| found.given.iter().find(|target| target.measure == measure).unwrap();
        assert_eq!(of("s47_per_10k").simulated, "section_47_per_10k");
        assert!((of("s47_per_10k").value - 254.1).abs() < 1e-9);
        assert_eq!(of("share_police_pct").source_group.as_deref(), Some("police"));
        assert_eq!(of("share_local_authority_pct").simulated, "referrals_local_authority_pct");
        assert!((of("referral_nfa_pct").value).abs() < 1e-9);
        assert_eq!(found.given.len() + found.missing.len(), fitted_measures().len() + 11 + BESIDE.len());
    }
}
