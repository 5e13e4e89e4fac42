//! From the figures of an experiment to its results: estimates, differences, moves, series and scores.

use jiff::Span;
use mash_model::NOTICE;
use mash_rules::RulePack;
use mash_sim::{
    Scenario,
    queueing::{Time, measures::quantile},
};
use mash_stats::{
    Estimate, Running, StatsError, bootstrap, estimate, holm,
    measures::{Measure, is_of_need},
    paired_p,
};

use super::{
    Alternative, Experiment, ExperimentError, Figures, MovedCase, Ran, Setup, equality,
    headline::{HEADLINE, Question},
    rates::Rates,
    results::{
        AlternativeSummary, Band, CaseloadShares, Difference, EqualFacts, ExperimentResults, FORM, HarmRow,
        MeasureFigures, MonthSeries, MoveCell, MovedExample, Moves, PrecisionReached, WeekSeries,
    },
    scorecard::{Score, ScoreRow, scored},
    weeks::{CASELOADS, SERIES},
};
use crate::{
    compare::changes::changes,
    figures::{differences, estimated},
    model::Model,
    results::{Assumption, PackChange},
};

/// What is said of an experiment besides its figures.
#[derive(Debug, Clone)]
pub struct About<'a> {
    /// Version of the program.
    pub version: &'a str,
    /// The command that repeats it.
    pub command: String,
    /// What time costs.
    pub rates: Option<&'a Rates>,
    /// Differences in harm, where they were run.
    pub harm: Vec<HarmRow>,
    /// What doubt about inputs does, where it was looked at.
    pub uncertainty: Option<super::uncertainty::Uncertainty>,
    /// Packs on equal facts.
    pub on_equal_facts: Vec<EqualFacts>,
    /// What must be said of how the alternatives were chosen.
    pub warnings: Vec<String>,
}

/// Writes up an experiment.
///
/// # Errors
/// A target or a rate on something that is not measured, or figures that make no estimate.
pub fn write_up(
    setups: &[Setup<'_>],
    experiment: &Experiment<'_>,
    ran: &Ran,
    about: About<'_>,
) -> Result<ExperimentResults, ExperimentError> {
    let (Some(setup), Some(baseline)) = (setups.first(), experiment.alternatives.first()) else {
        return Err(ExperimentError::Nothing);
    };
    let scenario = setup.scenario;
    let measures = baseline.model.measures();
    let withheld = setups.iter().any(|setup| setup.scenario.names_real_authority);
    let figures = figures(measures, ran, experiment.seed, withheld)?;
    let routes: Vec<(String, String)> =
        setup.pack.manifest.routes.iter().map(|route| (route.id.to_string(), route.title.clone())).collect();
    let others = experiment.alternatives.iter().zip(&ran.figures).zip(&ran.examples).skip(1);
    let moves = others
        .map(|((alternative, figures), examples)| moves(baseline, alternative, figures, examples, &routes))
        .collect::<Result<_, _>>()?;
    let mut warnings = about.warnings;
    warnings.extend(of_runs(experiment, measures, ran));
    if ran.replications < 10 {
        warnings.push(format!(
            "{} replications are few: intervals rest on little; run more before anything is decided",
            ran.replications
        ));
    }
    Ok(ExperimentResults {
        form: FORM,
        notice: NOTICE.to_owned(),
        version: about.version.to_owned(),
        command: about.command,
        seed: experiment.seed,
        replications: ran.replications,
        year_start: scenario.year_start.to_string(),
        year_end: scenario.year_end.to_string(),
        alternatives: setups.iter().map(|other| summary(setup, other)).collect(),
        measures: measures.to_vec(),
        precision: precision(experiment, measures, ran),
        moves,
        weeks: weeks(baseline, ran),
        months: months(scenario, experiment, measures, ran),
        caseloads: caseloads(ran)?,
        scorecard: scorecard(scenario, measures, ran)?,
        costs: match about.rates {
            Some(rates) => rates.rows(ran, measures)?,
            None => Vec::new(),
        },
        equality: equality::parts(scenario, ran, &about.harm)?,
        harm: about.harm,
        uncertainty: about.uncertainty,
        absolute_harm_withheld: withheld,
        on_equal_facts: about.on_equal_facts,
        warnings,
        assumptions: assumptions(scenario),
        figures,
    })
}

fn assumptions(scenario: &Scenario) -> Vec<Assumption> {
    let one = |it: &mash_sim::scenario::Assumption| Assumption {
        name: it.name.clone(),
        value: it.value.clone(),
        mark: it.mark.id().to_owned(),
        reason: it.reason.clone().unwrap_or_default(),
        source: it.source.clone().unwrap_or_default(),
    };
    scenario.assumptions().iter().map(one).collect()
}

/// What an alternative is, and what differs from the baseline.
fn summary(baseline: &Setup<'_>, setup: &Setup<'_>) -> AlternativeSummary {
    let ids = |pack: &RulePack| pack.manifest.id.clone();
    let pack = match setup.then {
        Some((then, day, _)) => format!("{}, {} from {day}", ids(setup.pack), ids(then)),
        None => ids(setup.pack),
    };
    let mut differs = changes(baseline.last_pack(), setup.last_pack());
    differs.extend(scenario_changes(baseline.scenario, setup.scenario));
    let first = setup.scenario.truth_models.first().map(|model| model.id.to_string());
    AlternativeSummary {
        id: setup.id.clone(),
        title: setup.title.clone(),
        scenario: setup.scenario.id.clone(),
        scenario_sha256: setup.scenario_sha256.clone(),
        pack,
        pack_sha256: setup.last_pack().hash.clone(),
        truth_model: setup.truth_model.as_ref().map(ToString::to_string).or(first).unwrap_or_default(),
        takes_effect: setup.then.map(|(_, day, _)| day.to_string()),
        changes: differs,
    }
}

/// Figures that two scenarios state otherwise, and parts that only one has.
fn scenario_changes(a: &Scenario, b: &Scenario) -> Vec<PackChange> {
    let find = |scenario: &Scenario, name: &str| {
        scenario.assumptions().iter().find(|it| it.name == name).map(|it| it.value.clone())
    };
    let names = |scenario: &Scenario| -> Vec<String> {
        scenario.assumptions().iter().map(|it| it.name.clone()).collect()
    };
    let mut all = names(a);
    all.extend(names(b).into_iter().filter(|name| find(a, name).is_none()));
    let absent = || "not stated".to_owned();
    all.into_iter()
        .filter_map(|name| {
            let (before, after) = (find(a, &name), find(b, &name));
            (before != after).then(|| PackChange {
                what: name,
                a: before.unwrap_or_else(absent),
                b: after.unwrap_or_else(absent),
            })
        })
        .collect()
}

fn question(measure: &str) -> Option<Question> {
    HEADLINE.iter().find(|(_, ids)| ids.contains(&measure)).map(|(question, _)| *question)
}

/// Estimates and differences of every measure.
fn figures(
    measures: &[Measure],
    ran: &Ran,
    seed: u64,
    withheld: bool,
) -> Result<Vec<MeasureFigures>, StatsError> {
    let mut all = Vec::with_capacity(measures.len());
    for (at, measure) in measures.iter().enumerate() {
        let hidden = withheld && is_of_need(&measure.id);
        let base = ran.figures.first().map_or(&[][..], |figures| figures.of(at));
        let others = ran.figures.iter().skip(1).map(|figures| figures.of(at));
        let differences = others.map(|values| differs(base, values, seed)).collect::<Result<_, _>>()?;
        let estimates = ran.figures.iter().map(|figures| estimated(figures.of(at)).filter(|_| !hidden));
        all.push(MeasureFigures {
            measure: measure.id.clone(),
            question: question(&measure.id),
            estimates: estimates.collect(),
            differences,
        });
    }
    let headline = || all.iter().filter(|it| it.question.is_some());
    let p: Vec<Option<f64>> =
        headline().flat_map(|it| it.differences.iter().map(|it| it.and_then(|it| it.p))).collect();
    let mut adjusted = holm(&p).into_iter();
    for it in all.iter_mut().filter(|it| it.question.is_some()) {
        for difference in &mut it.differences {
            let adjusted = adjusted.next().flatten();
            if let Some(difference) = difference {
                difference.p_holm = adjusted;
            }
        }
    }
    Ok(all)
}

fn differs(
    base: &[Option<f64>],
    values: &[Option<f64>],
    seed: u64,
) -> Result<Option<Difference>, StatsError> {
    let pairs: Vec<(f64, f64)> =
        base.iter().zip(values).filter_map(|(base, value)| Some(((*base)?, (*value)?))).collect();
    if pairs.is_empty() {
        return Ok(None);
    }
    let differences = differences(base, values);
    let variance = |values: &mut dyn Iterator<Item = f64>| -> Result<f64, StatsError> {
        let mut running = Running::default();
        for value in values {
            running.push(value)?;
        }
        Ok(running.variance())
    };
    let independent = variance(&mut pairs.iter().map(|(base, _)| *base))?
        + variance(&mut pairs.iter().map(|(_, value)| *value))?;
    let shared = variance(&mut differences.iter().copied())?;
    Ok(Some(Difference {
        estimate: estimate(&differences)?,
        bootstrap: bootstrap(&differences, seed)?,
        p: paired_p(&differences)?,
        p_holm: None,
        variance_ratio: (shared > 0.0).then(|| independent / shared),
    }))
}

fn precision(experiment: &Experiment<'_>, measures: &[Measure], ran: &Ran) -> Vec<PrecisionReached> {
    let wanted = &experiment.stopping.wanted;
    let one = |precision: &super::Precision| PrecisionReached {
        measure: measures.get(precision.measure).map(|it| it.id.clone()).unwrap_or_default(),
        wanted: precision.half_width,
        reached: precision.reached(ran),
    };
    wanted.iter().map(one).collect()
}

fn moves(
    baseline: &Alternative<'_>,
    alternative: &Alternative<'_>,
    figures: &Figures,
    examples: &[MovedCase],
    routes: &[(String, String)],
) -> Result<Moves, StatsError> {
    let table = &figures.moves;
    let mut cells = Vec::new();
    for (from, _) in routes {
        for (to, _) in routes {
            let per_year = table.estimate("cell", &format!("{from} > {to}"))?;
            if per_year.mean > 0.0 {
                cells.push(MoveCell { from: from.clone(), to: to.clone(), per_year });
            }
        }
    }
    let door = baseline.model.door();
    let example = |it: &MovedCase| MovedExample {
        id: it.key.id(),
        replication: it.replication,
        received: door.civil(it.received).strftime("%Y-%m-%d %H:%M").to_string(),
        source: it.source.title().to_owned(),
        age: it.age.id().to_owned(),
        from: it.from.route_id().to_owned(),
        to: it.to.route_id().to_owned(),
    };
    Ok(Moves {
        alternative: alternative.id.clone(),
        routes: routes.to_vec(),
        cells,
        stronger: table.estimate("moved", "stronger")?,
        weaker: table.estimate("moved", "weaker")?,
        only_baseline: table.estimate("only", "baseline")?,
        only_alternative: table.estimate("only", "alternative")?,
        examples: examples.iter().map(example).collect(),
    })
}

fn weeks(baseline: &Alternative<'_>, ran: &Ran) -> Vec<WeekSeries> {
    let door = baseline.model.door();
    let first = door.civil(Time::ZERO).date();
    SERIES
        .iter()
        .enumerate()
        .map(|(at, [id, title, unit])| {
            let series = |figures: &Figures| -> Vec<Vec<Option<f64>>> {
                figures.weeks.iter().filter_map(|weeks| weeks.get(at).cloned()).collect()
            };
            let count = ran.figures.first().map(series).and_then(|it| it.first().map(Vec::len)).unwrap_or(0);
            let days = (0..count)
                .map(|week| {
                    let days = i64::try_from(7 * week).unwrap_or(0);
                    first.saturating_add(Span::new().days(days)).to_string()
                })
                .collect();
            let bands = |figures: &Figures| {
                let series = series(figures);
                (0..count)
                    .map(|week| band(series.iter().filter_map(|it| it.get(week).copied().flatten())))
                    .collect()
            };
            let (id, title, unit) = ((*id).to_owned(), (*title).to_owned(), (*unit).to_owned());
            WeekSeries { id, title, unit, days, bands: ran.figures.iter().map(bands).collect() }
        })
        .collect()
}

fn band(values: impl Iterator<Item = f64>) -> Band {
    let values: Vec<f64> = values.collect();
    let Ok(estimate) = estimate(&values) else { return Band { mean: None, p10: None, p90: None } };
    Band { mean: Some(estimate.mean), p10: Some(quantile(&values, 0.1)), p90: Some(quantile(&values, 0.9)) }
}

fn months(
    scenario: &Scenario,
    experiment: &Experiment<'_>,
    measures: &[Measure],
    ran: &Ran,
) -> Vec<MonthSeries> {
    let followed = (0..).zip(&experiment.followed);
    followed.filter_map(|(at, measure)| Some(month(scenario, at, measures.get(*measure)?, ran))).collect()
}

/// One measure month by month, and how many months meet its target.
fn month(scenario: &Scenario, at: usize, measure: &Measure, ran: &Ran) -> MonthSeries {
    let target = scenario.as_written().targets.iter().find(|target| target.measure == measure.id);
    let series = |figures: &Figures| -> Vec<Vec<Option<f64>>> {
        figures.months.iter().filter_map(|months| months.get(at).cloned()).collect()
    };
    let count = ran.figures.first().map(series).and_then(|it| it.first().map(Vec::len)).unwrap_or(0);
    let months = (0..count).map(|month| {
        let on = scenario.year_start.saturating_add(Span::new().months(i64::try_from(month).unwrap_or(0)));
        on.strftime("%Y-%m").to_string()
    });
    let figures = |figures: &Figures| {
        let series = series(figures);
        let month = |month: usize| -> Vec<Option<f64>> {
            series.iter().map(|it| it.get(month).copied().flatten()).collect()
        };
        (0..count).map(|at| estimated(&month(at))).collect()
    };
    let met = |figures: &Figures| {
        let target = target?;
        let of_year = |months: &Vec<Option<f64>>| {
            let met =
                months.iter().flatten().filter(|figure| Score::of(**figure, target) <= Score::Green).count();
            Some(f64::from(u32::try_from(met).unwrap_or(0)))
        };
        estimated(&series(figures).iter().map(of_year).collect::<Vec<_>>())
    };
    MonthSeries {
        measure: measure.id.clone(),
        title: measure.title.clone(),
        unit: measure.unit.clone(),
        target: target.map(|target| target.target.value),
        better: target.map(|target| target.better),
        months: months.collect(),
        shares: ran.figures.iter().map(figures).collect(),
        months_met: ran.figures.iter().map(met).collect(),
    }
}

fn caseloads(ran: &Ran) -> Result<CaseloadShares, StatsError> {
    let next = CASELOADS.iter().skip(1).map(Some).chain([None]);
    let groups = CASELOADS.iter().zip(next).map(|(first, next)| match next {
        Some(next) => format!("{first}-{}", next - 1),
        None => format!("{first} or more"),
    });
    let shares = ran.figures.iter().map(|figures| {
        (0..CASELOADS.len())
            .map(|at| {
                let values = figures.caseloads.iter().filter_map(|it| it.get(at).copied());
                estimate(&values.collect::<Vec<_>>())
            })
            .collect()
    });
    Ok(CaseloadShares { groups: groups.collect(), shares: shares.collect::<Result<_, _>>()? })
}

fn scorecard(scenario: &Scenario, measures: &[Measure], ran: &Ran) -> Result<Vec<ScoreRow>, ExperimentError> {
    let one = |target: &mash_sim::scenario::TargetFile| {
        let known = measures.iter().position(|measure| measure.id == target.measure);
        let Some((at, measure)) = known.and_then(|at| Some((at, measures.get(at)?))) else {
            let names = measures.iter().map(|measure| measure.id.as_str());
            return Err(ExperimentError::Target {
                measure: target.measure.clone(),
                mend: mash_sim::scenario::mend(&target.measure, names),
            });
        };
        Ok(ScoreRow {
            measure: measure.id.clone(),
            title: measure.title.clone(),
            unit: measure.unit.clone(),
            target: target.target.value,
            better: target.better,
            blue_means: target.blue_means.clone(),
            mark: target.target.mark.id().to_owned(),
            source: target.target.source.clone(),
            scores: ran.figures.iter().map(|figures| scored(figures.of(at), target)).collect(),
        })
    };
    scenario.as_written().targets.iter().map(one).collect()
}

/// What the models say of their own runs.
fn of_runs(experiment: &Experiment<'_>, measures: &[Measure], ran: &Ran) -> Vec<String> {
    let mut warnings = Vec::new();
    for (alternative, figures) in experiment.alternatives.iter().zip(&ran.figures) {
        let summary: Vec<Option<Estimate>> =
            (0..measures.len()).map(|at| estimated(figures.of(at))).collect();
        let said = alternative.model.warnings(&summary);
        warnings.extend(said.into_iter().map(|warning| format!("{}: {warning}", alternative.title)));
    }
    warnings
}
