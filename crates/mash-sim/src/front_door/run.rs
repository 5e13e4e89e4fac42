//! One replication, event by event.

use std::collections::VecDeque;

use super::{
    calendar::{DAY, Days},
    desk::Desk,
    diary::Diary,
    event::{Event, Events},
    family::Family,
    hand::InHand,
    log::{Activity, Log, Note},
    open_case::OpenCase,
    plan::{FrontDoor, FrontDoorError, place_stream},
    record::{CaseKey, Records},
    strategy::Meetings,
    triage::Triage,
    work_of_a_week::Set,
    workforce::Workers,
};
use crate::{
    population::Place,
    queueing::Time,
    random_streams::{Purpose, bits_at, open_unit},
    sampling,
    scenario::GROUPS,
};

/// Runs one replication. The same four give the same records, whatever listens.
///
/// # Errors
/// [`FrontDoorError`] where somebody waits for people who never come, or numbers run out.
pub fn run(
    door: &FrontDoor<'_>,
    triage: &dyn Triage,
    seed: u64,
    replication: u32,
    log: &mut dyn Log,
) -> Result<Records, FrontDoorError> {
    let mut run = Run::new(door, triage, seed, replication, log)?;
    run.begin();
    let mut first = run.first_contacts()?.into_iter().peekable();
    loop {
        let next = run.events.next_at();
        let arrives = first.peek().map_or(Time::NEVER, |(at, ..)| *at);
        run.now = next.min(arrives);
        if run.now >= door.end {
            break;
        }
        // Of one moment, who is heard of for the first time comes after what was set before.
        if arrives < next {
            if let Some((_, number, group)) = first.next() {
                run.first_contact(number, group)?;
            }
        } else if let Some((_, event)) = run.events.pop() {
            run.happen(event)?;
        }
    }
    Ok(run.finish())
}

/// Households beyond which no more room is kept in advance.
const MOST_EXPECTED: u32 = 50_000;

/// A replication under way.
pub(crate) struct Run<'r, 's> {
    pub(crate) door: &'r FrontDoor<'s>,
    pub(crate) triage: &'r dyn Triage,
    pub(crate) seed: u64,
    pub(crate) replication: u32,
    pub(crate) log: &'r mut dyn Log,
    listens: bool,
    pub(crate) now: Time,
    pub(crate) events: Events,
    pub(crate) families: Vec<Family>,
    pub(crate) contacts: Vec<InHand>,
    pub(crate) desks: Vec<Desk>,
    pub(crate) meetings: Meetings,
    pub(crate) cases: Vec<OpenCase>,
    pub(crate) unallocated: VecDeque<u32>,
    pub(crate) workers: Workers,
    pub(crate) helps: Vec<super::early_help::Help>,
    pub(crate) help_places: [super::early_help::Places; 2],
    pub(crate) open_cases: [u32; 2],
    pub(crate) diary: Diary,
    /// What is set for moments of this week; empty unless somebody listens.
    pub(crate) week_of_log: Vec<Option<Set>>,
    pub(crate) records: Records,
}

impl<'r, 's> Run<'r, 's> {
    fn new(
        door: &'r FrontDoor<'s>,
        triage: &'r dyn Triage,
        seed: u64,
        replication: u32,
        log: &'r mut dyn Log,
    ) -> Result<Self, FrontDoorError> {
        let listens = log.listens();
        // Room for as much as is expected, so that what is kept is seldom moved.
        let households = super::plan::people(door.households.iter().sum()).min(MOST_EXPECTED) as usize;
        let cases = Vec::with_capacity(4 * households);
        Ok(Self {
            door,
            triage,
            seed,
            replication,
            log,
            listens,
            now: Time::ZERO,
            events: Events::until(door.end),
            families: Vec::with_capacity(households),
            contacts: Vec::with_capacity(2 * households),
            desks: door.desks.iter().map(Desk::new).collect(),
            meetings: Meetings::default(),
            cases: Vec::new(),
            unallocated: VecDeque::new(),
            workers: Workers::default(),
            helps: Vec::new(),
            help_places: Default::default(),
            open_cases: [0; 2],
            diary: Diary::default(),
            week_of_log: Vec::new(),
            records: Records { cases, window: door.window, end: door.end, ..Records::default() },
        })
    }

    fn begin(&mut self) {
        self.begin_workforce();
        self.begin_early_help();
        self.begin_open_cases();
        self.new_day();
    }

    fn happen(&mut self, event: Event) -> Result<(), FrontDoorError> {
        match event {
            Event::Again { family, version } => self.again(family, version),
            Event::Sent { family, group } => self.receive(family, usize::from(group)),
            Event::Done { desk, contact } => self.done(usize::from(desk), contact),
            Event::Opens { desk } => self.opens(usize::from(desk)),
            Event::Agreement { contact } => self.agreement(contact),
            Event::Reminder { contact, agency } => self.remind(contact, agency),
            Event::Deadline { contact, version } => self.deadline(contact, version),
            Event::Met { strategy } => self.met(strategy),
            Event::PoolsOpen => self.pools_open(),
            Event::Assessed { case, version } => {
                self.assessed(case, version);
                Ok(())
            }
            Event::Concern { case, version } => self.concern(case, version),
            Event::EnquiryEnds { case } => {
                self.enquiry_ends(case);
                Ok(())
            }
            Event::Conference { case } => {
                self.conference(case);
                Ok(())
            }
            Event::CoreGroup { case } => {
                self.note_case(case, Activity::CoreGroupHeld);
                Ok(())
            }
            Event::Noted { number } => {
                self.noted(number);
                Ok(())
            }
            Event::Review { case, number } => {
                self.review(case, number);
                Ok(())
            }
            Event::Closes { case, version } => {
                self.closes(case, version);
                Ok(())
            }
            Event::HelpEnds { help } => {
                self.help_ends(help);
                Ok(())
            }
            Event::WorkerBegins { post, agency } => {
                self.worker_begins(post, agency);
                Ok(())
            }
            Event::Midnight => {
                self.new_day();
                self.serve_all()
            }
        }
    }

    /// Households heard of for the first time, in the order of time: when, its number, its source group.
    fn first_contacts(&self) -> Result<Vec<(Time, u64, usize)>, FrontDoorError> {
        let mut first = Vec::new();
        if let Some(contacts) = &self.door.contacts {
            for (number, contact) in (1_u64..).zip(contacts) {
                first.push((contact.at, number, contact.group as usize));
            }
            first.sort_by_key(|(at, ..)| *at);
            return Ok(first);
        }
        for (group, (expected, table)) in self.door.households.iter().zip(&self.door.arrivals).enumerate() {
            let of_group = u64::try_from(group).unwrap_or(0) + 1;
            let uniform =
                place_stream(self.seed, self.replication, Purpose::Volume, [0, of_group]).uniform()?;
            for at in 0..sampling::poisson(uniform, *expected) {
                let number = at * u64::try_from(GROUPS).unwrap_or(0) + of_group;
                let position = self.place(number).stream(Purpose::Timing, 0).uniform()?;
                let (day, nanoseconds) = table.moment_at(position);
                first.push((Days::midnight(day).after(Time(nanoseconds)), number, group));
            }
        }
        first.sort_unstable_by_key(|(at, number, _)| (*at, *number));
        Ok(first)
    }

    /// The end of one day and the beginning of the next, which is today.
    fn new_day(&mut self) {
        let today = Days::day(self.now);
        for (number, (desk, plan)) in self.desks.iter_mut().zip(&self.door.desks).enumerate() {
            let people = plan
                .posts
                .map(|posts| present(posts, plan.absent, self.seed, self.replication, [number, today]));
            let record = desk.next_day(plan, &self.door.days, today, people);
            if today > 0 && (record.staff > 0 || record.begun > 0 || record.waiting > 0) {
                self.records.shifts.push(record);
            }
        }
        if self.door.days.weekday(today) == 0 {
            self.monday(today);
        }
        self.events.set(Days::midnight(today + 1), Event::Midnight);
    }

    fn finish(mut self) -> Records {
        // What is not decided by the end has the rating that it has then.
        for contact in 0..u32::try_from(self.contacts.len()).unwrap_or(u32::MAX) {
            self.recommend_anew(contact);
            let Some(hand) = self.contacts.get(contact as usize) else { continue };
            for child in hand.own().filter(|child| child.decided.is_none()) {
                if let Some(case) = self.records.cases.get_mut(child.record as usize) {
                    let [_, last] = &mut case.rating;
                    *last = child.latest.rating;
                }
            }
        }
        self.records
    }

    pub(crate) fn place(&self, household: u64) -> Place {
        Place { seed: self.seed, replication: self.replication, household, approach: 0, child: 0 }
    }

    /// One uniform, by what it is for: no stream is kept for it.
    pub(crate) fn uniform(&self, place: Place, purpose: Purpose, part: u8, draw: u16) -> f64 {
        open_unit(bits_at(self.seed, self.replication, place.entity(part), purpose, draw))
    }

    /// Does anybody listen?
    pub(crate) fn has_listener(&self) -> bool {
        self.listens
    }

    /// Notes what happens to one case.
    pub(crate) fn note(&mut self, key: CaseKey, activity: Activity) {
        self.note_more(key, activity, None, None, None);
    }

    pub(crate) fn note_more(
        &mut self,
        key: CaseKey,
        activity: Activity,
        agency: Option<mash_model::Agency>,
        worker: Option<u32>,
        value: Option<u8>,
    ) {
        if self.listens {
            self.log.note(Note { at: self.now, activity, key, agency, worker, value });
        }
    }

    /// Days of the run until now.
    pub(crate) fn today(&self) -> usize {
        Days::day(self.now)
    }
}

/// People at a desk on a day: each post draws for itself, so that one more changes nobody else's day.
fn present(posts: f64, absent: f64, seed: u64, replication: u32, [desk, day]: [usize; 2]) -> u32 {
    let entity = (u64::try_from(desk).unwrap_or(0) << 32) | u64::try_from(day).unwrap_or(0);
    let there = |post: u16| {
        let uniform = open_unit(bits_at(seed, replication, entity, Purpose::Absence, post));
        // The last post may be part of one.
        let share = (posts - f64::from(post)).min(1.0);
        u32::from(uniform < share * (1.0 - absent))
    };
    (0..u16::MAX).take_while(|post| f64::from(*post) < posts).map(there).sum()
}

/// Hours into a day.
#[expect(clippy::cast_precision_loss, reason = "a moment of a day")]
pub(crate) fn hour_of_day(at: Time) -> f64 {
    at.0.rem_euclid(DAY) as f64 / 3.6e12
}
