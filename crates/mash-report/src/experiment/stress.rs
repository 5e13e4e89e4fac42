//! The sheet by which a simulation study is reported so that others can judge and repeat it: STRESS-DES, item by item.
//!
//! Source: T. Monks, C. S. M. Currie, B. S. Onggo, S. Robinson, M. Kunc, S. J. E. Taylor, Strengthening the reporting of
//! empirical simulation studies: introducing the STRESS guidelines, Journal of Simulation 13 (2019) 55-67. Sections and
//! items have its numbers and names, as the published checklist lists them.

use std::fmt::Write as _;

use mash_batch::experiment::results::ExperimentResults;
use serde::Serialize;

/// One section of the checklist.
#[derive(Debug, Serialize)]
pub(super) struct Section {
    number: usize,
    title: &'static str,
    /// Items in order, numbered from 1: the name, and what is said of it.
    items: Vec<(&'static str, String)>,
}

/// Every section, each item filled in.
pub(super) fn sheet(results: &ExperimentResults) -> Vec<Section> {
    let all = [
        ("Objectives", objectives(results)),
        ("Logic", logic(results)),
        ("Data", data(results)),
        ("Experimentation", experimentation(results)),
        ("Implementation", implementation(results)),
        ("Code access", code_access(results)),
    ];
    let all = (1..).zip(all);
    all.map(|(number, (title, items))| Section { number, title, items }).collect()
}

type Items = Vec<(&'static str, String)>;

fn objectives(results: &ExperimentResults) -> Items {
    let others: Vec<&str> = results.alternatives.iter().skip(1).map(|it| it.title.as_str()).collect();
    vec![
        (
            "Purpose of the model",
            "To show what a change to thresholds or to a safeguarding hub would do to contacts, decisions, time, staff and \
             outcomes, before anybody makes it. Not to judge a real child or a real service."
                .to_owned(),
        ),
        (
            "Model outputs",
            format!(
                "{} measures, each computed at the end of a replication from its records alone. Definitions, with start, \
                 stop and pause of every clock, stand under \u{2018}What the measures are\u{2019} and in \
                 data-dictionary.csv. Errors: 95% intervals over replications (item 4.3).",
                results.measures.len()
            ),
        ),
        (
            "Experimentation aims",
            format!(
                "Scenario-based analysis. To hold against the baseline: {}. What each changes stands in item 2.3.",
                others.join("; ")
            ),
        ),
    ]
}

fn logic(results: &ExperimentResults) -> Items {
    vec![
        ("Base model overview diagram", "The figure above.".to_owned()),
        (
            "Base model logic",
            "Households are heard of by source, as often as each hour of the year brings contacts. The rule pack screens \
             what is known at the door; the contact waits for screening, partners are asked, the hub decides with the \
             replies that came in time. Immediate danger goes to a strategy discussion at once. Children go on to advice, \
             early help, assessment, section 47 enquiries, conferences and plans, held by social workers who come and go. \
             What was needed and not given brings a household back sooner. In full: docs/front-door.md."
                .to_owned(),
        ),
        ("Scenario logic", scenario_logic(results)),
        (
            "Algorithms",
            "Decisions: the rule pack, rule by rule, with what is not known kept apart from yes and no. Queues: first come, \
             rating then age, or earliest time limit, as the scenario says. Arrivals: the accumulated rate of each source, \
             inverted. Being heard of again: a hazard in the source\u{2019}s own time, multiplied by long-standing \
             difficulties and unmet need. What children need: a truth model that no rule reads."
                .to_owned(),
        ),
        (
            "Components",
            "Entities: households, children in contacts, cases. Activities: screening, asking and answering, deciding, \
             reading by a manager, strategy discussion, assessment, enquiry, conference, plan, early help. Resources: desks \
             of the hub, desks of partners with or without a number of staff, those who meet in strategy discussions, social \
             workers, places of early help. Queues: one a desk, children without a social worker, families waiting for early \
             help. Entry: a contact received, or a case open when the run begins. Exit: closed, passed to the worker of an \
             open case or to another area, or still open when the run ends."
                .to_owned(),
        ),
    ]
}

/// Changes of an alternative that the sheet names; the results hold all.
const CHANGES: usize = 3;

fn scenario_logic(results: &ExperimentResults) -> String {
    let mut out = String::new();
    for it in results.alternatives.iter().skip(1) {
        let all = it.changes.iter().take(CHANGES);
        let named: Vec<String> =
            all.map(|change| format!("{} from {} to {}", change.what, change.a, change.b)).collect();
        let more = match it.changes.len().saturating_sub(CHANGES) {
            0 => String::new(),
            more => format!("; and {more} more, in alternatives of results.json"),
        };
        let named = if named.is_empty() {
            "nothing that the scenario or the pack states is changed".to_owned()
        } else {
            named.join("; ")
        };
        let _ = write!(out, "{}: {named}{more}. ", it.title);
    }
    out.push_str("Everything else is the baseline\u{2019}s, over the same draws.");
    out
}

fn data(results: &ExperimentResults) -> Items {
    let all = &results.assumptions;
    let count = |mark: &str| all.iter().filter(|it| it.mark == mark).count();
    let by_mark: Vec<String> = ["published", "derived", "reported", "unverified", "synthesised"]
        .into_iter()
        .filter(|mark| count(mark) > 0)
        .map(|mark| format!("{} {mark}", count(mark)))
        .collect();
    vec![
        (
            "Data sources",
            "Published statistics of the Department for Education and the sources named beside each figure under \
             \u{2018}What the baseline assumes\u{2019}. No record of a real child is used."
                .to_owned(),
        ),
        (
            "Pre-processing",
            "None by the model. Shares and totals reckoned from published tables before they were written into the scenario \
             are marked derived, with how."
                .to_owned(),
        ),
        (
            "Input parameters",
            format!(
                "{} figures of the baseline\u{2019}s scenario: {}. Each stands with value, mark, reason and source under \
                 \u{2018}What the baseline assumes\u{2019}; thresholds and rules in the pack named in the manifest.",
                all.len(),
                by_mark.join(", ")
            ),
        ),
        (
            "Assumptions",
            "Figures marked synthesised are chosen where no data is available, with the reason beside them; ranges of doubt \
             are looked at under \u{2018}Doubt about inputs\u{2019} where that was asked for. What the model leaves out \
             stands in docs/front-door.md."
                .to_owned(),
        ),
    ]
}

fn experimentation(results: &ExperimentResults) -> Items {
    let days = results.weeks.first().map(|it| it.days.as_slice()).unwrap_or_default();
    let warm_up = days.iter().filter(|day| **day < results.year_start).count();
    let after = days.iter().filter(|day| **day > results.year_end).count();
    let stopping = if results.precision.is_empty() {
        "a number chosen beforehand".to_owned()
    } else {
        "until the half-widths in the manifest were reached".to_owned()
    };
    vec![
        (
            "Initialisation",
            format!(
                "Not empty: cases open at the start are drawn from published totals, each with the rest of a case that began \
                 before. {warm_up} weeks of warm-up run before the year that counts, so that every household has a simulated \
                 history; nothing of them is measured."
            ),
        ),
        (
            "Run length",
            format!(
                "One year that counts, {} to {}, and {after} weeks after it so that its last clocks can end. Time in hours \
                 and working days.",
                results.year_start, results.year_end
            ),
        ),
        (
            "Estimation approach",
            format!(
                "Stochastic: {} independent replications of each alternative, {stopping}; alternatives share the random \
                 numbers of a replication. Means with 95% intervals by Student\u{2019}s t; differences within replications, \
                 with bootstrap intervals beside them in the files; Holm\u{2019}s adjustment over headline measures and \
                 alternatives.",
                results.replications
            ),
        ),
    ]
}

fn implementation(results: &ExperimentResults) -> Items {
    vec![
        (
            "Software or programming language",
            format!(
                "mash {}, written in Rust; rules in Rhai. Every library with its version stands in Cargo.lock.",
                results.version
            ),
        ),
        (
            "Random sampling",
            format!(
                "Philox4x32-10, a counter-based generator, with key {} (the seed). Each draw is named by replication, \
                 household or place, purpose and number, so no stream is shared; samples by inversion, one number a value.",
                results.seed
            ),
        ),
        (
            "Model execution",
            "Discrete events in the order of time, then of scheduling; time in whole nanoseconds. Replications run in \
             parallel and are taken in their order: the same bytes at any number of threads, in shards and after a stop."
                .to_owned(),
        ),
        (
            "System specification",
            "Any 64-bit machine that runs the program; no figure depends on it, so none is recorded. Speed as measured stands \
             in benches/README.md."
                .to_owned(),
        ),
    ]
}

fn code_access(results: &ExperimentResults) -> Items {
    vec![(
        "Computer model sharing statement",
        format!(
            "Program, packs, scenarios and the published data behind them are shared under the MIT or the Apache-2.0 licence. \
             Scenarios and packs of this study are named with their SHA-256 in the manifest above; version {} and the command \
             above it give the same bytes.",
            results.version
        ),
    )]
}
