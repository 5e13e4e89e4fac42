//! What a fit came to.

use mash_stats::{
    Estimate, estimate,
    fit::{Sensitivity, alike, identify},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{CalibrateError, Work, point};

/// A scenario fitted to figures.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Fit {
    /// Every free figure that was fitted.
    pub parameters: Vec<FittedParameter>,
    /// Every figure that it should give, in the order given.
    pub measures: Vec<FittedMeasure>,
    /// What these figures cannot tell.
    pub not_told: Vec<NotTold>,
    /// Free figures that were not fitted.
    pub left_out: Vec<LeftOut>,
    /// Root mean square of the residuals of fitted measures, in standard errors, over replications that the fit has not
    /// seen.
    pub off: f64,
    /// Points that were run.
    pub points: u32,
    /// Replications of each point.
    pub replications: u32,
    /// Seed of every draw.
    pub seed: u64,
    /// The change of the scenario that states the fit, as a merge patch.
    #[serde(skip)]
    pub change: Value,
}

/// A free figure, fitted.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FittedParameter {
    /// Its place in the scenario.
    pub path: &'static str,
    /// What people read.
    pub title: &'static str,
    /// The measures that it is there to meet.
    pub moves: &'static [&'static str],
    /// Before.
    pub before: f64,
    /// After.
    pub after: f64,
    /// Lowest and highest value tried.
    pub range: [f64; 2],
    /// 95% interval given these figures; none where they do not tell it.
    pub interval: Option<[f64; 2]>,
    /// Share of it that lies along directions which the figures tell, 0 to 1.
    pub resolution: f64,
    /// Whether it ended at an end of its range.
    pub at_its_end: bool,
}

/// A figure, published and simulated.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FittedMeasure {
    /// The published measure.
    pub measure: String,
    /// What people read.
    pub title: String,
    /// Unit of all figures.
    pub unit: String,
    /// As published, or as the local figures say.
    pub published: f64,
    /// Mean of replications that the fit has not seen, with its 95% interval; none where there is nothing to measure.
    pub simulated: Option<Estimate>,
    /// Standard error of the published figure: a year's chance, rounding and recording.
    pub standard_error: f64,
    /// Published less simulated, in standard errors of the difference.
    pub residual: Option<f64>,
    /// Whether it counted in the fit; source shares are raked, other measures only reported.
    pub fitted: bool,
}

/// Parameters that these figures cannot tell apart, or tell at all.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NotTold {
    /// Places of the parameters.
    pub parameters: Vec<&'static str>,
    /// Standard errors by which figures move as they go a whole range along the direction; none of a pair that is told,
    /// though hardly apart.
    pub singular_value: Option<f64>,
    /// Below this a direction is not told.
    pub needed: f64,
    /// In a sentence.
    pub words: String,
}

/// A free figure that was not fitted.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LeftOut {
    /// Its place.
    pub name: String,
    /// Why.
    pub why: String,
}

/// Standard errors on each side of a 95% interval.
const SIDES: f64 = 1.96;
/// Parameters named of a direction: those with at least this share of it.
const NAMED: f64 = 0.25;
/// Parameters whose columns have this cosine, or more, are said to be alike.
const ALIKE: f64 = 0.95;

/// Runs replications that the fit has not seen, and writes down what it came to.
pub(super) fn write_up(work: &mut Work<'_>, matrix: &Sensitivity) -> Result<Fit, CalibrateError> {
    let here = work.point(&work.at.clone());
    let first = work.calibration.replications;
    let runs = work.simulations.run(std::slice::from_ref(&here), &work.targets, first..first * 3)?;
    let mut measures = Vec::new();
    for (at, (target, error)) in work.targets.iter().zip(&work.errors).enumerate() {
        let values = runs.first().map(|figures| figures.of(at)).unwrap_or_default();
        let simulated = if values.is_empty() { None } else { Some(estimate(&values)?) };
        let residual = simulated.map(|simulated| {
            let of_mean = (simulated.high - simulated.low) / 2.0 / SIDES;
            (target.value - simulated.mean) / libm::sqrt(error * error + of_mean * of_mean)
        });
        measures.push(FittedMeasure {
            measure: target.measure.clone(),
            title: target.title.clone(),
            unit: target.unit.clone(),
            published: target.value,
            simulated,
            standard_error: *error,
            residual,
            fitted: work.is_fitted(target),
        });
    }
    let parameters = parameters(work, matrix, &here.values);
    let reasons = |path: &str| reason(&parameters, path);
    let change = point::change(work.calibration.scenario, &work.simulations.parameters, &here, &reasons);
    let counted: Vec<f64> = measures.iter().filter(|it| it.fitted).filter_map(|it| it.residual).collect();
    #[expect(clippy::cast_precision_loss, reason = "a dozen measures")]
    let off = libm::sqrt(counted.iter().map(|it| it * it).sum::<f64>() / counted.len().max(1) as f64);
    Ok(Fit {
        not_told: not_told(work, matrix),
        parameters,
        measures,
        left_out: work.left_out.clone(),
        off,
        points: work.points + 1,
        replications: work.calibration.replications,
        seed: work.calibration.seed,
        change,
    })
}

fn parameters(work: &Work<'_>, matrix: &Sensitivity, values: &[f64]) -> Vec<FittedParameter> {
    let (known, _) = identify(matrix);
    // The mean of the replications that were fitted has an error of its own.
    let more = libm::sqrt(1.0 + 1.0 / f64::from(work.calibration.replications.max(1)));
    let each = work.simulations.parameters.iter().zip(&work.before).zip(values).zip(&work.at).zip(known);
    each.map(|((((parameter, before), after), at), known)| {
        let far = SIDES * more * known.standard_error;
        let end = |share: f64| point::rounded(parameter.value(share.clamp(0.0, 1.0)));
        FittedParameter {
            path: parameter.path,
            title: parameter.title,
            moves: parameter.moves,
            before: *before,
            after: *after,
            range: parameter.range,
            interval: known.is_told().then(|| [end(at - far), end(at + far)]),
            resolution: known.resolution,
            at_its_end: *at <= 0.0 || *at >= 1.0,
        }
    })
    .collect()
}

/// Why a fitted figure has its value, for the scenario.
fn reason(parameters: &[FittedParameter], path: &str) -> String {
    let Some(found) = parameters.iter().find(|parameter| parameter.path == path) else {
        return match path {
            "sources.conversion" => "As in the scenario that this one extends, times one factor, so that with these \
                 referrals all sources together give `volume.referrals_per_contact`."
                .to_owned(),
            _ => "Fitted: raked until referrals by source come out as given; groups without a figure keep their \
                  proportions."
                .to_owned(),
        };
    };
    let to = found.moves.join(" and ");
    let end = if found.at_its_end { " It ended at an end of the range tried." } else { "" };
    match found.interval {
        Some([low, high]) => format!("Fitted to {to}; 95% interval {low} to {high}.{end}"),
        None => format!("Fitted to {to}, with others: these figures cannot tell it by itself.{end}"),
    }
}

/// Directions that the figures do not tell, and pairs that they hardly tell apart.
fn not_told(work: &Work<'_>, matrix: &Sensitivity) -> Vec<NotTold> {
    let paths: Vec<&'static str> =
        work.simulations.parameters.iter().map(|parameter| parameter.path).collect();
    let (_, unknown) = identify(matrix);
    let needed = matrix.cut();
    let mut all: Vec<NotTold> = unknown
        .iter()
        .map(|direction| {
            let mut named: Vec<(&'static str, f64)> =
                paths.iter().copied().zip(direction.shares.iter().copied()).collect();
            named.retain(|(_, share)| share.abs() >= NAMED);
            named.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
            let list: Vec<String> = named.iter().map(|(path, _)| format!("`{path}`")).collect();
            let words = match list.as_slice() {
                [one] => format!("{one} moves no figure by more than chance: it stays where it was"),
                _ => format!("{} can move against each other and no figure tells", list.join(", ")),
            };
            let parameters = named.into_iter().map(|(path, _)| path).collect();
            NotTold { parameters, singular_value: Some(direction.value), needed, words }
        })
        .collect();
    for (first, second, cosine) in alike(matrix, ALIKE) {
        if let (Some(a), Some(b)) = (paths.get(first), paths.get(second)) {
            let way = if cosine > 0.0 { "alike" } else { "opposite" };
            let words = format!("`{a}` and `{b}` move the figures {way} (cosine {cosine:.2})");
            all.push(NotTold { parameters: vec![a, b], singular_value: None, needed, words });
        }
    }
    all
}
