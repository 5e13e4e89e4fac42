//! The clocks of one case: what each allows, when it starts, and whether it was met.
//!
//! Guidance is Working Together to Safeguard Children (2023), read here through procedures that quote it: a decision one
//! working day after a referral is received, an assessment within 45 working days of the referral, an initial conference
//! within 15 working days of the strategy discussion that started the enquiry. Local is the pack's own limit for a rating.

use mash_sim::{
    front_door::{Activity, CaseRecord, FrontDoor, Note, RatingLimit},
    queueing::Time,
};

use super::timeline::{limit, moment, span, words};

/// What stands behind each kind of clock.
pub(super) const LEGEND: &str = "[guidance] is Working Together to Safeguard Children (2023), statutory guidance; \
    [local] is the pack's own limit for the rating. Statute itself sets none of these. The day after the start is \
    working day 1.";

/// Working days allowed from receipt to the decision on a referral.
const REFERRAL_DAYS: u32 = 1;
/// Working days allowed from referral to assessment.
const ASSESSMENT_DAYS: u32 = 45;
/// Working days allowed from strategy discussion to initial conference.
const CONFERENCE_DAYS: u32 = 15;

/// Clocks that run for a case.
pub(super) struct Clocks<'c> {
    door: &'c FrontDoor<'c>,
    ratings: &'c [RatingLimit],
    record: &'c CaseRecord,
    received: Time,
    /// The hub's decision is awaited.
    deciding: bool,
    /// The contact was answered by early help before; a referral then is a step up.
    stepped_up: bool,
    referred: Option<Time>,
    assessed: bool,
    closed: bool,
    discussion: Option<Time>,
    enquiry: Option<Time>,
    /// Start of the clock of a conference, and whether that is a strategy discussion.
    conference: Option<(Time, bool)>,
}

impl<'c> Clocks<'c> {
    pub(super) fn new(door: &'c FrontDoor<'c>, ratings: &'c [RatingLimit], record: &'c CaseRecord) -> Self {
        Self {
            door,
            ratings,
            record,
            received: record.received,
            deciding: true,
            stepped_up: false,
            referred: None,
            assessed: false,
            closed: false,
            discussion: None,
            enquiry: None,
            conference: None,
        }
    }

    /// Clocks that end with an event, in words.
    pub(super) fn hear(&mut self, note: &Note) -> Vec<String> {
        let at = note.at;
        match note.activity {
            Activity::PassedToWorker | Activity::PassedToOtherArea => self.deciding = false,
            Activity::Decided if self.deciding => {
                self.deciding = false;
                return self.decision(at).into_iter().collect();
            }
            Activity::EarlyHelpBegun => self.stepped_up = true,
            Activity::ReferralAccepted => {
                self.referred = Some(at);
                if !self.stepped_up {
                    let what = "decision on the referral";
                    return vec![self.working_days(what, self.received, at, REFERRAL_DAYS, "receipt")];
                }
            }
            Activity::AssessmentDone => {
                self.assessed = true;
                if let Some(referred) = self.referred {
                    return vec![self.working_days("assessment", referred, at, ASSESSMENT_DAYS, "referral")];
                }
            }
            Activity::StrategyHeld => self.discussion = Some(at),
            Activity::Section47Begun => {
                self.enquiry = Some(at);
                self.conference = Some(self.discussion.take().map_or((at, false), |held| (held, true)));
            }
            Activity::ConferenceHeld => {
                if let Some((start, held)) = self.conference.take() {
                    let from = if held {
                        "strategy discussion"
                    } else {
                        "start of the enquiry, its discussion not noted"
                    };
                    return vec![self.working_days("initial conference", start, at, CONFERENCE_DAYS, from)];
                }
            }
            Activity::CaseClosed => self.closed = true,
            _ => {}
        }
        Vec::new()
    }

    /// Clocks that no event has ended, in words.
    pub(super) fn still_open(&self, end: Time) -> Vec<String> {
        let mut open = Vec::new();
        if self.deciding
            && let Some((due, allows)) = self.due()
        {
            let state = if due < end { "missed, and still open" } else { "running" };
            open.push(format!("{state}: decision due {}, {allows} [local]", moment(self.door, due)));
        }
        if let Some(referred) = self.referred
            && !self.assessed
            && !self.closed
            && self.record.closed == Time::NEVER
        {
            let day = self.door.working_days(referred, end);
            let state = if day > ASSESSMENT_DAYS { "missed, and still open" } else { "running" };
            open.push(format!(
                "{state}: assessment, on working day {day} of {ASSESSMENT_DAYS} from referral [guidance]"
            ));
        }
        open
    }

    /// When the hub's decision is due by the rating at the end, and what the rating allows.
    fn due(&self) -> Option<(Time, String)> {
        let at = usize::from(self.record.rating[1]?);
        let rating = self.ratings.get(at)?;
        let allows = format!("{} for {}", limit(rating.limit?), words(&rating.id));
        Some((self.door.due(self.received, at), allows))
    }

    fn decision(&self, at: Time) -> Option<String> {
        let (due, allows) = self.due()?;
        let took = span(at.since(self.received));
        Some(if at <= due {
            format!("met: decision {took} after receipt; {allows} [local]")
        } else {
            let late = span(at.since(due));
            format!("MISSED by {late}: decision {took} after receipt; {allows} [local]")
        })
    }

    fn working_days(&self, what: &str, from: Time, to: Time, allowed: u32, start: &str) -> String {
        let day = self.door.working_days(from, to);
        let state = if day <= allowed { "met" } else { "MISSED" };
        format!("{state}: {what} on working day {day} of {allowed} from {start} [guidance]")
    }
}
