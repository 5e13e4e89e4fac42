//! What-ifs while somebody moves a figure: a picture at once, finer while it is looked at.
//!
//! In: what is asked in an address ([`Asked`]). Out: an experiment's results as far as it is ([`Picture`]), the files
//! that make it again, and moved children followed under both alternatives. One question is worked on at a time, the
//! one asked last first; others go on where they stopped while somebody still looks at them. Replications of a baseline
//! are kept and used again, so that only what is tried has to be run.

mod asked;
pub(crate) mod case;
pub(crate) mod files;
mod job;
mod shelf;
pub(crate) mod shown;

use std::{
    path::Path,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

use mash_batch::{experiment::Baselines, exploration::ExplorationError};

pub(crate) use asked::{Asked, Read};
pub(crate) use job::{Job, Picture, Stage};
pub(crate) use shelf::Shelf;

/// Replications after which a picture may be called finished.
pub(crate) const FIRST: u32 = 50;
/// Most replications.
pub(crate) const MOST: u32 = 200;
/// Wanted half-width of the differences in the measures of [`job::WANTED`], per cent of the baseline's mean.
pub(crate) const PRECISION_PCT: f64 = 2.0;
/// Replications of every truth model, with and without an effect of unmet need, once the picture is finished.
const HARM: u32 = 8;
/// Questions whose answers are kept.
const KEPT_JOBS: usize = 8;
/// Baselines whose replications are kept.
const KEPT_BASELINES: usize = 3;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExploreError {
    /// A part of the address makes no sense.
    #[error("`{parameter}`: {problem}")]
    Parameter {
        /// The parameter.
        parameter: String,
        /// What is wrong with it.
        problem: String,
        /// What to do.
        mend: String,
    },
    /// A file of the library cannot be used.
    #[error("{0}")]
    Files(String),
    /// The experiment cannot be run.
    #[error("{0}")]
    Experiment(String),
    /// Nothing has been found yet.
    #[error("the first replications are not done yet")]
    NotYet,
}

impl ExploreError {
    fn parameter(parameter: &str, problem: impl Into<String>, mend: impl Into<String>) -> Self {
        Self::Parameter { parameter: parameter.to_owned(), problem: problem.into(), mend: mend.into() }
    }

    /// What to do next.
    pub(crate) fn mend(&self) -> String {
        match self {
            Self::Parameter { mend, .. } => mend.clone(),
            Self::Files(_) => "`mash check` and `mash simulate` name what is wrong with a file.".to_owned(),
            Self::Experiment(_) => "Go back and change what is tried.".to_owned(),
            Self::NotYet => "Load the page again in a moment.".to_owned(),
        }
    }
}

impl From<ExplorationError> for ExploreError {
    fn from(error: ExplorationError) -> Self {
        let mend = "Go back and change it; every field says how far it can be moved.";
        Self::parameter("set", error.to_string(), mend)
    }
}

/// Whoever works on questions, and what is known.
#[derive(Debug)]
pub(crate) struct Explorer {
    pub(crate) shelf: Shelf,
    pub(crate) baselines: Baselines,
    queue: Mutex<Queue>,
    wake: Condvar,
    /// One case is followed at a time: it costs a replication of each alternative.
    following: Mutex<()>,
}

/// Questions, the one asked last at the end.
#[derive(Debug, Default)]
struct Queue {
    jobs: Vec<Arc<Job>>,
    stop: bool,
}

impl Explorer {
    /// Over the scenarios and packs below a folder that holds `scenarios` and `rules`, with a thread that works.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub(crate) fn start(files: &Path) -> std::io::Result<Arc<Self>> {
        let explorer = Arc::new(Self {
            shelf: Shelf::new(files),
            baselines: Baselines::new(KEPT_BASELINES, MOST),
            queue: Mutex::default(),
            wake: Condvar::new(),
            following: Mutex::default(),
        });
        let working = Arc::downgrade(&explorer);
        std::thread::Builder::new().name("explorer".to_owned()).spawn(move || job::work(&working))?;
        Ok(explorer)
    }

    /// Asks: the job goes to the front and is worked on from now.
    pub(crate) fn ask(&self, asked: &Asked) -> Arc<Job> {
        let key = asked.address();
        let mut queue = locked(&self.queue);
        let found = queue.jobs.iter().position(|job| job.key == key).map(|at| queue.jobs.remove(at));
        let job = found.unwrap_or_else(|| Arc::new(Job::new(key, asked.clone())));
        // Whatever is under way makes room at the next step.
        queue.jobs.iter().for_each(|other| other.make_room());
        queue.jobs.push(Arc::clone(&job));
        let over = queue.jobs.len().saturating_sub(KEPT_JOBS);
        queue.jobs.drain(..over);
        self.wake.notify_all();
        job
    }

    /// The job of a question that was asked before, where it is: looking at it puts it before no other.
    pub(crate) fn look(&self, asked: &Asked) -> Arc<Job> {
        let key = asked.address();
        let found = locked(&self.queue).jobs.iter().find(|job| job.key == key).map(Arc::clone);
        found.unwrap_or_else(|| self.ask(asked))
    }

    /// Follows one case at a time.
    pub(crate) fn alone(&self) -> MutexGuard<'_, ()> {
        locked(&self.following)
    }

    /// Ends the work at its next step.
    pub(crate) fn stop(&self) {
        let mut queue = locked(&self.queue);
        queue.stop = true;
        queue.jobs.iter().for_each(|job| job.close());
        self.wake.notify_all();
    }

    /// The next job to work on; none when there is none to wait for.
    fn next(&self, patience: std::time::Duration) -> Next {
        let queue = locked(&self.queue);
        match queue.choose() {
            _ if queue.stop => Next::Stop,
            Some(job) => Next::Job(job),
            None => {
                drop(self.wake.wait_timeout(queue, patience));
                Next::Wait
            }
        }
    }

    /// Is this still the job to work on?
    fn is_next(&self, job: &Arc<Job>) -> bool {
        let queue = locked(&self.queue);
        !queue.stop && queue.choose().is_some_and(|next| Arc::ptr_eq(&next, job))
    }
}

/// What the working thread does next.
enum Next {
    Job(Arc<Job>),
    Wait,
    Stop,
}

impl Queue {
    /// The unfinished job asked last; before it, none but those that somebody listens to.
    fn choose(&self) -> Option<Arc<Job>> {
        let newest = self.jobs.len().saturating_sub(1);
        let wanted = self.jobs.iter().enumerate().rev();
        let mut wanted = wanted.filter(|(at, job)| *at == newest || job.is_heard());
        wanted.find(|(_, job)| !job.is_finished()).map(|(_, job)| Arc::clone(job))
    }
}

/// Whoever panicked with the lock left what it guards whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
