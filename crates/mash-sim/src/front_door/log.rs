//! What happens, as it happens: for the event log and the timeline of a case. Off unless somebody listens.

use mash_model::{Agency, FactSheet, Sex, Stage};

use super::record::CaseKey;
use crate::queueing::Time;

/// Hears what happens, in the order in which it does.
pub trait Log {
    /// One thing.
    fn note(&mut self, note: Note);
    /// What is known of a child when it is screened, or when it is decided on with what has been learnt since.
    fn known(&mut self, _: CaseKey, _stage: Stage, _: &FactSheet) {}
    /// What reports break figures down by: one call for each child in a contact, in the order of the records, whether
    /// anybody listens or not.
    fn person(&mut self, _: Person<'_>) {}
    /// Does anybody listen?
    fn listens(&self) -> bool {
        true
    }
}

/// What is reported of a child besides its record. No rule and no draw of a run reads it here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person<'h> {
    /// Sex.
    pub sex: Sex,
    /// CIN census ethnicity code.
    pub ethnicity: &'h str,
    /// Whether the child is truly disabled, recorded or not; none where the pack has no such fact.
    pub disability: Option<bool>,
}

/// Nobody listens: costs nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Log for Silent {
    fn note(&mut self, _: Note) {}

    fn listens(&self) -> bool {
        false
    }
}

impl Log for Vec<Note> {
    fn note(&mut self, note: Note) {
        self.push(note);
    }
}

/// One thing that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    /// When.
    pub at: Time,
    /// What.
    pub activity: Activity,
    /// To which child in which contact; where a thing concerns all children of a contact, one note each.
    pub key: CaseKey,
    /// The agency that was asked or answered, or made contact.
    pub agency: Option<Agency>,
    /// The social worker concerned, by number.
    pub worker: Option<u32>,
    /// More: a rating or route by its position.
    pub value: Option<u8>,
}

/// What can happen to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Activity {
    /// A contact was received; the agency made it.
    ContactReceived,
    /// Passed to the worker of an open case.
    PassedToWorker,
    /// Passed to the authority where the child lives.
    PassedToOtherArea,
    /// Screening began.
    ScreeningBegun,
    /// Screening ended; the value is the route recommended.
    Screened,
    /// Agreement was sought.
    AgreementSought,
    /// Agreement was refused.
    AgreementRefused,
    /// An agency was asked.
    AgencyAsked,
    /// An agency was reminded.
    AgencyReminded,
    /// An agency answered.
    AgencyAnswered,
    /// The rating changed; the value is the new one.
    RatingChanged,
    /// The time for replies ran out.
    RepliesOverdue,
    /// The hub began to decide.
    DecisionBegun,
    /// The hub decided; the value is the route.
    Decided,
    /// A manager read the decision.
    DecisionRead,
    /// A late reply opened the contact again.
    Reopened,
    /// A strategy discussion was called.
    StrategyCalled,
    /// A strategy discussion began.
    StrategyHeld,
    /// A referral was accepted.
    ReferralAccepted,
    /// A social worker was allocated.
    WorkerAllocated,
    /// Nobody could be allocated.
    Unallocated,
    /// The assessment was done.
    AssessmentDone,
    /// A section 47 enquiry began.
    Section47Begun,
    /// A section 47 enquiry ended.
    Section47Ended,
    /// The initial conference was held.
    ConferenceHeld,
    /// A plan began.
    PlanBegun,
    /// A plan was reviewed.
    PlanReviewed,
    /// A plan ended.
    PlanEnded,
    /// The first core group after a conference met.
    CoreGroupHeld,
    /// The social worker visited.
    VisitMade,
    /// A visit was due this week and not made.
    VisitMissed,
    /// The case was talked over in the worker's supervision.
    SupervisionHeld,
    /// Supervision was due this week and not held.
    SupervisionMissed,
    /// Early help began.
    EarlyHelpBegun,
    /// Early help ended.
    EarlyHelpEnded,
    /// The case closed.
    CaseClosed,
}

/// What the value of a note is a position in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// The ratings of the pack, least urgent first.
    Rating,
    /// The routes from no further action to a strategy discussion ([`crate::LatentNeed::ALL`]).
    Route,
}

impl Activity {
    /// Every activity, in the order of the list.
    pub const ALL: [Activity; 36] = [
        Activity::ContactReceived,
        Activity::PassedToWorker,
        Activity::PassedToOtherArea,
        Activity::ScreeningBegun,
        Activity::Screened,
        Activity::AgreementSought,
        Activity::AgreementRefused,
        Activity::AgencyAsked,
        Activity::AgencyReminded,
        Activity::AgencyAnswered,
        Activity::RatingChanged,
        Activity::RepliesOverdue,
        Activity::DecisionBegun,
        Activity::Decided,
        Activity::DecisionRead,
        Activity::Reopened,
        Activity::StrategyCalled,
        Activity::StrategyHeld,
        Activity::ReferralAccepted,
        Activity::WorkerAllocated,
        Activity::Unallocated,
        Activity::AssessmentDone,
        Activity::Section47Begun,
        Activity::Section47Ended,
        Activity::ConferenceHeld,
        Activity::PlanBegun,
        Activity::PlanReviewed,
        Activity::PlanEnded,
        Activity::CoreGroupHeld,
        Activity::VisitMade,
        Activity::VisitMissed,
        Activity::SupervisionHeld,
        Activity::SupervisionMissed,
        Activity::EarlyHelpBegun,
        Activity::EarlyHelpEnded,
        Activity::CaseClosed,
    ];

    /// What the value of its notes means; none for an activity whose notes have no value.
    #[must_use]
    pub fn value_kind(self) -> Option<ValueKind> {
        match self {
            Activity::ContactReceived | Activity::RatingChanged => Some(ValueKind::Rating),
            Activity::Screened | Activity::Decided => Some(ValueKind::Route),
            _ => None,
        }
    }

    /// Whether its notes name an agency.
    #[must_use]
    pub fn names_agency(self) -> bool {
        self == Activity::ContactReceived || self.is_about_a_request()
    }

    /// Whether it happens to what one agency was asked.
    #[must_use]
    pub fn is_about_a_request(self) -> bool {
        matches!(self, Activity::AgencyAsked | Activity::AgencyReminded | Activity::AgencyAnswered)
    }

    /// The name people and process-mining tools read.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Activity::ContactReceived => "contact received",
            Activity::PassedToWorker => "passed to the allocated worker",
            Activity::PassedToOtherArea => "passed to another area",
            Activity::ScreeningBegun => "screening begun",
            Activity::Screened => "screened",
            Activity::AgreementSought => "agreement sought",
            Activity::AgreementRefused => "agreement refused",
            Activity::AgencyAsked => "agency asked",
            Activity::AgencyReminded => "agency reminded",
            Activity::AgencyAnswered => "agency answered",
            Activity::RatingChanged => "rating changed",
            Activity::RepliesOverdue => "replies overdue",
            Activity::DecisionBegun => "decision begun",
            Activity::Decided => "decided",
            Activity::DecisionRead => "decision read by a manager",
            Activity::Reopened => "opened again by a late reply",
            Activity::StrategyCalled => "strategy discussion called",
            Activity::StrategyHeld => "strategy discussion held",
            Activity::ReferralAccepted => "referral accepted",
            Activity::WorkerAllocated => "social worker allocated",
            Activity::Unallocated => "waiting for a social worker",
            Activity::AssessmentDone => "assessment completed",
            Activity::Section47Begun => "section 47 enquiry begun",
            Activity::Section47Ended => "section 47 enquiry ended",
            Activity::ConferenceHeld => "initial conference held",
            Activity::PlanBegun => "child protection plan begun",
            Activity::PlanReviewed => "child protection plan reviewed",
            Activity::PlanEnded => "child protection plan ended",
            Activity::CoreGroupHeld => "core group held",
            Activity::VisitMade => "visit made",
            Activity::VisitMissed => "visit due but not made",
            Activity::SupervisionHeld => "supervision held",
            Activity::SupervisionMissed => "supervision due but not held",
            Activity::EarlyHelpBegun => "early help begun",
            Activity::EarlyHelpEnded => "early help ended",
            Activity::CaseClosed => "case closed",
        }
    }
}
