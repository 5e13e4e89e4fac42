//! The sheet by which a simulation study is reported so that others can judge and repeat it: STRESS-DES.
//!
//! Source: T. Monks, C. S. M. Currie, B. S. Onggo, S. Robinson, M. Kunc, S. J. E. Taylor, Strengthening the reporting of
//! empirical simulation studies: introducing the STRESS guidelines, Journal of Simulation 13 (2019). The headings
//! follow theirs; their wording is unverified here.

use mash_batch::experiment::results::ExperimentResults;

/// Headings, each with items and what is said of them.
pub(super) fn sheet(results: &ExperimentResults) -> Vec<(&'static str, Vec<(&'static str, String)>)> {
    let titles: Vec<&str> = results.alternatives.iter().map(|it| it.title.as_str()).collect();
    let (others, of_measures) = (titles.iter().skip(1).copied().collect::<Vec<_>>(), results.measures.len());
    let days = results.weeks.first().map(|it| it.days.len()).unwrap_or(0);
    let say = |text: &str| text.to_owned();
    vec![
        (
            "Objectives",
            vec![
                (
                    "Purpose",
                    say(
                        "To show what a change to thresholds or to the service would do to contacts, decisions, time, \
                                 staff and outcomes. Not to judge a real child or a real service.",
                    ),
                ),
                (
                    "Outputs",
                    format!(
                        "{of_measures} measures, each defined in the table of measures and in data-dictionary.csv."
                    ),
                ),
                ("Aims of the experiment", format!("To hold against the baseline: {}.", others.join("; "))),
            ],
        ),
        (
            "Logic",
            vec![
                (
                    "Base model",
                    say(
                        "Households make contact through agencies; contacts are screened, partners asked, a decision \
                                    made by the rule pack, and children go to early help, assessment, section 47 enquiries, \
                                    conferences and plans held by a changing workforce; unmet need may bring them back. \
                                    Described in docs/front-door.md.",
                    ),
                ),
                ("Scenarios", titles.join("; ")),
                (
                    "Algorithms",
                    say(
                        "Decisions by the rule pack; queues by rating, age or due time as the scenario says; arrivals by \
                                    inverting the cumulative rate.",
                    ),
                ),
                (
                    "Components",
                    say(
                        "Entities: children in contacts. Resources: desks of the hub and of partners, people who meet in \
                                    strategy discussions, social workers, places of early help. Calendars: England's working days \
                                    and bank holidays, hours of each desk.",
                    ),
                ),
            ],
        ),
        (
            "Data",
            vec![
                ("Sources", say("Every input with its mark and source stands in the list of assumptions.")),
                (
                    "Pre-processing",
                    say("Shares and totals derived from published tables are marked derived, with how."),
                ),
                ("Inputs", format!("{} figures of the baseline's scenario.", results.assumptions.len())),
                ("Assumptions", say("Those marked synthesised are chosen, with the reason beside them.")),
            ],
        ),
        (
            "Experimentation",
            vec![
                (
                    "Initialisation",
                    format!(
                        "A warm-up, a year that counts ({} to {}) and a cool-down, {days} weeks in all; cases \
                                            open at the start are drawn from published totals.",
                        results.year_start, results.year_end
                    ),
                ),
                (
                    "Run length",
                    format!(
                        "One year that counts, {} replications of each alternative.",
                        results.replications
                    ),
                ),
                (
                    "Estimation",
                    say(
                        "Means over replications with 95% intervals by Student's t; differences over the same \
                                    replications and draws, with bootstrap intervals beside them; Holm's adjustment over headline \
                                    measures and alternatives.",
                    ),
                ),
            ],
        ),
        (
            "Implementation",
            vec![
                ("Software", format!("mash {}, written in Rust.", results.version)),
                (
                    "Random sampling",
                    format!(
                        "Philox4x32-10, a counter-based generator; key: seed {}; every draw named by \
                                             replication, household, purpose and number.",
                        results.seed
                    ),
                ),
                (
                    "Model execution",
                    say(
                        "Discrete-event, time in whole nanoseconds; the same bytes at any number of threads.",
                    ),
                ),
                ("System", say("Any machine that runs the program; no figure here depends on it.")),
            ],
        ),
        (
            "Code access",
            vec![(
                "Computer model",
                say(
                    "Scenario, packs and program are named with their hashes below; the command repeats the run.",
                ),
            )],
        ),
    ]
}
