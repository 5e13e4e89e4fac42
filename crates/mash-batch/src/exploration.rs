//! Trying things out: a scenario and a pack with some figures and thresholds moved, ready to be held against them.
//!
//! In: a checked scenario, the files of its pack, another pack if one is tried, and places with values. Out: what can be
//! moved and how far ([`Knob`]), the alternative, and the files from which `mash compare` makes it again.

mod change;
mod figures;
mod knob;
#[cfg(test)]
pub(crate) mod testing;
pub mod trace;

use std::collections::BTreeMap;

use mash_rules::{PackFiles, RulePack, error::PackError, vary};
use mash_sim::{Scenario, scenario::VaryError};
use serde_json::Value;

pub use change::{Change, MOST_CHANGES, check};
pub use knob::{Knob, KnobGroup, Span, knobs};

/// Places that begin so are thresholds of the pack.
pub const THRESHOLD: &str = "threshold.";
/// The place of contacts a year, which no figure states: referrals over referrals per contact.
pub const CONTACTS: &str = "contacts";
/// Why a figure has the value it has.
const REASON: &str = "Tried in the explorer";

/// Why something cannot be tried.
#[derive(Debug, thiserror::Error)]
pub enum ExplorationError {
    /// A change is not written as one.
    #[error("`{0}` is not PLACE:VALUE; write for example `front_door.screening.staff:6`")]
    Form(String),
    /// Nothing of that name can be moved.
    #[error("nothing called `{place}` can be moved here; {mend}")]
    NoSuchPlace {
        /// What was asked for.
        place: String,
        /// What was meant.
        mend: String,
    },
    /// A place has two values.
    #[error("`{0}` is given twice; keep one value")]
    Twice(String),
    /// A value is too small, too large or of another kind.
    #[error("`{place}` cannot be {value}; give {mend}")]
    Value {
        /// The place.
        place: String,
        /// What was asked for.
        value: String,
        /// What it may be.
        mend: String,
    },
    /// More is changed than anybody could tell apart.
    #[error("{0} changes at once; change at most {MOST_CHANGES}")]
    TooMany(usize),
    /// The scenario is wrong with the changes.
    #[error(transparent)]
    Scenario(#[from] VaryError),
    /// The pack is wrong with the changes.
    #[error("the thresholds cannot be set so: {}", first(.0))]
    Pack(Box<PackError>),
}

/// What is tried.
#[derive(Debug)]
pub struct Tried {
    /// The scenario with the changes.
    pub scenario: Scenario,
    /// The pack with the changes.
    pub pack: RulePack,
    /// What a scenario file says that extends the baseline and makes the scenario again; it lacks `extends` alone.
    pub scenario_change: Value,
    /// The manifest of an overlay that makes the pack again, where thresholds are changed.
    pub overlay: Option<Value>,
}

/// The scenario and the pack with these changes.
///
/// `files` are those of the pack that the alternative uses; `id` and `title` are the alternative's own.
///
/// # Errors
/// [`ExplorationError`] names the place and the mend.
pub fn tried(
    scenario: &Scenario,
    files: &PackFiles,
    pack: &RulePack,
    changes: &[Change],
    id: &str,
    title: &str,
) -> Result<Tried, ExplorationError> {
    check(&knobs(scenario, pack), changes)?;
    let (mut thresholds, mut figures) = (BTreeMap::new(), Vec::new());
    for change in changes {
        match change.place.strip_prefix(THRESHOLD) {
            Some(name) => drop(thresholds.insert(name.to_owned(), change.value.clone())),
            None => figures.push(change.clone()),
        }
    }
    let figures = figures::written(scenario, &figures);
    let patched = scenario.patched(&figures, REASON, id, title)?;
    let (files, overlay) = if thresholds.is_empty() {
        (files.clone(), None)
    } else {
        let overlay = files.chain.first().map(|asked| vary::overlay(asked, &thresholds, REASON));
        (vary::with_values(files, &thresholds, REASON), overlay)
    };
    let pack = RulePack::load(&files).map_err(|error| ExplorationError::Pack(Box::new(error)))?;
    Ok(Tried { scenario: patched.scenario, pack, scenario_change: patched.change, overlay })
}

/// The first thing wrong with a pack.
fn first(error: &PackError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{testing::files, *};

    fn scenario() -> Scenario {
        Scenario::from_json(include_str!("../../../scenarios/herefordshire-like-2023.json")).unwrap()
    }

    fn changes(written: &[&str]) -> Vec<Change> {
        written.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn try_out(written: &[&str]) -> Result<Tried, ExplorationError> {
        let files = files("levels-of-need");
        let pack = RulePack::load(&files).unwrap();
        tried(&scenario(), &files, &pack, &changes(written), "tried", "Tried")
    }

    #[test]
    fn figures_and_thresholds_are_moved_and_written_down() {
        let tried = try_out(&[
            "front_door.screening.staff:4",
            "contacts:8000",
            "reporting.consent.refused:0.2",
            "threshold.repeat_contacts_12m:4",
            "threshold.dash_grade_for_assessment:high",
        ])
        .unwrap();
        assert!((tried.scenario.expected_contacts - 8000.0).abs() < 1e-6);
        assert_eq!(tried.scenario_change["front_door"]["screening"]["staff"]["value"], json!(4));
        let consent = &tried.scenario.as_written().reporting.consent.value;
        assert!((consent.values().sum::<f64>() - 1.0).abs() < 1e-9);
        assert_eq!(consent.get("refused"), Some(&0.2));
        let value = |name: &str| tried.pack.thresholds.get(name).unwrap().value.to_string();
        assert_eq!(
            (value("repeat_contacts_12m"), value("dash_grade_for_assessment")),
            ("4".into(), "high".into())
        );
        assert_eq!(tried.overlay.unwrap()["set"]["dash_grade_for_assessment"], json!("high"));
    }

    #[test]
    fn the_file_makes_the_scenario_again() {
        let tried = try_out(&["front_door.workforce.agency_share:0.3", "contacts:5000"]).unwrap();
        let layer = |value| mash_sim::scenario::ScenarioLayer { file: "f".to_owned(), value };
        let base =
            serde_json::from_str(include_str!("../../../scenarios/herefordshire-like-2023.json")).unwrap();
        let again = Scenario::from_layers(&[layer(base), layer(tried.scenario_change)]).unwrap();
        assert_eq!(again.as_written(), tried.scenario.as_written());
    }

    #[test]
    fn what_cannot_be_tried_names_the_place_and_the_mend() {
        let message = |written: &str| try_out(&[written]).unwrap_err().to_string();
        assert_eq!(
            message("front_door.screening.stafff:4"),
            "nothing called `front_door.screening.stafff` can be moved here; did you mean `front_door.screening.staff`?"
        );
        assert_eq!(
            message("front_door.screening.staff:400"),
            "`front_door.screening.staff` cannot be 400; give a whole number from 1 to 15"
        );
        assert!(
            message("front_door.enquiries.consent.sought:perhaps")
                .ends_with("give one of never, below_harm, always")
        );
        assert!(message("threshold.dash_grade_for_assessment:hihg").contains("give one of"));
        assert!(message("front_door.run.warm_up_days:1000000").contains("nothing called"));
        assert!(try_out(&["contacts:5000", "contacts:6000"]).unwrap_err().to_string().contains("twice"));
        assert!(
            "front_door.screening.staff".parse::<Change>().unwrap_err().to_string().contains("PLACE:VALUE")
        );
    }

    #[test]
    fn every_knob_stands_within_its_limits_and_may_be_set_to_them() {
        let files = files("levels-of-need");
        let pack = RulePack::load(&files).unwrap();
        let scenario = scenario();
        let knobs = knobs(&scenario, &pack);
        for group in KnobGroup::ALL {
            assert!(knobs.iter().any(|knob| knob.group == group), "{group:?}");
        }
        for knob in knobs.iter().filter(|knob| !knob.place.starts_with(THRESHOLD)) {
            assert!(!knob.mark.is_empty() && !knob.title.is_empty() && !knob.limits.is_empty(), "{knob:?}");
            for value in knob.ends() {
                let change = Change { place: knob.place.clone(), value };
                check(&knobs, std::slice::from_ref(&change)).unwrap();
                let figures = figures::written(&scenario, std::slice::from_ref(&change));
                // What makes a queue grow without end, the scenario's own check refuses.
                if let Err(error) = scenario.patched(&figures, REASON, "a", "A") {
                    let error = error.to_string();
                    assert!(error.contains("its queue would only grow"), "{change:?}: {error}");
                }
            }
        }
        // Grades are read from the rules that use them.
        let grade = knobs.iter().find(|knob| knob.place == "threshold.dash_grade_for_assessment").unwrap();
        assert!(
            matches!(&grade.span, Span::Words(words) if words.iter().any(|word| word == "high")),
            "{grade:?}"
        );
        // A range that the scenario states is the range.
        let minutes = knobs.iter().find(|it| it.place == "front_door.screening.minutes.otherwise").unwrap();
        assert!(matches!(minutes.span, Span::Numbers { low: 40.0, high: 90.0, .. }), "{minutes:?}");
    }

    #[test]
    fn a_moved_child_can_be_followed_under_both() {
        use std::sync::atomic::AtomicBool;

        use mash_rules::EngineKind;

        use crate::experiment::{Experiment, KeepNothing, Setup, Stopping};

        let (scenario, files) = (testing::small(), files("levels-of-need"));
        let pack = RulePack::load(&files).unwrap();
        let changes = changes(&["threshold.dash_grade_for_assessment:high"]);
        let tried = tried(&scenario, &files, &pack, &changes, "tried", "Tried").unwrap();
        let setup = |id: &str, scenario, pack| Setup {
            id: id.to_owned(),
            title: id.to_owned(),
            scenario,
            scenario_sha256: String::new(),
            pack,
            then: None,
            truth_model: None,
            engine: EngineKind::Compiled,
            value_of_information: false,
        };
        let setups = [setup("a", &scenario, &pack), setup("b", &tried.scenario, &tried.pack)];
        let stopping = Stopping { most: 2, wanted: Vec::new() };
        let experiment = Experiment::new(&setups, scenario.seed, stopping).unwrap();
        let ran = experiment.run(4, &mut KeepNothing, &|_, _| {}, &AtomicBool::new(false)).unwrap();
        let moved = ran.examples[1].first().unwrap();
        for (alternative, (setup, route)) in
            experiment.alternatives.iter().zip(setups.iter().zip([moved.from, moved.to]))
        {
            let heard =
                trace::heard(&alternative.model, scenario.seed, moved.replication, moved.key).unwrap();
            assert_eq!(heard.record(moved.key).unwrap().route, route);
            assert!(!heard.notes.is_empty());
            let stages = heard.stages(&alternative.model, setup.pack, moved.key);
            assert!(stages.iter().any(|stage| !stage.fired.is_empty()), "{stages:?}");
        }
    }
}
