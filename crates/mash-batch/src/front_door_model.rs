//! A simulated front door as a model that batches replicate.

use mash_rules::{EngineKind, RulePack};
use mash_sim::{
    Scenario, TruthModelId,
    front_door::{self, FrontDoor, FrontDoorError, Log, LoggedContact, Records, Silent, Triage},
    queueing::Time,
};
use mash_stats::{
    Estimate,
    measures::{FrontDoorMeasures, Measure, Population},
};

use crate::{
    model::{Model, ModelError},
    pack_change::{Governs, OtherRatingsError, Packs},
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
    /// The second pack cannot follow the first.
    #[error(transparent)]
    OtherRatings(#[from] OtherRatingsError),
    /// A pack would take effect on a day outside the run.
    #[error("the pack takes effect on {day}, outside the run, which goes from {from} to {to}")]
    OutsideRun {
        /// The day asked for.
        day: jiff::civil::Date,
        /// First day of the run.
        from: jiff::civil::Date,
        /// Last day of the run.
        to: jiff::civil::Date,
    },
    /// The scenario has no truth model.
    #[error("scenario `{0}` has no truth model")]
    NoTruthModel(String),
}

/// A scenario under a pack.
#[derive(Debug)]
pub struct FrontDoorModel<'m> {
    scenario: &'m Scenario,
    id: String,
    door: FrontDoor<'m>,
    triage: Packs<'m>,
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
        let made = Self {
            scenario,
            id: format!("{} under {} ({model})", scenario.id, pack.manifest.id),
            measures: FrontDoorMeasures::new(triage.ratings()),
            population: Population { children: scenario.children },
            door,
            triage: Packs::one(triage),
        };
        Ok(if made.limits_conferences() { made.with_conference_waits() } else { made })
    }

    /// Does the scenario limit how many initial conferences are held in a week?
    #[must_use]
    pub fn limits_conferences(&self) -> bool {
        let door = self.scenario.as_written().front_door.as_ref();
        door.and_then(|door| door.section_47.as_ref()).is_some_and(|file| file.conferences_a_week.is_some())
    }

    /// Also measures how long initial conferences wait for a chair, as models that limit them do by themselves.
    #[must_use]
    pub fn with_conference_waits(self) -> Self {
        if self.measures.list().iter().any(|measure| measure.id == "conference_wait_days") {
            return self;
        }
        Self { measures: self.measures.with_conference_waits(), ..self }
    }

    /// Also measures what each agency's replies change.
    #[must_use]
    pub fn with_value_of_information(self) -> Self {
        Self { door: self.door.with_value_of_information(), ..self }
    }

    /// Leaves out measures against what children truly needed, whose absolute values are never printed under a real
    /// council's name.
    #[must_use]
    pub fn without_need(self) -> Self {
        Self { measures: self.measures.without_need(), ..self }
    }

    /// Another pack takes effect on a day inside the run.
    ///
    /// # Errors
    /// [`FrontDoorModelError::OutsideRun`], or packs that cannot follow one another.
    pub fn with_pack_from(
        self,
        pack: &'m RulePack,
        engine: EngineKind,
        day: jiff::civil::Date,
        governs: Governs,
    ) -> Result<Self, FrontDoorModelError> {
        let [start, end] = self.door.span();
        let from = self.door.moment(day.at(0, 0, 0, 0)).filter(|from| *from < end);
        let Some(from) = from else {
            let [from, to] = [start, end].map(|at| self.door.civil(at).date());
            return Err(FrontDoorModelError::OutsideRun { day, from, to });
        };
        let then = PackTriage::new(pack, pack.engine(engine))?;
        Ok(Self {
            id: format!("{}, {} from {day}", self.id, pack.manifest.id),
            triage: self.triage.then(then, from, governs)?,
            ..self
        })
    }

    /// Replays a hub's own log of contacts in place of those that the scenario draws.
    #[must_use]
    pub fn with_contacts(self, contacts: Vec<LoggedContact>) -> Self {
        Self { door: self.door.with_contacts(contacts), ..self }
    }

    /// The scenario made ready.
    #[must_use]
    pub fn door(&self) -> &FrontDoor<'m> {
        &self.door
    }

    /// The scenario as it was checked.
    #[must_use]
    pub fn scenario(&self) -> &'m Scenario {
        self.scenario
    }

    /// The figures of what a replication left, in the order of the measures.
    #[must_use]
    pub fn figures(&self, records: &Records) -> Vec<Option<f64>> {
        self.measures.of(records, &self.door, self.population)
    }

    /// Some of the figures, by position in the measures, over each of several stretches of a replication.
    #[must_use]
    pub fn figures_over(
        &self,
        which: &[usize],
        stretches: &[[Time; 2]],
        records: &Records,
    ) -> Vec<Vec<Option<f64>>> {
        self.measures.over(which, stretches, (records, &self.door, self.population))
    }

    /// The pack made ready.
    #[must_use]
    pub fn triage(&self) -> &Packs<'m> {
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
        Ok(self.figures(&records))
    }

    fn warnings(&self, summary: &[Option<Estimate>]) -> Vec<String> {
        let find = |id: &str| {
            let at = self.measures.list().iter().position(|measure| measure.id == id)?;
            summary.get(at)?.as_ref()
        };
        let mut warnings = Vec::new();
        for (desk, title) in
            [("screening", "screening"), ("hub", "hub decisions"), ("oversight", "managers' reading")]
        {
            let growth = find(&format!("{desk}_waiting_growth")).zip(find(&format!("{desk}_waiting")));
            if let Some((growth, waiting)) = growth
                && growth.low > 0.0
                && growth.mean > 5.0
                && growth.mean > 0.5 * waiting.mean
            {
                warnings.push(format!(
                    "{title} does not settle: {:.0} more contacts wait at the end of the year than at its start, so \
                     means over the year are not those of a steady state; raise `front_door` staff or lower minutes \
                     (`mash warm-up` shows it week by week)",
                    growth.mean
                ));
            }
        }
        if let Some(growth) = find("conferences_waiting_growth")
            && growth.low > 0.0
            && growth.mean > 5.0
        {
            warnings.push(format!(
                "initial conferences do not settle: {:.0} more wait for a chair at the end of the year than at its start, so \
                 means over the year are not those of a steady state; raise `front_door.section_47.conferences_a_week`",
                growth.mean
            ));
        }
        warnings
    }
}
