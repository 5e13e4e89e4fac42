//! `mash calibrate --hold-out`: years up to one are known, the next is predicted, and the predictions are held against
//! what was published.

use std::fmt::Write as _;

use mash_batch::calibrate::fitted_measures;
use mash_io::{
    against_published::short_title,
    published::{Authority, published, series},
};
use mash_model::NOTICE;
use mash_stats::hold_out::{HoldOut, Predictor, Scale, hold_out};
use schemars::JsonSchema;
use serde::Serialize;

use super::{CalibrateArgs, Failure, believe, fit, terminal};
use crate::terminal::{WIDTH, wrap};

/// The answer of `calibrate --hold-out --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct HoldOutAnswer {
    /// The last year that is known.
    known: u16,
    /// The year predicted.
    predicted: u16,
    /// How predictions of each measure did.
    measures: Vec<Held>,
    /// Measures for which too little is known before that year.
    left_out: Vec<String>,
    /// The authority named, from the scenario fitted to it.
    authority: Option<Predictions>,
    /// What the predictions are.
    method: &'static str,
    /// That everything is synthetic.
    notice: &'static str,
}

/// One measure.
#[derive(Debug, Serialize, JsonSchema)]
struct Held {
    /// The measure.
    measure: String,
    /// What people read.
    title: String,
    /// Unit of the errors.
    unit: String,
    /// How it did.
    #[serde(flatten)]
    held: HoldOut,
    /// `better`, `worse`, or `no different` where the interval of the gain holds 0.
    than_last_year: &'static str,
}

/// One authority's next year, predicted from the means of its fitted scenario.
#[derive(Debug, Serialize, JsonSchema)]
struct Predictions {
    /// The authority.
    name: String,
    /// The scenario that was fitted.
    base: String,
    /// By measure.
    measures: Vec<Prediction>,
}

/// One measure of one authority.
#[derive(Debug, Serialize, JsonSchema)]
struct Prediction {
    /// The measure.
    measure: String,
    /// What people read.
    title: String,
    /// Published for the last known year; none where it is suppressed.
    last: Option<f64>,
    /// Mean of the fitted scenario.
    simulated: f64,
    /// Predicted, with the 95% prediction interval.
    predicted: f64,
    /// Its lower end.
    low: f64,
    /// Its upper end.
    high: f64,
    /// What was published; none where it is suppressed.
    published: Option<f64>,
}

const METHOD: &str = "The last figure, part of the way to the authority's own earlier mean and to the median of all; \
    the parts and the interval from changes of all authorities between years before the one predicted. No front door \
    is simulated but that of an authority named: a scenario fitted to a year gives that year's figures back.";

pub(super) fn run(args: &CalibrateArgs, known: u16, json: bool) -> Result<(), Failure> {
    let predicted = known.saturating_add(1);
    if !(2020..=2023).contains(&known) {
        return Err(Failure::Misuse(format!(
            "--hold-out {known}: give 2020 to 2023, so that two changes are known before and the next year after"
        )));
    }
    if args.out.is_some() || args.local.is_some() {
        return Err(Failure::Misuse("--hold-out writes no scenario and reads no local counts".to_owned()));
    }
    let (mut measures, mut left_out) = (Vec::new(), Vec::new());
    for (measure, title, unit) in held_measures(known) {
        match hold_out(&series(&measure), scale(&measure), predicted) {
            Some(held) => {
                let than_last_year = match (held.gain.low > 0.0, held.gain.high < 0.0) {
                    (true, _) => "better",
                    (_, true) => "worse",
                    _ => "no different",
                };
                measures.push(Held { measure, title, unit, held, than_last_year });
            }
            None => left_out.push(measure),
        }
    }
    let authority = match &args.authority {
        None => None,
        Some(name) => Some(predictions(args, &believe::authority(name, known)?)?),
    };
    let answer =
        HoldOutAnswer { known, predicted, measures, left_out, authority, method: METHOD, notice: NOTICE };
    if json {
        terminal::json(&answer);
    } else {
        terminal::out(&text(&answer));
    }
    Ok(())
}

/// Measures that are fitted or raked: id, title, unit.
fn held_measures(year: u16) -> Vec<(String, String, String)> {
    let fitted = fitted_measures();
    let lines = published(mash_io::published::ENGLAND, year).into_iter();
    let wanted = lines.filter(|line| {
        let id = line.measure;
        fitted.contains(&id) || id.starts_with("share_") || id == "cpp_at_31_march_per_10k"
    });
    wanted.map(|line| (line.measure.to_owned(), line.title.to_owned(), line.unit.to_owned())).collect()
}

fn scale(measure: &str) -> Scale {
    if measure.ends_with("_pct") { Scale::Logit } else { Scale::Log }
}

/// Fits the authority's scenario to the last known year, and predicts the next from its means.
fn predictions(args: &CalibrateArgs, own: &Authority) -> Result<Predictions, Failure> {
    let fitted = fit(args, own)?;
    let after = Authority::of(&own.name, own.year.saturating_add(1));
    let mut measures = Vec::new();
    for measure in &fitted.fit.measures {
        let (Some(simulated), scale) = (measure.simulated, scale(&measure.measure)) else { continue };
        let all = series(&measure.measure);
        let year = own.year.saturating_add(1);
        let Some(predictor) = Predictor::of(&all, scale, year) else { continue };
        let Some(mut series) = all.into_iter().find(|series| series.name == own.name) else { continue };
        for known in series.years.iter_mut().filter(|known| known.year == own.year) {
            known.value = simulated.mean;
        }
        let Some(next) = predictor.predict(&series, year) else { continue };
        measures.push(Prediction {
            measure: measure.measure.clone(),
            title: measure.title.clone(),
            last: own.cell(&measure.measure).figure(),
            simulated: simulated.mean,
            predicted: next.value,
            low: next.low,
            high: next.high,
            published: after.as_ref().and_then(|after| after.cell(&measure.measure).figure()),
        });
    }
    Ok(Predictions { name: own.name.clone(), base: fitted.base.display().to_string(), measures })
}

fn text(answer: &HoldOutAnswer) -> String {
    let mut text = format!(
        "Years to March {} known, {} predicted and held against what was published\n  {:<28} {:>4} {:>7} {:>7} {:>6} \
         {:>6} than last year\n",
        answer.known, answer.predicted, "", "of", "error", "naive", "cover", "width"
    );
    for it in &answer.measures {
        let title = short_title(&it.measure, &it.title);
        let held = &it.held;
        let _ = writeln!(
            text,
            "  {title:<28} {:>4} {:>7.2} {:>7.2} {:>5.1}% {:>6.1}  {}",
            held.authorities, held.error, held.naive_error, held.coverage_pct, held.width, it.than_last_year
        );
    }
    let count = |word: &str| answer.measures.iter().filter(|it| it.than_last_year == word).count();
    #[expect(clippy::cast_precision_loss, reason = "a few dozen measures")]
    let mean = answer.measures.iter().map(|it| it.held.coverage_pct).sum::<f64>()
        / answer.measures.len().max(1) as f64;
    let _ = writeln!(
        text,
        "of: authorities predicted. error: mean absolute error; naive: of last year's\nfigure once more. cover: in the \
         95% prediction interval; width: the median of\nits width.\nBetter than last year in {}, worse in {}, no \
         different in {} of {};\nmean coverage {mean:.1}%.",
        count("better"),
        count("worse"),
        count("no different"),
        answer.measures.len()
    );
    if count("better") == 0 {
        text.push_str("The predictions do not beat last year's figure once more.\n");
    }
    if !answer.left_out.is_empty() {
        let _ = writeln!(text, "too little known before: {}", answer.left_out.join(", "));
    }
    if let Some(own) = &answer.authority {
        let _ = write!(
            text,
            "\n{} from {}, fitted to {}\n  {:<28} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7}\n",
            own.name, own.base, answer.known, "", "last", "simul.", "next", "low", "high", "publ."
        );
        for it in &own.measures {
            let title = short_title(&it.measure, &it.title);
            let shown =
                |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"));
            let outside = match it.published {
                Some(published) if published < it.low || published > it.high => " outside",
                _ => "",
            };
            let _ = writeln!(
                text,
                "  {title:<28} {:>7} {:>7.1} {:>7.1} {:>7.1} {:>7.1} {:>7}{outside}",
                shown(it.last),
                it.simulated,
                it.predicted,
                it.low,
                it.high,
                shown(it.published)
            );
        }
    }
    let _ = writeln!(text, "\n{}\n{}", wrap(answer.method, WIDTH, ""), answer.notice);
    text
}
