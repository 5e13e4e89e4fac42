//! What happens in one replication: the timeline of a case on the terminal, the event log as a file.

use mash_io::event_log::{self, EventLogError, EventTargets};
use mash_sim::front_door::{FrontDoor, Records, Triage};

use crate::{exit_code::Failure, terminal};

/// Runs one replication, writes its event log where that is wanted, and shows the timeline of a case.
///
/// # Errors
/// A case that is not there (misuse, exit code 2), a file that cannot be written, or a run that fails.
pub(crate) fn write(
    door: &FrontDoor<'_>,
    triage: &dyn Triage,
    seed: u64,
    replication: u32,
    targets: &EventTargets,
) -> Result<Records, Failure> {
    let found = event_log::write(door, triage, seed, replication, targets).map_err(|error| match error {
        EventLogError::UnknownCase(error) => Failure::Misuse(error.to_string()),
        EventLogError::File(error) => error.into(),
        EventLogError::Run(error) => Failure::Run(error.to_string()),
    })?;
    if let Some(timeline) = &found.timeline {
        terminal::out(timeline);
    }
    Ok(found.records)
}
