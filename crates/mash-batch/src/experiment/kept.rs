//! Replications of baselines that were run once and are used again.
//!
//! In: a baseline, a seed and a replication. Out: its figures and the routes of its children, a few hundred kilobytes;
//! whole records are ten times as large and are not kept. An experiment with them gives the same bytes as without.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{replicated::Measured, setup::Setup};

/// Baselines whose replications are kept, those used last; memory is bounded by both numbers.
#[derive(Debug)]
pub struct Baselines {
    most: usize,
    replications: u32,
    kept: Mutex<Vec<Arc<Kept>>>,
}

/// Replications of one baseline under one seed.
#[derive(Debug)]
pub struct Kept {
    /// All that its replications depend on.
    of: String,
    most: u32,
    replications: Mutex<BTreeMap<u32, Arc<Measured>>>,
}

impl Baselines {
    /// Room for so many baselines, the first so many replications of each.
    #[must_use]
    pub fn new(most: usize, replications: u32) -> Self {
        Self { most, replications, kept: Mutex::new(Vec::new()) }
    }

    /// The replications of this baseline; the one used longest ago makes room for a new one.
    #[must_use]
    pub fn of(&self, setup: &Setup<'_>, seed: u64) -> Arc<Kept> {
        let of = identity(setup, seed);
        let mut all = locked(&self.kept);
        let found = all.iter().position(|kept| kept.of == of).map(|at| all.remove(at));
        let kept = found.unwrap_or_else(|| {
            Arc::new(Kept { of, most: self.replications, replications: Mutex::default() })
        });
        all.push(Arc::clone(&kept));
        let over = all.len().saturating_sub(self.most.max(1));
        all.drain(..over);
        kept
    }

    /// What all of them take in memory, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        locked(&self.kept).iter().map(|kept| kept.bytes()).sum()
    }
}

impl Kept {
    pub(super) fn get(&self, replication: u32) -> Option<Arc<Measured>> {
        locked(&self.replications).get(&replication).cloned()
    }

    pub(super) fn put(&self, replication: u32, measured: &Arc<Measured>) {
        if replication < self.most {
            locked(&self.replications).insert(replication, Arc::clone(measured));
        }
    }

    /// Replications kept.
    #[must_use]
    pub fn count(&self) -> usize {
        locked(&self.replications).len()
    }

    /// What they take in memory, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        locked(&self.replications).values().map(|measured| measured.bytes()).sum()
    }
}

/// Whoever panicked with the lock left the replications whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The scenario as it is run, its packs and its seed.
fn identity(setup: &Setup<'_>, seed: u64) -> String {
    let scenario = setup.scenario;
    let written = serde_json::to_string(scenario.as_written()).unwrap_or_default();
    let then = setup.then.map(|(pack, day, governs)| (&pack.hash, day, governs));
    format!(
        "{seed} {} {} {then:?} {:?} {:?} {} {written}",
        setup.pack.hash,
        scenario.expected_contacts.to_bits(),
        setup.truth_model,
        setup.engine,
        setup.value_of_information,
    )
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use mash_rules::{EngineKind, RulePack};
    use mash_sim::Scenario;

    use super::*;
    use crate::{
        experiment::{Experiment, Handed, KeepNothing, Ran, Stopping},
        exploration::testing,
    };

    fn setup<'m>(id: &str, scenario: &'m Scenario, pack: &'m RulePack) -> Setup<'m> {
        Setup {
            id: id.to_owned(),
            title: id.to_owned(),
            scenario,
            scenario_sha256: String::new(),
            pack,
            then: None,
            truth_model: None,
            engine: EngineKind::Compiled,
            value_of_information: false,
        }
    }

    /// All that an experiment found, by bytes.
    fn told(ran: &Ran) -> String {
        format!("{ran:?}")
    }

    #[test]
    fn kept_replications_and_steps_change_no_byte() {
        let scenario = testing::small();
        let other = scenario.varied("front_door.screening.staff", 1.0, "Tried").unwrap();
        let pack = RulePack::load(&testing::files("levels-of-need")).unwrap();
        let setups = [setup("a", &scenario, &pack), setup("b", &other, &pack)];
        let stopping = || Stopping { most: 5, wanted: Vec::new() };
        let stop = AtomicBool::new(false);
        let run = |experiment: &Experiment<'_>| {
            told(&experiment.run(3, &mut KeepNothing, &|_, _| {}, &stop).unwrap())
        };
        let without = run(&Experiment::new(&setups, 7, stopping()).unwrap());
        let baselines = Baselines::new(2, 4);
        let keeping = || Experiment::keeping(&setups, 7, stopping(), &baselines).unwrap();
        // First kept, then used, one replication at a time.
        assert_eq!(run(&keeping()), without);
        let kept = baselines.of(&setups[0], 7);
        assert_eq!(kept.count(), 4, "no more than there is room for");
        let experiment = keeping();
        let mut ran = experiment.begin().unwrap();
        let mut handed = Handed { examples: 3, sink: &mut KeepNothing };
        for to in 1..=7 {
            experiment.extend(&mut ran, to, &mut handed).unwrap();
        }
        assert_eq!(told(&ran), without);
        // Another seed, scenario or size is another baseline; the one used longest ago goes.
        assert_eq!(baselines.of(&setups[0], 8).count(), 0);
        assert_eq!(baselines.of(&setups[0], 7).count(), 4);
        assert_eq!(baselines.of(&setups[1], 7).count(), 0);
        assert!(baselines.bytes() > 1000);
        assert_eq!(baselines.of(&setups[0], 7).count(), 4);
        assert_eq!(baselines.of(&setups[0], 8).count(), 0);
    }
}
