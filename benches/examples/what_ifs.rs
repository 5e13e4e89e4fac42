//! Each shipped what-if and model of a front door against the scenario it extends, with the same draws under both.
//!
//! `cargo run --release -p mash-benches --example what_ifs -- [REPLICATIONS [PART-OF-A-NAME...]]`
//!
//! For each the few measures that its question is about: mean of the base, mean of the what-if, and the paired
//! difference with its 95% interval.

use std::path::{Path, PathBuf};

use mash_batch::{front_door_model::FrontDoorModel, model::Model, parallel};
use mash_benches::pack;
use mash_io::scenario_file;
use mash_rules::EngineKind;
use mash_stats::{Estimate, paired};

/// A file below `scenarios/` and the measures that its question is about.
type Question = (&'static str, &'static [&'static str]);

/// Scenarios that extend `herefordshire-like-2022`.
const WHAT_IFS: [Question; 11] = [
    (
        "what-if/without-the-five-teams",
        &["workers", "caseload_mean", "unallocated", "assessment_45_days_pct", "visits_made_pct"],
    ),
    (
        "what-if/agency-share-halved",
        &["agency_pct", "workers", "empty_posts", "caseload_mean", "same_worker_pct"],
    ),
    (
        "what-if/same-worker-for-80-per-cent",
        &["same_worker_pct", "turnover_pct", "agency_pct", "workers", "caseload_mean"],
    ),
    (
        "what-if/police-share-triaged-notices",
        &[
            "contacts",
            "contacts_police_pct",
            "screening_utilisation_pct",
            "decision_hours_mean",
            "referrals_per_10k",
            "missed_pct",
        ],
    ),
    (
        "what-if/enquiries-answered-in-4-hours",
        &[
            "replies_hours_mean",
            "replies_before_pct",
            "decision_hours_mean_amber",
            "in_time_amber_pct",
            "reopened_pct",
            "missed_pct",
        ],
    ),
    (
        "what-if/agreement-before-every-enquiry",
        &[
            "agencies_asked",
            "agreement_refused_pct",
            "decision_hours_mean_red",
            "in_time_red_pct",
            "decision_hours_mean_amber",
            "missed_pct",
        ],
    ),
    (
        "what-if/august-and-september",
        &["referrals_august", "referrals_september", "screening_hours_p95", "decision_hours_p95"],
    ),
    (
        "what-if/more-unaccompanied-children",
        &["contacts", "referrals_per_10k", "section_47_per_10k", "in_need_per_10k", "caseload_mean"],
    ),
    (
        "what-if/youth-services-closed",
        &["council_early_help_waiting", "contacts", "re_referral_pct", "missed_days_mean"],
    ),
    (
        "what-if/help-by-council",
        &["council_early_help", "council_early_help_waiting", "contacts", "missed_days_mean"],
    ),
    (
        "what-if/threshold-raised",
        &[
            "referrals_per_10k",
            "contacts_per_referral",
            "caseload_mean",
            "missed_pct",
            "over_intervention_pct",
        ],
    ),
];

/// Scenarios that extend `england-average`.
const MODELS: [Question; 4] = [
    (
        "models/risk-only",
        &[
            "agencies_asked",
            "decision_hours_mean",
            "police_utilisation_pct",
            "missed_pct",
            "over_intervention_pct",
        ],
    ),
    (
        "models/risk-and-need",
        &[
            "agencies_asked",
            "decision_hours_mean",
            "police_utilisation_pct",
            "missed_pct",
            "over_intervention_pct",
        ],
    ),
    (
        "models/conversation-line",
        &[
            "screening_utilisation_pct",
            "screening_hours_mean",
            "agencies_asked",
            "decision_hours_mean",
            "missed_pct",
        ],
    ),
    (
        "models/family-help",
        &["referrals_per_10k", "re_referral_pct", "same_worker_pct", "strategy_hours_mean", "caseload_mean"],
    ),
];

/// Titles, and one row a replication.
struct Run {
    titles: Vec<(String, String)>,
    rows: Vec<Vec<Option<f64>>>,
}

impl Run {
    /// The values of a measure, one a replication.
    fn column(&self, id: &str) -> Vec<Option<f64>> {
        let at = self.titles.iter().position(|(known, _)| known == id);
        let at = at.unwrap_or_else(|| panic!("no measure `{id}`"));
        self.rows.iter().map(|row| row[at]).collect()
    }

    fn title<'t>(&'t self, id: &'t str) -> &'t str {
        self.titles.iter().find(|(known, _)| known == id).map_or(id, |(_, title)| title)
    }
}

fn main() {
    let replications: u32 = std::env::args().nth(1).map_or(20, |text| text.parse().expect("a number"));
    let only: Vec<String> = std::env::args().skip(2).collect();
    for (base, questions) in
        [("herefordshire-like-2022", WHAT_IFS.as_slice()), ("england-average", MODELS.as_slice())]
    {
        let wanted = |name: &str| only.is_empty() || only.iter().any(|part| name.contains(part.as_str()));
        let questions: Vec<&Question> = questions.iter().filter(|(name, _)| wanted(name)).collect();
        if questions.is_empty() {
            continue;
        }
        let seed = read(base).seed;
        let before = run(base, seed, replications);
        for (name, measures) in questions {
            let after = run(name, seed, replications);
            println!("\n{}\n  {name}, against {base}; {replications} replications", read(name).title);
            println!("  {:<30} {:>8} {:>8} {:>8} {:>20}", "", "base", "what if", "change", "95% interval");
            for id in *measures {
                println!("{}", line(before.title(id), &before.column(id), &after.column(id)));
            }
        }
    }
}

fn line(title: &str, before: &[Option<f64>], after: &[Option<f64>]) -> String {
    let title: String = title.chars().take(30).collect();
    // A replication counts where both have a figure.
    let (a, b): (Vec<f64>, Vec<f64>) =
        before.iter().zip(after).filter_map(|(a, b)| Some(((*a)?, (*b)?))).unzip();
    let Ok(found) = paired(&a, &b) else { return format!("  {title:<30} nothing to measure") };
    let Estimate { mean, low, high, .. } = found.difference;
    let interval = format!("{low:+.1} to {high:+.1}");
    format!("  {title:<30} {:>8.1} {:>8.1} {mean:>+8.1} {interval:>20}", found.a.mean, found.b.mean)
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios").join(name).with_extension("json")
}

fn read(name: &str) -> mash_sim::Scenario {
    scenario_file::read(&file(name)).unwrap_or_else(|error| panic!("{error}")).scenario
}

fn run(name: &str, seed: u64, replications: u32) -> Run {
    let scenario = read(name);
    let named = scenario.as_written().pack.as_deref().and_then(|path| path.rsplit('/').next());
    let pack = pack(named.unwrap_or("levels-of-need"));
    let model = FrontDoorModel::new(&scenario, &pack, EngineKind::Compiled, None)
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let numbers: Vec<u32> = (0..replications).collect();
    let rows = parallel::map(&numbers, |number| {
        model.replicate(seed, *number).unwrap_or_else(|error| panic!("{name}: {error}"))
    });
    let titles = model.measures().iter().map(|measure| (measure.id.clone(), measure.title.clone())).collect();
    Run { titles, rows }
}
