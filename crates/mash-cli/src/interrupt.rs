//! Ctrl-C: a run that is stopped ends between two pieces of work and leaves nothing half-written.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::exit_code::Failure;

/// A flag that Ctrl-C, a hang-up or a polite kill sets.
///
/// # Errors
/// The handler cannot be set.
pub(crate) fn flag() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&stop);
    ctrlc::set_handler(move || set.store(true, Ordering::Relaxed))
        .map_err(|error| Failure::Run(format!("Ctrl-C cannot be watched for: {error}")))?;
    Ok(stop)
}
