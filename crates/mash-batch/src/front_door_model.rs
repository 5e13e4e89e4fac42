//! A simulated front door as a model that batches replicate.

use mash_rules::{EngineKind, RulePack};
use mash_sim::{
    Scenario, TruthModelId,
    front_door::{self, FrontDoor, FrontDoorError, Log, Records, Silent, Triage},
};
use mash_stats::measures::{FrontDoorMeasures, Measure, Population};

use crate::{
    model::{Model, ModelError},
    pack_triage::{PackTriage, UnknownRouteError},
};

/// Why a scenario and a pack make no front door.
#[derive(Debug, thiserror::Error)]
pub enum FrontDoorModelError {
    /// The pack's routes are not the simulation's.
    #[error(transparent)]
    Route(#[from] UnknownRouteError),
    /// The scenario cannot be run.
    #[error(transparent)]
    FrontDoor(#[from] FrontDoorError),
    /// The scenario has no truth model.
    #[error("scenario `{0}` has no truth model")]
    NoTruthModel(String),
}

/// A scenario under a pack.
#[derive(Debug)]
pub struct FrontDoorModel<'m> {
    id: String,
    door: FrontDoor<'m>,
    triage: PackTriage<'m>,
    measures: FrontDoorMeasures,
    population: Population,
}

impl<'m> FrontDoorModel<'m> {
    /// A scenario under a pack; the first truth model unless another is named.
    ///
    /// # Errors
    /// [`FrontDoorModelError`].
    pub fn new(
        scenario: &'m Scenario,
        pack: &'m RulePack,
        engine: EngineKind,
        truth_model: Option<&TruthModelId>,
    ) -> Result<Self, FrontDoorModelError> {
        let first = scenario.truth_models.first().map(|model| &model.id);
        let Some(model) = truth_model.or(first) else {
            return Err(FrontDoorModelError::NoTruthModel(scenario.id.clone()));
        };
        let triage = PackTriage::new(pack, pack.engine(engine))?;
        let door = FrontDoor::new(scenario, &pack.dictionary, triage.ratings(), model)?;
        Ok(Self {
            id: format!("{} under {} ({model})", scenario.id, pack.manifest.id),
            measures: FrontDoorMeasures::new(triage.ratings()),
            population: Population { children: scenario.children },
            door,
            triage,
        })
    }

    /// Also measures what each agency's replies change.
    #[must_use]
    pub fn with_value_of_information(self) -> Self {
        Self { door: self.door.with_value_of_information(), ..self }
    }

    /// The scenario made ready.
    #[must_use]
    pub fn door(&self) -> &FrontDoor<'m> {
        &self.door
    }

    /// The pack made ready.
    #[must_use]
    pub fn triage(&self) -> &PackTriage<'m> {
        &self.triage
    }

    /// The records of one replication; `log` hears of every event.
    ///
    /// # Errors
    /// [`FrontDoorError`].
    pub fn records(&self, seed: u64, replication: u32, log: &mut dyn Log) -> Result<Records, FrontDoorError> {
        front_door::run(&self.door, &self.triage, seed, replication, log)
    }
}

impl Model for FrontDoorModel<'_> {
    fn id(&self) -> &str {
        &self.id
    }

    fn measures(&self) -> &[Measure] {
        self.measures.list()
    }

    fn replicate(&self, seed: u64, replication: u32) -> Result<Vec<Option<f64>>, ModelError> {
        let records = self
            .records(seed, replication, &mut Silent)
            .map_err(|error| ModelError { replication, reason: error.to_string() })?;
        Ok(self.measures.of(&records, &self.door, self.population))
    }
}
