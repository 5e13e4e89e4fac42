//! What a replication leaves behind: one record for each child in each contact, one for each desk and day, one for each
//! day of the teams that hold cases. Every measure is computed from these, and from nothing else.

use mash_model::Agency;

use crate::{queueing::Time, theme::AgeBand, truth_model::LatentNeed};

/// Names one child in one contact of a replication: from its household, never from a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseKey {
    /// Number of the household.
    pub household: u64,
    /// Which of the household's contacts, from 0.
    pub approach: u8,
    /// Which of its children, from 0.
    pub child: u8,
}

impl CaseKey {
    /// The id in files, for example `h12-c2-1`: household 12, its second contact, its first child.
    #[must_use]
    pub fn id(&self) -> String {
        format!("h{}-c{}-{}", self.household, self.approach + 1, self.child + 1)
    }

    /// The key of an id.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        let mut parts = id.split('-');
        let household = parts.next()?.strip_prefix('h')?.parse().ok()?;
        let approach = parts.next()?.strip_prefix('c')?.parse::<u8>().ok()?.checked_sub(1)?;
        let child = parts.next()?.parse::<u8>().ok()?.checked_sub(1)?;
        parts.next().is_none().then_some(Self { household, approach, child })
    }
}

/// How a contact came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// By telephone.
    Phone,
    /// On the authority's form.
    Form,
    /// By e-mail.
    Email,
    /// To the out-of-hours team.
    OutOfHours,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Channel; 4] = [Channel::Phone, Channel::Form, Channel::Email, Channel::OutOfHours];

    /// The id in files.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Channel::Phone => "phone",
            Channel::Form => "form",
            Channel::Email => "e_mail",
            Channel::OutOfHours => "out_of_hours",
        }
    }
}

/// Why information could be asked for; recorded apart from what was done about agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LawfulBasis {
    /// Nobody was asked.
    NotNeeded,
    /// The family agreed.
    Consent,
    /// A public task or a legal obligation.
    PublicTask,
    /// Somebody's life is in danger.
    VitalInterests,
}

/// Where a contact ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ending {
    /// Not yet.
    Open,
    /// To the worker of a case that is open.
    ToWorker,
    /// To the authority where the child lives.
    OtherArea,
    /// Decided: the route says what was decided.
    Decided,
}

/// One child in one contact, stage by stage. A moment that never came is [`Time::NEVER`].
#[derive(Debug, Clone, PartialEq)]
pub struct CaseRecord {
    /// Whose it is.
    pub key: CaseKey,
    /// Who made contact.
    pub source: Agency,
    /// How.
    pub channel: Channel,
    /// The child's age then.
    pub age: AgeBand,
    /// What the child's situation calls for, under the truth model of the run.
    pub need: LatentNeed,
    /// Received.
    pub received: Time,
    /// Screening begun and ended.
    pub screened: [Time; 2],
    /// Rating at the door and at the end, positions in the pack, least urgent first.
    pub rating: [Option<u8>; 2],
    /// Enquiries sent.
    pub asked_at: Time,
    /// Agencies asked.
    pub asked: u8,
    /// Agencies that answered before the decision.
    pub replied: u8,
    /// Agencies that answered after it.
    pub late: u8,
    /// Whether agreement was refused.
    pub agreement_refused: bool,
    /// Why information could be asked for.
    pub basis: LawfulBasis,
    /// Last reply that counted.
    pub replied_at: Time,
    /// Whose reply that was.
    pub last_reply_of: Option<Agency>,
    /// Decided: begun and ended.
    pub decided: [Time; 2],
    /// Read by a manager.
    pub overseen: bool,
    /// What the pack recommended.
    pub recommended: LatentNeed,
    /// What was decided.
    pub route: LatentNeed,
    /// Where the contact ended.
    pub ending: Ending,
    /// Whether the pack could not decide by itself.
    pub manual_review: bool,
    /// Whether a late reply opened it again.
    pub reopened: bool,
    /// Immediate danger.
    pub danger: bool,
    /// A strategy discussion was decided on, and held.
    pub strategy: [Time; 2],
    /// Contacts of the household in the twelve months before.
    pub contacts_before: u8,
    /// Became a referral; whether the child had been referred in the twelve months before.
    pub referral: bool,
    /// Re-referral within twelve months.
    pub re_referral: bool,
    /// A worker was allocated.
    pub allocated: Time,
    /// The assessment was done.
    pub assessed: Time,
    /// Found not in need.
    pub not_in_need: bool,
    /// The first section 47 enquiry was begun; done.
    pub section_47: [Time; 2],
    /// The first initial conference was held.
    pub conference: Time,
    /// The first plan was begun; ended.
    pub plan: [Time; 2],
    /// Early help was begun; ended.
    pub early_help: [Time; 2],
    /// Whether partners gave it.
    pub by_partners: bool,
    /// The case closed.
    pub closed: Time,
    /// Social workers who have held the case.
    pub workers: u8,
    /// Visits due and made.
    pub visits: [u16; 2],
    /// Supervisions due and held.
    pub supervisions: [u16; 2],
    /// Reviews of a plan due and in time.
    pub reviews: [u8; 2],
    /// First core group in time; none where there was no plan.
    pub core_group_in_time: Option<bool>,
    /// What was needed was given at last.
    pub met: Time,
    /// Agencies whose reply changed what the pack recommends: up, and down, as bits of [`Agency::ALL`]. Only where it is
    /// asked for.
    pub changed_by: [u64; 2],
}

impl CaseRecord {
    /// Whether the child needed an assessment or a strategy discussion, under the truth model of the run, and less was
    /// decided. Said of a child on whom the hub decided.
    #[must_use]
    pub fn is_missed(&self) -> bool {
        self.need >= LatentNeed::ChildAndFamilyAssessment && self.route < LatentNeed::ChildAndFamilyAssessment
    }

    /// Whether an assessment or more was decided for a child who needed less than targeted early help, likewise.
    #[must_use]
    pub fn is_over_intervention(&self) -> bool {
        self.route >= LatentNeed::ChildAndFamilyAssessment && self.need < LatentNeed::TargetedEarlyHelp
    }

    /// A record at receipt.
    pub(crate) fn received(key: CaseKey, source: Agency, channel: Channel, age: AgeBand, at: Time) -> Self {
        let never = Time::NEVER;
        Self {
            key,
            source,
            channel,
            age,
            need: LatentNeed::NoFurtherAction,
            received: at,
            screened: [never; 2],
            rating: [None; 2],
            asked_at: never,
            asked: 0,
            replied: 0,
            late: 0,
            agreement_refused: false,
            basis: LawfulBasis::NotNeeded,
            replied_at: never,
            last_reply_of: None,
            decided: [never; 2],
            overseen: false,
            recommended: LatentNeed::NoFurtherAction,
            route: LatentNeed::NoFurtherAction,
            ending: Ending::Open,
            manual_review: false,
            reopened: false,
            danger: false,
            strategy: [never; 2],
            contacts_before: 0,
            referral: false,
            re_referral: false,
            allocated: never,
            assessed: never,
            not_in_need: false,
            section_47: [never; 2],
            conference: never,
            plan: [never; 2],
            early_help: [never; 2],
            by_partners: false,
            closed: never,
            workers: 0,
            visits: [0; 2],
            supervisions: [0; 2],
            reviews: [0; 2],
            core_group_in_time: None,
            met: never,
            changed_by: [0; 2],
        }
    }
}

/// A desk of the hub or of a partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeskId {
    /// Screening.
    Screening,
    /// Decision.
    Decision,
    /// Managers who read decisions.
    Oversight,
    /// A partner agency.
    Partner(Agency),
}

/// One desk on one day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShiftRecord {
    /// The desk.
    pub desk: DeskId,
    /// Day of the run.
    pub day: u32,
    /// People on duty.
    pub staff: u16,
    /// Time on duty of all of them together.
    pub on_duty: Time,
    /// Time at work, all together, inside hours.
    pub busy: Time,
    /// Time at work after closing, all together.
    pub overtime: Time,
    /// Contacts that waited at midnight.
    pub waiting: u32,
    /// Work begun.
    pub begun: u32,
}

/// Teams that hold cases, on one Monday.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TeamRecord {
    /// Day of the run.
    pub day: u32,
    /// Permanent workers in post.
    pub permanent: u16,
    /// Agency workers.
    pub agency: u16,
    /// Empty posts.
    pub empty: u16,
    /// Workers who left in the week, agency workers not counted.
    pub left: u16,
    /// Children with a worker, by worker.
    pub caseloads: Vec<u16>,
    /// Children without one.
    pub unallocated: u32,
    /// Children in need, those on a plan included.
    pub in_need: u32,
    /// Children on a plan.
    pub on_plan: u32,
    /// Children open for three months or more: how many; with the same worker all along.
    pub continuity: [u32; 2],
    /// Families in early help of the council, and waiting for it.
    pub early_help: [u32; 2],
    /// Worker days lost to sickness in the week.
    pub sick_days: u16,
}

/// All of a replication.
#[derive(Clone, PartialEq, Default)]
pub struct Records {
    /// Children in contacts, in order of receipt.
    pub cases: Vec<CaseRecord>,
    /// Desks by day.
    pub shifts: Vec<ShiftRecord>,
    /// Teams by week.
    pub teams: Vec<TeamRecord>,
    /// Section 47 enquiries begun, those about cases open before the run included.
    pub enquiries: Vec<Time>,
    /// Initial conferences held, likewise.
    pub conferences: Vec<Time>,
    /// Plans begun, likewise.
    pub plans: Vec<Time>,
    /// Where chairs are limited: of each conference booked, when it was wanted and when it is held.
    pub conference_waits: Vec<[Time; 2]>,
    /// The stretch that counts: received from the first moment until before the second.
    pub window: [Time; 2],
    /// End of the run.
    pub end: Time,
}

/// As derived, without what a scenario has switched off: what is off changes no byte.
impl std::fmt::Debug for Records {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut all = out.debug_struct("Records");
        all.field("cases", &self.cases).field("shifts", &self.shifts).field("teams", &self.teams);
        all.field("enquiries", &self.enquiries).field("conferences", &self.conferences);
        all.field("plans", &self.plans);
        if !self.conference_waits.is_empty() {
            all.field("conference_waits", &self.conference_waits);
        }
        all.field("window", &self.window).field("end", &self.end).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_its_key() {
        let key = CaseKey { household: 120, approach: 1, child: 0 };
        assert_eq!(key.id(), "h120-c2-1");
        assert_eq!(CaseKey::parse("h120-c2-1"), Some(key));
        for wrong in ["", "h-c1-1", "h1-c0-1", "h1-c1", "h1-c1-1-1", "x1-c1-1"] {
            assert_eq!(CaseKey::parse(wrong), None, "{wrong}");
        }
    }
}
