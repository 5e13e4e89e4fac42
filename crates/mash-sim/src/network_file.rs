//! A network of stations in a file: what was written, checked once, and ready to run.
//!
//! In: the text of a file, and of the trace beside it where it names one. Out: a [`NetworkScenario`], complete and never
//! checked again, or every mistake at once with its place and how to mend it.

use crate::{
    queueing::{Measure, Network, Window},
    scenario::{Assumption, ScenarioProblem},
};

mod check;
mod file;
mod load;
mod measured;
mod trace;

pub use file::{
    ArrivalsPart, ClassFile, ClassesPart, DayName, HoursFile, KnownFile, LawFile, LawName, LeavingFile,
    MeasureFile, NetworkFile, NetworkPart, PoissonFile, RunPart, StationFile, StatisticName, TraceFile,
    WeeklyFile,
};

/// A checked network, with how it is run and what is measured.
#[derive(Debug, Clone)]
pub struct NetworkScenario {
    /// Equals the file's name without `.json`.
    pub id: String,
    /// What people read.
    pub title: String,
    /// What is simulated.
    pub network: Network,
    /// Names of the stations, by number.
    pub stations: Vec<String>,
    /// Names of the classes, by number, the most urgent first.
    pub classes: Vec<String>,
    /// The stretch of the run that counts.
    pub window: Window,
    /// Seed used unless another is asked for.
    pub seed: u64,
    /// Replications run unless another number is asked for.
    pub replications: u32,
    /// What is measured.
    pub measures: Vec<NamedMeasure>,
    /// What a reader of the results should know beforehand.
    pub warnings: Vec<ScenarioProblem>,
    assumptions: Vec<Assumption>,
    file: NetworkFile,
}

/// A measure with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedMeasure {
    /// Name in tables, for example `screening.red.wait_quantile.0.95`.
    pub id: String,
    /// What people read, without the unit.
    pub title: String,
    /// Its unit: `h`, `contacts` or `share`.
    pub unit: &'static str,
    /// What is measured.
    pub measure: Measure,
    /// What must come out, where that is known.
    pub known: Option<KnownFile>,
}

/// A network file with mistakes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct NetworkError {
    problems: Vec<ScenarioProblem>,
}

impl NetworkError {
    /// Every mistake, those of shape in file order.
    #[must_use]
    pub fn problems(&self) -> &[ScenarioProblem] {
        &self.problems
    }
}

impl NetworkScenario {
    /// Reads and checks a network; `beside` gives the text of a file beside it, by its name, or why there is none.
    ///
    /// # Errors
    /// [`NetworkError`] with every mistake found, each with its place and, where that is clear, the mend.
    pub fn from_json(
        text: &str,
        beside: impl Fn(&str) -> Result<String, String>,
    ) -> Result<Self, NetworkError> {
        check::from_json(text, &beside)
    }

    /// Every marked figure, in file order.
    #[must_use]
    pub fn assumptions(&self) -> &[Assumption] {
        &self.assumptions
    }

    /// The network as it was written.
    #[must_use]
    pub fn as_written(&self) -> &NetworkFile {
        &self.file
    }

    /// Are all times recorded, so that every replication is the same?
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        matches!(self.network.arrivals, crate::queueing::Arrivals::Trace(_))
    }
}

/// Does this JSON text hold a network, rather than an authority's year? True of an object with a field `network`.
#[must_use]
pub fn is_network(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok_and(|value| value.get("network").is_some())
}

/// The JSON Schema of a network file.
#[must_use]
pub fn network_schema() -> serde_json::Value {
    schemars::schema_for!(NetworkFile).to_value()
}
