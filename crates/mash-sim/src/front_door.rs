//! One authority's front door over a year and what lies about it, as a discrete-event simulation.
//!
//! In: a scenario with a section `front_door`, a pack behind [`Triage`], a seed and a replication. Out: [`Records`], one
//! for each child in each contact, each desk and day, the teams each week; and, where somebody listens, every event as
//! it happens ([`Log`]).
//!
//! A household is heard of (`family`), a contact comes in (`intake`), waits at desks (`desks`, `desk`), partners are
//! asked (`enquiries`), people decide (`decision`, `people`), and what was decided begins: a discussion (`strategy`),
//! `early_help`, a case with its assessment (`open_case`), `protection`, by social workers who come and go
//! (`workforce`). What was needed and not given brings the household back sooner.

mod calendar;
mod decision;
mod desk;
mod desks;
mod diary;
mod early_help;
mod enquiries;
mod event;
mod family;
mod hand;
mod intake;
mod law;
mod load;
pub mod log;
mod open_case;
mod people;
mod plan;
mod protection;
pub mod record;
mod run;
mod strategy;
mod triage;
mod work_of_a_week;
mod workforce;

pub(crate) use people::WEEKDAYS;
pub(crate) use plan::minute_of_day;

pub use load::DeskLoad;
pub use log::{Activity, Log, Note, Person, Silent, ValueKind};
pub use plan::{FrontDoor, FrontDoorError, LoggedContact, PartnerWork};
pub use record::{CaseKey, CaseRecord, Records, ShiftRecord, TeamRecord};
pub use run::run;
pub use triage::{Moment, RatingLimit, Recommendation, Triage};
