//! From a scenario and its packs to something that can be run.

use jiff::civil::Date;
use mash_rules::{EngineKind, RulePack};
use mash_sim::{Scenario, TruthModelId};

use super::{Baselines, Experiment, ExperimentError, Stopping, weeks};
use crate::{front_door_model::FrontDoorModel, model::Model, pack_change::Governs};

/// What an alternative is made of.
#[derive(Debug, Clone)]
pub struct Setup<'m> {
    /// Short name, unique in the experiment.
    pub id: String,
    /// What people read.
    pub title: String,
    /// The scenario.
    pub scenario: &'m Scenario,
    /// SHA-256 of its files.
    pub scenario_sha256: String,
    /// The pack that holds from the start.
    pub pack: &'m RulePack,
    /// Another that takes effect on a day.
    pub then: Option<(&'m RulePack, Date, Governs)>,
    /// Truth model; the scenario's first where none is named.
    pub truth_model: Option<TruthModelId>,
    /// Engine that evaluates the rules; it changes no figure.
    pub engine: EngineKind,
    /// Also find out what each agency's replies change.
    pub value_of_information: bool,
}

/// One of the things compared, ready to run. The first of an experiment is the baseline.
#[derive(Debug)]
pub struct Alternative<'m> {
    /// Short name, unique in the experiment.
    pub id: String,
    /// What people read.
    pub title: String,
    /// A scenario under its packs.
    pub model: FrontDoorModel<'m>,
}

impl<'m> Setup<'m> {
    /// The pack that holds at the end of the run.
    #[must_use]
    pub fn last_pack(&self) -> &'m RulePack {
        self.then.map_or(self.pack, |(pack, ..)| pack)
    }

    /// The same with another scenario and truth model.
    pub(super) fn with<'x>(&self, scenario: &'x Scenario, truth_model: TruthModelId) -> Setup<'x>
    where
        'm: 'x,
    {
        Setup {
            id: self.id.clone(),
            title: self.title.clone(),
            scenario,
            scenario_sha256: self.scenario_sha256.clone(),
            pack: self.pack,
            then: self.then,
            truth_model: Some(truth_model),
            engine: self.engine,
            value_of_information: false,
        }
    }

    /// Makes it ready.
    ///
    /// # Errors
    /// [`ExperimentError::FrontDoor`].
    pub fn alternative(&self) -> Result<Alternative<'m>, ExperimentError> {
        let make = || {
            let model =
                FrontDoorModel::new(self.scenario, self.pack, self.engine, self.truth_model.as_ref())?;
            let model = if self.value_of_information { model.with_value_of_information() } else { model };
            match self.then {
                Some((pack, day, governs)) => model.with_pack_from(pack, self.engine, day, governs),
                None => Ok(model),
            }
        };
        let model =
            make().map_err(|error| ExperimentError::FrontDoor { alternative: self.title.clone(), error })?;
        Ok(Alternative { id: self.id.clone(), title: self.title.clone(), model })
    }
}

impl<'m> Experiment<'m> {
    /// An experiment over these, the baseline first.
    ///
    /// # Errors
    /// [`ExperimentError::FrontDoor`] where one cannot be run.
    pub fn new(setups: &[Setup<'m>], seed: u64, stopping: Stopping) -> Result<Self, ExperimentError> {
        let mut alternatives =
            setups.iter().map(Setup::alternative).collect::<Result<Vec<Alternative<'m>>, _>>()?;
        // One that limits conferences is held against others by the same measures.
        if alternatives.iter().any(|it| it.model.limits_conferences()) {
            let with_waits =
                |it: Alternative<'m>| Alternative { model: it.model.with_conference_waits(), ..it };
            alternatives = alternatives.into_iter().map(with_waits).collect();
        }
        let followed = alternatives
            .first()
            .map_or_else(Vec::new, |it| weeks::followed(it.model.scenario(), it.model.measures()));
        Ok(Self { alternatives, seed, stopping, followed, kept: None })
    }

    /// The same, with the replications of the baseline taken from those kept where they are there, and kept where they
    /// are not. It changes no byte.
    ///
    /// # Errors
    /// As [`Experiment::new`].
    pub fn keeping(
        setups: &[Setup<'m>],
        seed: u64,
        stopping: Stopping,
        baselines: &Baselines,
    ) -> Result<Self, ExperimentError> {
        let kept = setups.first().map(|baseline| baselines.of(baseline, seed));
        Ok(Self { kept, ..Self::new(setups, seed, stopping)? })
    }
}
