//! Contacts that wait: a discrete-event simulation of stations with staff, opening hours and queues.
//!
//! In: a [`Network`] (who arrives, through which stations, how long each takes), a seed and a replication. Out: one
//! [`Visit`] for each contact at each station, in the order in which work begins, and nothing else: every measure is
//! computed from visits ([`mod@measures`]). Time is whole nanoseconds from the start of the run.

mod coming;
pub mod distribution;
mod events;
pub mod hours;
pub mod measures;
pub mod network;
pub mod run;
mod station;
pub mod time;

pub use distribution::Distribution;
pub use hours::WeekHours;
pub use measures::{Measure, Statistic, Window, measure};
pub use network::{Arrivals, Leaving, Network, Station, Step, TraceRow};
pub use run::{QueueError, Visit, run};
pub use time::Time;
