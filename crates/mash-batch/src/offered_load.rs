//! Desks that cannot keep up, found before anything is run: by what comes to them, how long it takes and who is there.
//!
//! In: a scenario under a pack. Out: each desk of the hub or of a partner whose [offered load](mash_sim::front_door::DeskLoad)
//! is more than its people can do, or may be, with place, utilisation and mend.

use mash_sim::front_door::{DeskLoad, FrontDoorError};

use crate::front_door_model::FrontDoorModel;

/// Share of the offered load that comes at least where contacts about open cases go past the hub's desks, as for
/// screening in the check of a scenario.
const REACH_THE_DESKS: f64 = 0.6;
/// The same where they do not: what chance moves the share of contacts that the pack sends on.
const BY_CHANCE: f64 = 0.9;

/// A desk that cannot keep up, or may not.
#[derive(Debug, Clone, PartialEq)]
pub struct Overloaded {
    /// What is offered at most.
    pub load: DeskLoad,
    /// The least utilisation there can be; from 1 on the desk's queue would only grow.
    pub least: f64,
}

impl Overloaded {
    /// Is even the least too much?
    #[must_use]
    pub fn is_impossible(&self) -> bool {
        self.least >= 1.0
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn message(&self) -> String {
        let DeskLoad { work_hours, on_duty_hours, .. } = &self.load;
        let what = if self.is_impossible() {
            "its queue would only grow"
        } else {
            "it may not keep up; how many contacts are about open cases and go past it, the run says"
        };
        format!(
            "up to {work_hours:.0} hours of work a year for {on_duty_hours:.0} hours on duty, a utilisation of {:.2} to \
             {:.2}: {what}",
            self.least,
            self.load.utilisation()
        )
    }

    /// How to mend it.
    #[must_use]
    pub fn mend(&self) -> String {
        let absent = if self.load.at.contains(".desks.") { "" } else { " or `absent`" };
        format!("raise `staff` to {} or more, or lower `minutes`{absent}", self.load.staff_needed())
    }
}

/// Desks that cannot keep up or may not, in the order of the pathway.
///
/// # Errors
/// [`FrontDoorError::Draws`].
pub fn overloaded(model: &FrontDoorModel<'_>, seed: u64) -> Result<Vec<Overloaded>, FrontDoorError> {
    let door = model.scenario().as_written().front_door.as_ref();
    let bypass = door.is_some_and(|door| door.intake.open_cases_bypass);
    let least = if bypass { REACH_THE_DESKS } else { BY_CHANCE };
    let loads = model.door().desk_loads(model.triage(), seed)?;
    let found = loads.into_iter().filter(|load| load.utilisation() >= 1.0);
    Ok(found.map(|load| Overloaded { least: load.utilisation() * least, load }).collect())
}
