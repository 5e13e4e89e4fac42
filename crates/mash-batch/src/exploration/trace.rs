//! One child of one replication, as one alternative dealt with it: what was known, which rules fired, what was decided.

use mash_model::{Contact, FactSheet, Stage, calendar::WorkingCalendar};
use mash_rules::{
    RulePack,
    explain::{StageTrace, explain},
};
use mash_sim::front_door::{CaseKey, CaseRecord, Log, Note, Records};

use crate::{front_door_model::FrontDoorModel, model::ModelError};

/// What was heard of one child.
#[derive(Debug)]
pub struct Heard {
    /// Everything the replication left.
    pub records: Records,
    /// What happened to the child, in order.
    pub notes: Vec<Note>,
    /// What was known at the door.
    pub at_door: Option<FactSheet>,
    /// What was known when the hub decided; none where it did not look.
    pub in_hub: Option<FactSheet>,
}

/// Listens for one child.
struct Listener {
    key: CaseKey,
    notes: Vec<Note>,
    at_door: Option<FactSheet>,
    in_hub: Option<FactSheet>,
}

impl Log for Listener {
    fn note(&mut self, note: Note) {
        if note.key == self.key {
            self.notes.push(note);
        }
    }

    fn known(&mut self, key: CaseKey, stage: Stage, facts: &FactSheet) {
        if key == self.key {
            match stage {
                Stage::Screening => self.at_door = Some(facts.clone()),
                Stage::Enquiries | Stage::Decision => self.in_hub = Some(facts.clone()),
            }
        }
    }
}

/// Runs the replication again and listens for the child; listening changes nothing.
///
/// # Errors
/// The replication cannot be run.
pub fn heard(
    model: &FrontDoorModel<'_>,
    seed: u64,
    replication: u32,
    key: CaseKey,
) -> Result<Heard, ModelError> {
    let mut listener = Listener { key, notes: Vec::new(), at_door: None, in_hub: None };
    let records = model
        .records(seed, replication, &mut listener)
        .map_err(|error| ModelError { replication, reason: error.to_string() })?;
    let Listener { notes, at_door, in_hub, .. } = listener;
    Ok(Heard { records, notes, at_door, in_hub })
}

impl Heard {
    /// The child's record; none where no such contact came in this replication.
    #[must_use]
    pub fn record(&self, key: CaseKey) -> Option<&CaseRecord> {
        self.records.cases.iter().find(|case| case.key == key)
    }

    /// What the pack made of it: the stages at the door on what was known there, the decision on what was known in the
    /// hub.
    #[must_use]
    pub fn stages(&self, model: &FrontDoorModel<'_>, pack: &RulePack, key: CaseKey) -> Vec<StageTrace> {
        let Some(record) = self.record(key) else { return Vec::new() };
        let contact = |facts: &FactSheet| Contact {
            id: key.id().as_str().into(),
            received: model.door().civil(record.received),
            source: record.source,
            household: None,
            contact: None,
            child: None,
            facts: facts.clone(),
            characteristics: mash_model::Characteristics::default(),
        };
        let trace = |facts: &FactSheet| explain(pack, &WorkingCalendar::default(), &contact(facts)).stages;
        let at_door = self.at_door.as_ref().map(trace).unwrap_or_default();
        let in_hub = self.in_hub.as_ref().map(trace).unwrap_or_default();
        let at_door = at_door.into_iter().filter(|stage| stage.stage != Stage::Decision);
        at_door.chain(in_hub.into_iter().filter(|stage| stage.stage == Stage::Decision)).collect()
    }
}
