//! Social workers who hold cases: who has whom, who leaves, who comes, and what they get round to.

use super::{event::Event, log::Activity, record::TeamRecord, run::Run};
use crate::{
    queueing::Time,
    random_streams::{Purpose, bits_at, open_unit},
    sampling,
    scenario::front_door::{WorkforceFile, value_or},
};

/// Weeks of a newly qualified worker's first year.
const FIRST_YEAR_WEEKS: f64 = 52.0;
/// Days after which a case counts for continuity.
const CONTINUITY_DAYS: i64 = 91;

/// The workers of a run.
#[derive(Debug, Default)]
pub(crate) struct Workers {
    all: Vec<Worker>,
    /// By post: its worker, counted from one, 0 for an empty post; and how many it has had.
    posts: Vec<(u32, u32)>,
    week: u32,
    /// Cases that were open on the last Monday, and how many there had been by then.
    open: Vec<u32>,
    seen: u32,
}

impl Workers {
    /// Children a worker, over workers in post.
    pub(crate) fn mean_caseload(&self) -> f64 {
        let (mut workers, mut cases) = (0_u32, 0_usize);
        for worker in self.all.iter().filter(|worker| worker.in_post) {
            workers += 1;
            cases += worker.cases.len();
        }
        f64::from(u32::try_from(cases).unwrap_or(u32::MAX)) / f64::from(workers.max(1))
    }
}

/// Why somebody is in a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Permanent,
    NewlyQualified,
    Agency,
}

/// One worker.
#[derive(Debug)]
struct Worker {
    post: u16,
    /// How many the post had before.
    generation: u32,
    kind: Kind,
    began: Time,
    in_post: bool,
    /// Whether training and the first year are over, as found at the beginning of a week.
    settled_in: bool,
    cases: Vec<u32>,
}

impl Worker {
    /// Draws of this worker, whoever else there is: by post and how many it had before.
    fn entity(&self, week: u32) -> u64 {
        (u64::from(self.post) << 48) | (u64::from(self.generation & 0xffff) << 32) | u64::from(week)
    }

    fn weeks(&self, now: Time) -> f64 {
        now.since(self.began).hours() / 168.0
    }

    /// The most children this worker takes.
    fn limit(&self, file: &WorkforceFile, now: Time) -> f64 {
        if self.settled_in {
            return file.caseload_limit.value;
        }
        let weeks = self.weeks(now);
        let training = if weeks < file.training_weeks.value { 0.5 } else { 1.0 };
        let new = self.kind == Kind::NewlyQualified && weeks < FIRST_YEAR_WEEKS;
        file.caseload_limit.value * training * if new { file.newly_qualified_limit.value } else { 1.0 }
    }

    #[expect(clippy::cast_precision_loss, reason = "a caseload")]
    fn load(&self) -> f64 {
        self.cases.len() as f64
    }
}

impl Run<'_, '_> {
    /// Who is in post when the run begins: shares are kept exactly, post by post.
    pub(crate) fn begin_workforce(&mut self) {
        let Some(file) = &self.door.file.workforce else { return };
        let posts = super::plan::people(file.posts.value);
        let (mut in_post, mut agency, mut new) = (0.0, 0.0, 0.0);
        for post in 0..u16::try_from(posts).unwrap_or(u16::MAX) {
            let share = 1.0 - file.empty_share.value;
            in_post += share;
            if libm::floor(in_post + 1e-9) <= libm::floor(in_post - share + 1e-9) {
                self.workers.posts.push((0, 0));
                self.set_vacancy(post, 0);
                continue;
            }
            agency += file.agency_share.value;
            let kind = if libm::floor(agency + 1e-9) > libm::floor(agency - file.agency_share.value + 1e-9) {
                Kind::Agency
            } else {
                new += file.newly_qualified.value;
                if libm::floor(new + 1e-9) > libm::floor(new - file.newly_qualified.value + 1e-9) {
                    Kind::NewlyQualified
                } else {
                    Kind::Permanent
                }
            };
            self.workers.all.push(Worker {
                post,
                generation: 0,
                kind,
                // Long enough ago to be trained; newly qualified ones are half-way through their first year.
                began: Time(-26 * 7 * super::calendar::DAY),
                in_post: true,
                settled_in: false,
                cases: Vec::new(),
            });
            let worker = u32::try_from(self.workers.all.len()).unwrap_or(u32::MAX);
            self.workers.posts.push((worker, 1));
        }
    }

    /// Cases open at the start are spread evenly, whatever the limit.
    pub(crate) fn allocate_at_start(&mut self, case: u32) {
        let best = self.least_loaded(f64::INFINITY, None);
        match best {
            Some(worker) => self.give(worker, case),
            None if self.door.file.workforce.is_none() => self.with_nobody(case),
            None => self.unallocated.push_back(case),
        }
    }

    /// Gives a case to whoever has most room, or lets it wait.
    pub(crate) fn allocate(&mut self, case: u32) {
        if self.door.file.workforce.is_none() {
            self.with_nobody(case);
            self.begin_assessment(case, 1.0);
            return;
        }
        match self.least_loaded(1.0, None) {
            Some(worker) => {
                self.give(worker, case);
                self.assess(case, worker);
            }
            None => {
                self.note_case(case, Activity::Unallocated);
                self.unallocated.push_back(case);
            }
        }
    }

    /// Cases that wait, oldest first, while there is room.
    pub(crate) fn allocate_waiting(&mut self) {
        while let Some(case) = self.unallocated.front().copied() {
            let Some(worker) = self.least_loaded(1.0, None) else { return };
            self.unallocated.pop_front();
            self.give(worker, case);
            self.assess(case, worker);
        }
    }

    /// Another worker takes a case over, if there is one.
    pub(crate) fn transfer(&mut self, case: u32) {
        let Some(from) = self.cases.get(case as usize).and_then(|open| open.worker) else { return };
        let Some(to) = self.least_loaded(1.0, Some(from)) else { return };
        self.leave_case(from, case);
        self.give(to, case);
    }

    pub(crate) fn leave_case(&mut self, worker: u32, case: u32) {
        if let Some(worker) = self.workers.all.get_mut(worker as usize) {
            worker.cases.retain(|held| *held != case);
        }
    }

    /// The worker in post with the smallest caseload for their limit, below `most` times it.
    fn least_loaded(&self, most: f64, but: Option<u32>) -> Option<u32> {
        let file = self.door.file.workforce.as_ref()?;
        let (mut best, mut least) = (None, most);
        for (number, worker) in (0_u32..).zip(&self.workers.all) {
            if !worker.in_post || but == Some(number) {
                continue;
            }
            let full = worker.load() / worker.limit(file, self.now);
            if full < least {
                (best, least) = (Some(number), full);
            }
        }
        best
    }

    fn with_nobody(&mut self, case: u32) {
        let now = self.now;
        self.edit_case(case, |record| {
            record.allocated = record.allocated.min(now);
            record.workers = 1;
        });
    }

    fn give(&mut self, worker: u32, case: u32) {
        let now = self.now;
        let Some(open) = self.cases.get_mut(case as usize) else { return };
        open.worker = Some(worker);
        open.workers = open.workers.saturating_add(1);
        let workers = open.workers;
        if let Some(worker) = self.workers.all.get_mut(worker as usize) {
            worker.cases.push(case);
        }
        self.edit_case(case, |record| {
            record.allocated = record.allocated.min(now);
            record.workers = workers;
        });
        self.note_case(case, Activity::WorkerAllocated);
    }

    fn assess(&mut self, case: u32, worker: u32) {
        let file = self.door.file.workforce.as_ref();
        let over = file.zip(self.workers.all.get(worker as usize));
        let over = over.map_or(1.0, |(file, worker)| worker.load() / file.caseload_limit.value);
        self.begin_assessment(case, over);
    }

    /// A week begins: who leaves, what was visited, how the teams stand.
    pub(crate) fn monday(&mut self, today: usize) {
        let mut week = TeamRecord { day: u32::try_from(today).unwrap_or(u32::MAX), ..TeamRecord::default() };
        if let Some(file) = &self.door.file.workforce {
            self.workers.week += 1;
            let (now, training) = (self.now, file.training_weeks.value);
            for worker in self.workers.all.iter_mut().filter(|worker| !worker.settled_in) {
                worker.settled_in = worker.weeks(now) >= FIRST_YEAR_WEEKS.max(training);
            }
            self.leave(file, &mut week);
            self.work(file, &mut week);
        }
        for worker in self.workers.all.iter().filter(|worker| worker.in_post) {
            if worker.kind == Kind::Agency {
                week.agency += 1
            } else {
                week.permanent += 1
            }
            week.caseloads.push(u16::try_from(worker.cases.len()).unwrap_or(u16::MAX));
        }
        let empty = self.workers.posts.iter().filter(|(worker, _)| *worker == 0).count();
        week.empty = u16::try_from(empty).unwrap_or(u16::MAX);
        week.unallocated = u32::try_from(self.unallocated.len()).unwrap_or(u32::MAX);
        [week.in_need, week.on_plan] = self.open_cases;
        week.early_help = self.early_help_now();
        let long = Time(CONTINUITY_DAYS * super::calendar::DAY);
        let cases = &self.cases;
        let total = u32::try_from(cases.len()).unwrap_or(u32::MAX);
        self.workers.open.extend(self.workers.seen..total);
        self.workers.seen = total;
        // A case that has closed stays closed.
        self.workers.open.retain(|case| cases.get(*case as usize).is_some_and(|open| !open.closed));
        let open = self.workers.open.iter().filter_map(|case| cases.get(*case as usize));
        for open in open.filter(|open| open.record.is_some()) {
            if self.now.since(open.opened) >= long {
                let [all, same] = &mut week.continuity;
                *all += 1;
                *same += u32::from(open.workers == 1);
            }
        }
        self.records.teams.push(week);
    }

    /// Workers who leave this week; their cases go to others, their posts are advertised.
    fn leave(&mut self, file: &WorkforceFile, week: &mut TeamRecord) {
        let number = self.workers.week;
        let mut leaving = Vec::new();
        for (at, worker) in (0_u32..).zip(&self.workers.all).filter(|(_, worker)| worker.in_post) {
            let agency = worker.kind == Kind::Agency;
            let a_year = if agency { &file.agency_turnover } else { &file.permanent_turnover };
            let load = (worker.load() / file.caseload_limit.value).max(0.1);
            let by_caseload = value_or(file.turnover_by_caseload.as_ref(), 0.0);
            let rate = value_or(a_year.as_ref(), 0.0) * libm::pow(load, by_caseload);
            let uniform = self.worker_draw(worker, number, 0);
            if uniform < -libm::expm1(-rate * 7.0 / 365.0) {
                leaving.push(at);
                week.left += u16::from(!agency);
            }
        }
        for at in leaving {
            let Some(worker) = self.workers.all.get_mut(at as usize) else { continue };
            worker.in_post = false;
            let (cases, post) = (std::mem::take(&mut worker.cases), worker.post);
            let generation = worker.generation + 1;
            if let Some(post) = self.workers.posts.get_mut(usize::from(post)) {
                *post = (0, generation);
            }
            self.set_vacancy(post, generation);
            for case in cases {
                if let Some(open) = self.cases.get_mut(case as usize) {
                    open.worker = None;
                }
                self.allocate(case);
            }
        }
    }

    /// When and by whom an empty post is filled.
    fn set_vacancy(&mut self, post: u16, generation: u32) {
        let Some(file) = &self.door.file.workforce else { return };
        let entity = (u64::from(post) << 48) | (u64::from(generation & 0xffff) << 32) | 0xffff_ffff;
        let draw =
            |number| open_unit(bits_at(self.seed, self.replication, entity, Purpose::Workforce, number));
        let agency = draw(0) < file.filled_by_agency.value;
        let mean = if agency { file.agency_weeks.value } else { file.recruitment_weeks.value };
        let weeks = sampling::exponential(draw(1), mean.max(1e-6));
        let at = self.now.after(Time::from_hours(weeks * 168.0));
        self.events.set(at, Event::WorkerBegins { post, agency });
    }

    pub(crate) fn worker_begins(&mut self, post: u16, agency: bool) {
        let Some(file) = &self.door.file.workforce else { return };
        let Some((_, generation)) = self.workers.posts.get(usize::from(post)).copied() else { return };
        let entity = (u64::from(post) << 48) | (u64::from(generation & 0xffff) << 32) | 0xffff_ffff;
        let drawn = open_unit(bits_at(self.seed, self.replication, entity, Purpose::Workforce, 2));
        let kind = match agency {
            true => Kind::Agency,
            false if drawn < file.newly_qualified.value => Kind::NewlyQualified,
            false => Kind::Permanent,
        };
        self.workers.all.push(Worker {
            post,
            generation,
            kind,
            began: self.now,
            in_post: true,
            settled_in: false,
            cases: Vec::new(),
        });
        let worker = u32::try_from(self.workers.all.len()).unwrap_or(u32::MAX);
        if let Some(filled) = self.workers.posts.get_mut(usize::from(post)) {
            *filled = (worker, generation);
        }
        self.allocate_waiting();
    }

    /// What workers get round to this week: visits, plans first, and supervision.
    fn work(&mut self, file: &WorkforceFile, week: &mut TeamRecord) {
        let number = self.workers.week;
        let today = u32::try_from(self.today()).unwrap_or(u32::MAX);
        let supervised = super::plan::people(file.supervision_weeks.value).max(1);
        let mut done: Vec<(u32, [u16; 2], [u16; 2])> = Vec::new();
        let mut later: Vec<(u32, bool)> = Vec::new();
        for (at, worker) in (0_u32..).zip(&self.workers.all).filter(|(_, worker)| worker.in_post) {
            let sick = self.worker_draw(worker, number, 1) < value_or(file.sickness.as_ref(), 0.0);
            week.sick_days += if sick { 5 } else { 0 };
            let mut left = if sick { 0.0 } else { file.visits_a_week.value * (1.0 - file.leave.value) };
            let supervision = (number + at).is_multiple_of(supervised);
            let held = supervision && self.worker_draw(worker, number, 2) < file.supervision_held.value;
            let mut visit = |case: u32, due: bool| {
                let made = due && left >= 1.0;
                left -= f64::from(u8::from(made));
                if due || supervision {
                    let visits = [u16::from(due), u16::from(made)];
                    done.push((case, visits, [u16::from(supervision), u16::from(held)]));
                }
            };
            for case in &worker.cases {
                let open = self.cases.get(*case as usize);
                let due = open.is_some_and(|open| open.visit_due < today + 7);
                if open.is_some_and(|open| open.on_plan) {
                    visit(*case, due)
                } else {
                    later.push((*case, due))
                }
            }
            later.drain(..).for_each(|(case, due)| visit(case, due));
        }
        // Cases that nobody has are not visited.
        for case in &self.unallocated {
            if self.cases.get(*case as usize).is_some_and(|open| open.visit_due < today + 7) {
                done.push((*case, [1, 0], [0, 0]));
            }
        }
        self.begin_week_of_log();
        for (case, visits, supervisions) in done {
            self.log_week(case, visits, supervisions);
            let [due, _] = visits;
            if let Some(open) = self.cases.get_mut(case as usize)
                && due > 0
            {
                let days = if open.on_plan { &file.plan_visit_days } else { &file.in_need_visit_days };
                // Working days, five to a week.
                open.visit_due += super::plan::people(days.value * 7.0 / 5.0).max(1);
            }
            self.edit_case(case, |record| {
                for (total, more) in record.visits.iter_mut().zip(visits) {
                    *total = total.saturating_add(more);
                }
                for (total, more) in record.supervisions.iter_mut().zip(supervisions) {
                    *total = total.saturating_add(more);
                }
            });
        }
    }

    fn worker_draw(&self, worker: &Worker, week: u32, draw: u16) -> f64 {
        open_unit(bits_at(self.seed, self.replication, worker.entity(week), Purpose::Workforce, 16 + draw))
    }
}
