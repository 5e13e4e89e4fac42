//! The report of an experiment: alternatives against a baseline, under the questions that an inspection asks.
//!
//! In: [`ExperimentResults`]. Out: one self-contained page whose first printed sheet stands alone as a board paper, or
//! the same figures as Markdown. No figure is reckoned here but months (a twelfth of a year) and sums of flows.

mod agencies;
mod alternative;
mod doubt;
mod equality;
mod markdown;
mod statements;
mod stress;
mod tables;

use mash_batch::experiment::{headline::Question, results::ExperimentResults, scorecard::Score};
use serde::Serialize;

use crate::{
    html::{ReportError, render, render_own},
    narrative::WARNING,
    number::Figures,
    table::Table,
    what_if::{assumptions::Assumed, notice},
};
use alternative::Part;
use equality::{EqualityOf, Uninformed};
pub use markdown::experiment_markdown;

/// The template of the report, to start one of your own from.
pub const EXPERIMENT_TEMPLATE: &str = crate::html::EXPERIMENT;

/// Writes the report as one self-contained HTML file: no outside request, no script, complete without one.
///
/// # Errors
/// [`ReportError::Template`] when a template fails, which is a defect of this crate.
pub fn experiment_html(results: &ExperimentResults) -> Result<String, ReportError> {
    render("experiment.html", &Page::of(results))
}

/// The same by a template of the user's own.
///
/// # Errors
/// [`ReportError::Own`] with the line and what is wrong there.
pub fn experiment_html_with(results: &ExperimentResults, template: &str) -> Result<String, ReportError> {
    render_own(template, &Page::of(results))
}

/// What the template reads.
#[derive(Debug, Serialize)]
struct Page {
    title: String,
    warning: &'static str,
    notice: String,
    baseline: String,
    year: String,
    replications: u32,
    parts: Vec<Part>,
    summary: Table,
    scorecard: Option<Table>,
    score_meanings: Vec<&'static str>,
    blue: Vec<(String, String)>,
    not_known: Vec<String>,
    questions: Vec<QuestionPart>,
    costs: Option<Table>,
    equality: Vec<EqualityOf>,
    uninformed: Vec<Uninformed>,
    waits: Table,
    partner_work: Table,
    information: Option<Table>,
    uncertainty: Option<Table>,
    ranges: Option<Table>,
    months_met: Option<Table>,
    months: Vec<Table>,
    withheld: bool,
    warnings: Vec<String>,
    stress: Vec<stress::Section>,
    manifest: Table,
    measures: Table,
    mark_meanings: [(&'static str, &'static str); 5],
    assumptions: Assumed,
    command: String,
    version: String,
}

/// One question of an inspection.
#[derive(Debug, Serialize)]
struct QuestionPart {
    id: &'static str,
    title: &'static str,
    asks: &'static str,
    table: Table,
}

const MARKS: [(&str, &str); 5] = [
    ("published", "printed in the source named"),
    ("derived", "worked out from published figures"),
    ("reported", "seen in a report about one place or a survey"),
    ("unverified", "said by people in the field, not seen in a document"),
    ("synthesised", "chosen for the model, for the reason given"),
];

impl Page {
    fn of(results: &ExperimentResults) -> Page {
        let figures = Figures { replications: results.replications };
        let others: Vec<&str> = results.alternatives.iter().skip(1).map(|it| it.title.as_str()).collect();
        let title = match others.as_slice() {
            // A title that asks already needs no other question before it.
            [one] if one.starts_with("What if") => (*one).to_owned(),
            [one] => format!("What would change if: {one}"),
            _ => format!("What would change under {} alternatives", others.len()),
        };
        let baseline = results.alternatives.first();
        Page {
            title,
            warning: WARNING,
            notice: notice(&results.notice),
            baseline: baseline
                .map(|it| it.title.trim_start_matches("Baseline: ").to_owned())
                .unwrap_or_default(),
            year: format!("{} to {}", results.year_start, results.year_end),
            replications: results.replications,
            parts: (1..results.alternatives.len()).map(|at| Part::of(results, at, figures)).collect(),
            summary: tables::summary(results, figures),
            scorecard: tables::scorecard(results),
            score_meanings: Score::ALL.map(Score::words).to_vec(),
            blue: results.scorecard.iter().map(|row| (row.title.clone(), row.blue_means.clone())).collect(),
            not_known: statements::not_known(results),
            questions: Question::ALL
                .into_iter()
                .map(|question| QuestionPart {
                    id: slug_of(question),
                    title: question.title(),
                    asks: asks(question),
                    table: tables::question(results, question, figures),
                })
                .collect(),
            costs: tables::costs(results, figures),
            equality: equality::informed(results, figures),
            uninformed: equality::uninformed(results, figures),
            waits: agencies::waits(results, figures),
            partner_work: agencies::work(results, figures),
            information: agencies::information(results, figures),
            uncertainty: doubt::table(results),
            ranges: doubt::ranges(results),
            months_met: tables::months_met(results, figures),
            months: tables::months(results, figures),
            withheld: results.absolute_harm_withheld,
            warnings: results.warnings.clone(),
            stress: stress::sheet(results),
            manifest: tables::manifest(results),
            measures: tables::measures(results),
            mark_meanings: MARKS,
            assumptions: Assumed::of(&results.assumptions),
            command: results.command.clone(),
            version: results.version.clone(),
        }
    }
}

fn slug_of(question: Question) -> &'static str {
    match question {
        Question::Thresholds => "thresholds",
        Question::InformationSharing => "information-sharing",
        Question::Timeliness => "timeliness",
        Question::Oversight => "oversight",
        Question::Workforce => "workforce",
        Question::Outcomes => "outcomes",
    }
}

fn asks(question: Question) -> &'static str {
    match question {
        Question::Thresholds => "Are thresholds applied as they are written, and who crosses them?",
        Question::InformationSharing => "Do partners share what they hold, in time to matter?",
        Question::Timeliness => "Is each step taken in time?",
        Question::Oversight => "Do managers see what they must see?",
        Question::Workforce => "Are there workers enough, and do children keep the same one?",
        Question::Outcomes => "What comes of it for children?",
    }
}
