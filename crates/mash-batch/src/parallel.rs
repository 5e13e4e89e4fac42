//! Work spread over threads, results in the order of the work.

use rayon::prelude::*;

/// Results of `work` on each item, in the items' order, whatever the number of threads.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    items.par_iter().map(work).collect()
}

/// Threads that work is spread over here.
#[must_use]
pub fn threads() -> usize {
    rayon::current_num_threads()
}

/// Runs `work` on this many threads; 0 is one a core.
///
/// # Errors
/// The threads cannot be started.
pub fn with_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> Result<R, String> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| format!("threads cannot be started: {error}"))?;
    Ok(pool.install(work))
}
