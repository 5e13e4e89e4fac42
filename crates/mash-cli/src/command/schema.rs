//! `mash schema`: the JSON Schema of each file and answer.

use mash_io::contact_file::ContactRecord;
use mash_rules::{
    cases::CasesFile, explain::Trace, facts::FactsFile, manifest::ManifestFile, thresholds::ThresholdsFile,
};
use schemars::schema_for;

use super::{
    Written,
    believe::BelieveAnswer,
    bench::BenchAnswer,
    calibrate::{CalibrateAnswer, HoldOutAnswer},
    check::CheckAnswer,
    decide::DecideAnswer,
    diff::DiffAnswer,
    exercise::ExerciseAnswers,
    explain_lint::LintAnswer,
    simulate::SimulateAnswer,
    test::TestAnswer,
    verify::VerifyAnswer,
};
use crate::{args::SchemaName, terminal};

pub(crate) fn run(name: SchemaName) {
    let schema = match name {
        SchemaName::Contact => schema_for!(ContactRecord),
        SchemaName::Decision => schema_for!(mash_model::Decision),
        SchemaName::Manifest => schema_for!(ManifestFile),
        SchemaName::Facts => schema_for!(FactsFile),
        SchemaName::Thresholds => schema_for!(ThresholdsFile),
        SchemaName::Cases => schema_for!(CasesFile),
        SchemaName::Scenario => return terminal::json(&mash_sim::scenario::scenario_schema()),
        SchemaName::Vignette => schema_for!(mash_exercise::Vignette),
        SchemaName::ExerciseAnswers => schema_for!(ExerciseAnswers),
        SchemaName::Network => return terminal::json(&mash_sim::network_file::network_schema()),
        SchemaName::RunManifest => return terminal::json(&mash_io::results_folder::manifest_schema()),
        SchemaName::Simulate => schema_for!(SimulateAnswer),
        SchemaName::WarmUp => schema_for!(mash_batch::warm_up::WarmUpResults),
        SchemaName::Believe => schema_for!(BelieveAnswer),
        SchemaName::Calibrate => schema_for!(CalibrateAnswer),
        SchemaName::HoldOut => schema_for!(HoldOutAnswer),
        SchemaName::Check => schema_for!(CheckAnswer),
        SchemaName::ExplainLint => schema_for!(LintAnswer),
        SchemaName::Test => schema_for!(TestAnswer),
        SchemaName::Explain => schema_for!(Trace),
        SchemaName::Decide => schema_for!(DecideAnswer),
        SchemaName::Compare => schema_for!(mash_batch::Comparison),
        SchemaName::Experiment => schema_for!(mash_batch::experiment::results::ExperimentResults),
        SchemaName::Rates => schema_for!(mash_batch::experiment::rates::Rates),
        SchemaName::Sweep => schema_for!(mash_batch::sweep::SweepResults),
        SchemaName::Bench => schema_for!(BenchAnswer),
        SchemaName::Verify => schema_for!(VerifyAnswer),
        SchemaName::Diff => schema_for!(DiffAnswer),
        SchemaName::Written => schema_for!(Written),
    };
    terminal::json(&schema);
}
