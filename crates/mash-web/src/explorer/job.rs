//! One question and how far it is answered: a few replications at once, more of them in the background, and at last
//! what the truth models make of it.

use std::{
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use mash_batch::experiment::{
    About, Experiment, ExperimentError, Handed, KeepNothing, Ran, Setup, Stopping, harm,
    results::{ExperimentResults, HarmRow, MeasureFigures},
    write_up,
};
use mash_rules::EngineKind;
use mash_stats::Estimate;
use tokio::sync::watch;

use super::{Asked, ExploreError, Explorer, FIRST, HARM, MOST, Next, PRECISION_PCT, locked, shelf::Shelf};

/// Measures whose differences are wanted narrowly.
pub(super) const WANTED: [&str; 3] = ["referrals", "decision_hours_mean", "hub_work_hours"];
/// Moved children shown.
const EXAMPLES: usize = 12;
/// How long the working thread sleeps before it looks whether anybody is left.
const PATIENCE: Duration = Duration::from_secs(30);

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Stage {
    /// Replications of each alternative.
    pub(crate) replications: u32,
    /// Is everything there?
    pub(crate) finished: bool,
    /// Did it fail?
    pub(crate) failed: bool,
}

/// What is known so far.
#[derive(Debug)]
pub(crate) struct Picture {
    /// The results.
    pub(crate) results: ExperimentResults,
    /// Have the replications reached what is wanted?
    pub(crate) settled: bool,
    /// Is there nothing left to be done?
    pub(crate) finished: bool,
}

/// A question that is worked on.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) key: String,
    pub(crate) asked: Asked,
    stage: watch::Sender<Stage>,
    known: Mutex<Known>,
    make_room: AtomicBool,
}

/// What a job keeps between its steps.
#[derive(Debug, Default)]
struct Known {
    /// What was run; taken away when it is finished.
    ran: Option<Ran>,
    picture: Option<Arc<Picture>>,
    error: Option<String>,
}

impl Job {
    pub(super) fn new(key: String, asked: Asked) -> Self {
        let stage = watch::Sender::new(Stage::default());
        Self { key, asked, stage, known: Mutex::default(), make_room: AtomicBool::new(false) }
    }

    /// How far it is, now and from now on.
    pub(crate) fn watched(&self) -> watch::Receiver<Stage> {
        self.stage.subscribe()
    }

    /// What is known so far; none before the first replications.
    ///
    /// # Errors
    /// It cannot be run.
    pub(crate) fn picture(&self) -> Result<Option<Arc<Picture>>, ExploreError> {
        let known = locked(&self.known);
        match &known.error {
            Some(error) => Err(ExploreError::Experiment(error.clone())),
            None => Ok(known.picture.clone()),
        }
    }

    pub(super) fn is_finished(&self) -> bool {
        let stage = *self.stage.borrow();
        stage.finished || stage.failed
    }

    pub(super) fn is_heard(&self) -> bool {
        self.stage.receiver_count() > 0
    }

    pub(super) fn make_room(&self) {
        self.make_room.store(true, Ordering::Relaxed);
    }

    /// Ends the streams of those who listen: the server stops.
    pub(super) fn close(&self) {
        self.make_room();
        self.stage.send_modify(|stage| stage.failed |= !stage.finished);
    }

    fn fail(&self, error: &ExploreError) {
        locked(&self.known).error = Some(error.to_string());
        self.stage.send_modify(|stage| stage.failed = true);
    }
}

/// The working thread: ends with the explorer.
pub(super) fn work(explorer: &Weak<Explorer>) {
    while let Some(explorer) = explorer.upgrade() {
        match explorer.next(PATIENCE) {
            Next::Stop => return,
            Next::Wait => {}
            Next::Job(job) => {
                if let Err(error) = go_on(&explorer, &job) {
                    job.fail(&error);
                }
            }
        }
    }
}

/// Goes on with a job until it is finished or another comes first.
fn go_on(explorer: &Explorer, job: &Arc<Job>) -> Result<(), ExploreError> {
    job.make_room.store(false, Ordering::Relaxed);
    let asked = &job.asked;
    let loaded = explorer.shelf.scenario(&asked.scenario)?;
    let baseline = explorer.shelf.pack("pack", &asked.pack)?;
    let tried = asked.is_tried().then(|| asked.tried(explorer)).transpose()?;
    let setup = |id: &str, title: String, scenario, pack| Setup {
        id: id.to_owned(),
        title,
        scenario,
        scenario_sha256: loaded.sha256.clone(),
        pack,
        then: None,
        truth_model: None,
        engine: EngineKind::Compiled,
        value_of_information: false,
    };
    let scenario = &loaded.scenario;
    let title = format!("Baseline: {}", scenario.title);
    let mut setups = vec![setup("baseline", title, scenario, &baseline.pack)];
    setups.extend(tried.as_ref().map(|it| setup("tried", asked.title(), &it.scenario, &it.pack)));
    let stopping = Stopping { most: MOST, wanted: Vec::new() };
    let experiment =
        Experiment::keeping(&setups, scenario.seed, stopping, &explorer.baselines).map_err(failed)?;
    let mut ran = match locked(&job.known).ran.take() {
        Some(ran) => ran,
        None => experiment.begin().map_err(failed)?,
    };
    let picture = |ran: &Ran, harm: Vec<HarmRow>, finished: bool| -> Result<Picture, ExploreError> {
        let about = About {
            version: env!("CARGO_PKG_VERSION"),
            command: command(asked, ran.replications),
            rates: None,
            harm,
            uncertainty: None,
            on_equal_facts: Vec::new(),
            warnings: Vec::new(),
        };
        let results = write_up(&setups, &experiment, ran, about).map_err(failed)?;
        Ok(Picture { settled: is_settled(&results), finished, results })
    };
    let show = |picture: Picture| {
        let stage =
            Stage { replications: picture.results.replications, finished: picture.finished, failed: false };
        locked(&job.known).picture = Some(Arc::new(picture));
        job.stage.send_replace(stage);
    };
    // What was settled before another came first stays so.
    let mut settled = locked(&job.known).picture.as_ref().is_some_and(|picture| picture.settled);
    let mut steps = 0_u32;
    while !settled {
        if !explorer.is_next(job) {
            locked(&job.known).ran = Some(ran);
            return Ok(());
        }
        // One replication a thread: another question waits no longer than that.
        let to = (ran.replications + (Experiment::block() / 2).max(1)).min(MOST);
        experiment
            .extend(&mut ran, to, &mut Handed { examples: EXAMPLES, sink: &mut KeepNothing })
            .map_err(failed)?;
        // The first pictures come at every step, later ones at every fourth: writing one up takes time too.
        steps += 1;
        if steps > 6 && !steps.is_multiple_of(4) && ran.replications < MOST {
            continue;
        }
        let now = picture(&ran, Vec::new(), false)?;
        settled = now.settled;
        show(now);
    }
    // The baseline alone misses nothing more than itself.
    let harm = if setups.len() > 1 {
        match harm(&setups, scenario.seed, HARM, &|_, _| {}, &job.make_room) {
            Ok(rows) => rows,
            Err(ExperimentError::Stopped { .. }) => {
                locked(&job.known).ran = Some(ran);
                return Ok(());
            }
            Err(error) => return Err(failed(error)),
        }
    } else {
        Vec::new()
    };
    show(picture(&ran, harm, true)?);
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it on")]
fn failed(error: ExperimentError) -> ExploreError {
    ExploreError::Experiment(error.to_string())
}

/// Are there replications enough? So many at least, and then until every wanted difference is known narrowly.
fn is_settled(results: &ExperimentResults) -> bool {
    if results.replications >= MOST {
        return true;
    }
    results.replications >= FIRST
        && WANTED.iter().all(|id| widest(results, id).is_none_or(|it| it <= PRECISION_PCT))
}

/// Half-width of a difference, or of the mean where nothing is tried, per cent of the baseline's mean.
pub(super) fn widest(results: &ExperimentResults, measure: &str) -> Option<f64> {
    let figures: &MeasureFigures = results.figures.iter().find(|it| it.measure == measure)?;
    let baseline: Estimate = figures.estimates.first().copied().flatten()?;
    let of = figures.differences.first().copied().flatten().map_or(baseline, |it| it.estimate);
    (baseline.mean.abs() > 0.0).then(|| 100.0 * (of.high - of.mean) / baseline.mean.abs())
}

/// The command that makes the results again.
fn command(asked: &Asked, replications: u32) -> String {
    let scenario = Shelf::scenario_path(&asked.scenario);
    let mut words = vec![format!("mash compare {scenario} --pack rules/{}", asked.pack)];
    if asked.is_tried() {
        words.push(format!("--against {}", super::files::against(asked)));
    }
    words.push(format!("--replications {replications} --harm-replications {HARM} --out results"));
    words.join(" ")
}
