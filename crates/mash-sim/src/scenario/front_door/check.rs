//! Whether the section `front_door` can be run: every mistake at once, each with its place and how to mend it.

use std::collections::BTreeMap;

use mash_model::{Agency, SourceGroup};

use super::{
    super::{Figure, ScenarioFile, group_id, shape},
    DeskFile, EnquiriesFile, FrontDoorFile, HoursFile, IntakeFile, PeopleFile, PoolFile, WorkforceFile,
};
use crate::{
    front_door::{minute_of_day, record::Channel},
    truth_model::LatentNeed,
};

/// A mistake: place, message, mend.
pub(in crate::scenario) type Mistake = (String, String, Option<String>);

/// Share of contacts that reach the hub's desks at least, where those about open cases go past them.
const REACH_THE_DESKS: f64 = 0.6;
/// Longest stretch before or after the year, days.
const LONGEST_DAYS: f64 = 3_660.0;
/// Most people or posts.
const MOST_PEOPLE: f64 = 20_000.0;

/// Everything that is wrong with the section.
pub(in crate::scenario) fn mistakes(file: &ScenarioFile) -> Vec<Mistake> {
    let Some(door) = &file.front_door else { return Vec::new() };
    let mut check = Check { found: Vec::new() };
    check.run(door);
    check.intake(&door.intake);
    check.desk("screening", &door.screening);
    check.desk("decision", &door.decision);
    if let Some(oversight) = &door.oversight {
        check.desk("oversight.desk", &oversight.desk);
        let routes: Vec<&str> = LatentNeed::ALL.iter().map(|need| need.route_id()).collect();
        check.names("oversight.share.value", oversight.share.value.keys(), &routes);
        check.shares("oversight.share.value", &oversight.share.value);
        check.above_zero("oversight.repeat_contacts", &oversight.repeat_contacts);
    }
    if let Some(enquiries) = &door.enquiries {
        check.enquiries(enquiries);
    }
    check.strategy(door);
    check.downstream(door);
    check.workforce(door);
    if let Some(people) = &door.people {
        check.people(people);
    }
    if check.found.is_empty() {
        check.can_keep_up(file, door);
    }
    check.found
}

struct Check {
    found: Vec<Mistake>,
}

impl Check {
    fn say(&mut self, at: &str, message: String, mend: Option<String>) {
        self.found.push((format!("front_door.{at}"), message, mend));
    }

    fn number(&mut self, at: &str, value: f64, fits: bool, expected: &str) {
        if !fits || !value.is_finite() {
            self.say(at, format!("expected {expected}, found {value}"), None);
        }
    }

    fn share(&mut self, at: &str, figure: &Figure) {
        let value = figure.value;
        self.number(&format!("{at}.value"), value, (0.0..=1.0).contains(&value), "a share from 0 to 1");
    }

    fn not_negative(&mut self, at: &str, figure: &Figure) {
        self.number(&format!("{at}.value"), figure.value, figure.value >= 0.0, "0 or more");
    }

    fn above_zero(&mut self, at: &str, figure: &Figure) {
        self.number(&format!("{at}.value"), figure.value, figure.value > 0.0, "more than 0");
    }

    fn people_count(&mut self, at: &str, figure: &Figure) {
        let value = figure.value;
        let fits = (0.0..=MOST_PEOPLE).contains(&value);
        self.number(&format!("{at}.value"), value, fits, "a number of people from 0 to 20,000");
    }

    fn shares(&mut self, at: &str, values: &BTreeMap<String, f64>) {
        for (name, value) in values {
            self.number(&format!("{at}.{name}"), *value, (0.0..=1.0).contains(value), "a share from 0 to 1");
        }
    }

    /// Names that stand for something, or `otherwise`.
    fn names<'n>(&mut self, at: &str, written: impl Iterator<Item = &'n String>, known: &[&str]) {
        for name in written {
            if name != "otherwise" && !known.contains(&name.as_str()) {
                let mend = shape::mend(name, known.to_vec());
                self.say(&format!("{at}.{name}"), format!("`{name}` is not allowed here"), Some(mend));
            }
        }
    }

    fn run(&mut self, door: &FrontDoorFile) {
        for (at, figure) in
            [("run.warm_up_days", &door.run.warm_up_days), ("run.cool_down_days", &door.run.cool_down_days)]
        {
            let fits = (0.0..=LONGEST_DAYS).contains(&figure.value);
            self.number(&format!("{at}.value"), figure.value, fits, "days from 0 to 3,660");
        }
        let Some(recontact) = &door.recontact else { return };
        if recontact.again.value.is_empty() {
            self.say("recontact.again.value", "expected one share or more, found none".to_owned(), None);
        }
        for (position, share) in recontact.again.value.iter().enumerate() {
            let at = format!("recontact.again.value[{position}]");
            self.number(&at, *share, (0.0..1.0).contains(share), "a share below 1");
        }
        self.above_zero("recontact.gap_days", &recontact.gap_days);
        self.not_negative("recontact.by_chronicity", &recontact.by_chronicity);
        if let Some(unmet) = &recontact.unmet {
            self.above_zero("recontact.unmet", unmet);
        }
        if let Some(worsens) = &recontact.worsens_a_year {
            self.not_negative("recontact.worsens_a_year", worsens);
        }
    }

    fn intake(&mut self, intake: &IntakeFile) {
        let groups: Vec<&str> = SourceGroup::ALL.iter().map(|group| group_id(*group)).collect();
        self.names("intake.channels.value", intake.channels.value.keys(), &groups);
        let channels = [Channel::Phone, Channel::Form, Channel::Email].map(Channel::id);
        for (group, shares) in &intake.channels.value {
            let at = format!("intake.channels.value.{group}");
            self.names(&at, shares.keys(), &channels);
            let sum: f64 = shares.values().sum();
            if shares.values().any(|share| *share < 0.0) || sum <= 0.0 {
                self.say(&at, format!("expected weights of 0 or more, one above; they sum to {sum}"), None);
            }
        }
        if let Some(batch) = &intake.police_batch {
            self.share("intake.police_batch.held_back", &batch.held_back);
            if minute_of_day(&batch.sent_at).is_none_or(|minute| minute >= 1_440) {
                self.clock("intake.police_batch.sent_at", &batch.sent_at);
            }
        }
        if let Some(triage) = &intake.police_triage {
            self.share("intake.police_triage", triage);
        }
    }

    fn clock(&mut self, at: &str, written: &str) {
        let mend = "write hours and minutes, for example \"08:30\"".to_owned();
        self.say(at, format!("`{written}` is no time of day"), Some(mend));
    }

    fn hours(&mut self, at: &str, hours: &HoursFile) {
        for (name, span) in [("working_days", &hours.working_days), ("other_days", &hours.other_days)] {
            let Some([from, to]) = span else { continue };
            let at = format!("{at}.{name}");
            match (minute_of_day(from), minute_of_day(to)) {
                (None, _) => self.clock(&at, from),
                (_, None) => self.clock(&at, to),
                (Some(opens), Some(closes)) if opens >= closes => {
                    let mend = "give the earlier time first; for day and night write [\"00:00\", \"24:00\"]";
                    self.say(&at, format!("opens at {from} and closes at {to}"), Some(mend.to_owned()));
                }
                _ => {}
            }
        }
        if hours.working_days.is_none() && hours.other_days.is_none() {
            let mend = "give it `working_days` or `other_days`".to_owned();
            self.say(at, "it is never open".to_owned(), Some(mend));
        }
    }

    fn minutes(&mut self, at: &str, minutes: &BTreeMap<String, f64>) {
        for (rating, minutes) in minutes {
            let fits = *minutes > 0.0 && *minutes <= 1_000_000.0;
            self.number(&format!("{at}.{rating}"), *minutes, fits, "minutes above 0");
        }
    }

    fn desk(&mut self, at: &str, desk: &DeskFile) {
        let place = |name: &str| format!("{at}.{name}");
        self.people_count(&place("staff"), &desk.staff);
        self.above_zero(&place("staff"), &desk.staff);
        self.share(&place("absent"), &desk.absent);
        self.hours(&place("hours"), &desk.hours);
        self.minutes(&place("minutes.value"), &desk.minutes.value);
        self.not_negative(&place("spread"), &desk.spread);
    }

    fn enquiries(&mut self, enquiries: &EnquiriesFile) {
        self.above_zero("enquiries.consent.hours", &enquiries.consent.hours);
        self.above_zero("enquiries.reminder_hours", &enquiries.reminder_hours);
        for (rating, hours) in &enquiries.deadline_hours.value {
            let at = format!("enquiries.deadline_hours.value.{rating}");
            self.number(&at, *hours, *hours > 0.0, "hours above 0");
        }
        let agencies: Vec<&str> = Agency::ALL.iter().map(|agency| agency.id()).collect();
        self.names("enquiries.desks", enquiries.desks.keys(), &agencies);
        for (agency, desk) in &enquiries.desks {
            let place = |name: &str| format!("enquiries.desks.{agency}.{name}");
            if let Some(staff) = &desk.staff {
                self.people_count(&place("staff"), staff);
                self.above_zero(&place("staff"), staff);
            }
            self.hours(&place("hours"), &desk.hours);
            self.minutes(&place("minutes.value"), &desk.minutes.value);
            if let Some(minutes) = &desk.work_minutes {
                self.above_zero(&place("work_minutes"), minutes);
            }
            self.not_negative(&place("spread"), &desk.spread);
            self.share(&place("until_reminded"), &desk.until_reminded);
            self.share(&place("never"), &desk.never);
        }
    }

    fn strategy(&mut self, door: &FrontDoorFile) {
        let pool = |check: &mut Self, name: &str, pool: &PoolFile| {
            check.people_count(&format!("strategy.{name}.staff"), &pool.staff);
            check.above_zero(&format!("strategy.{name}.staff"), &pool.staff);
            check.hours(&format!("strategy.{name}.hours"), &pool.hours);
            check.people_count(&format!("strategy.{name}.on_call"), &pool.on_call);
        };
        pool(self, "social_care", &door.strategy.social_care);
        pool(self, "police", &door.strategy.police);
        pool(self, "health", &door.strategy.health);
        self.above_zero("strategy.minutes", &door.strategy.minutes);
        self.not_negative("strategy.spread", &door.strategy.spread);
    }

    fn bands(&mut self, at: &str, bands: &[[f64; 2]]) {
        let rising = bands.windows(2).all(|pair| match pair {
            [[day, share], [next, more]] => day <= next && share <= more,
            _ => true,
        });
        let ends = bands.last().is_some_and(|[_, share]| (share - 1.0).abs() < 1e-9);
        let first = bands.first().is_some_and(|[day, share]| *day >= 0.0 && *share >= 0.0);
        if !rising || !ends || !first {
            let message = "expected rising days with rising shares, the last of them 1".to_owned();
            self.say(at, message, Some("write each band as [last day, share done by then]".to_owned()));
        }
    }

    fn downstream(&mut self, door: &FrontDoorFile) {
        if let Some(help) = &door.early_help {
            for (name, figure) in [
                ("by_partners", &help.by_partners),
                ("taken_up", &help.taken_up),
                ("stepped_up", &help.stepped_up),
            ] {
                self.share(&format!("early_help.{name}"), figure);
            }
            self.people_count("early_help.council_places", &help.council_places);
            self.people_count("early_help.partner_places", &help.partner_places);
            self.above_zero("early_help.days", &help.days);
            self.not_negative("early_help.spread", &help.spread);
        }
        if let Some(assessment) = &door.assessment {
            self.bands("assessment.days.value", &assessment.days.value);
            self.not_negative("assessment.by_caseload", &assessment.by_caseload);
            self.above_zero("assessment.accuracy", &assessment.accuracy);
            self.above_zero("assessment.in_need_days", &assessment.in_need_days);
            self.not_negative("assessment.in_need_spread", &assessment.in_need_spread);
            self.share("assessment.stepped_down", &assessment.stepped_down);
            self.not_negative("assessment.strategy_a_year", &assessment.strategy_a_year);
            let open = assessment.open_at_start.value;
            let fits = (0.0..=1_000_000.0).contains(&open);
            self.number("assessment.open_at_start.value", open, fits, "children from 0 to 1,000,000");
        }
        if let Some(enquiries) = &door.section_47 {
            self.bands("section_47.conference_days.value", &enquiries.conference_days.value);
            self.above_zero("section_47.days", &enquiries.days);
            if let Some(chaired) = &enquiries.conferences_a_week {
                let fits = chaired.value > 0.0 && chaired.value <= MOST_PEOPLE;
                let at = "section_47.conferences_a_week.value";
                self.number(at, chaired.value, fits, "conferences a week, more than 0 and at most 20,000");
            }
            self.needs(door.assessment.is_some(), "section_47", "assessment");
        }
        if let Some(plan) = &door.plan {
            for (name, figure) in [
                ("ends_at_first_review", &plan.ends_at_first_review),
                ("ends_at_later_review", &plan.ends_at_later_review),
                ("reviews_late", &plan.reviews_late),
                ("core_group_in_time", &plan.core_group_in_time),
            ] {
                self.share(&format!("plan.{name}"), figure);
            }
            self.not_negative("plan.on_plan_at_start", &plan.on_plan_at_start);
            let open = door.assessment.as_ref().map_or(0.0, |assessment| assessment.open_at_start.value);
            if plan.on_plan_at_start.value > open {
                let message = format!("{} on a plan of {open} open cases", plan.on_plan_at_start.value);
                self.say(
                    "plan.on_plan_at_start",
                    message,
                    Some("raise `assessment.open_at_start`".to_owned()),
                );
            }
            if plan.ends_at_later_review.value <= 0.0 && plan.ends_at_first_review.value < 1.0 {
                let mend = "give `ends_at_later_review` a share above 0".to_owned();
                self.say(
                    "plan",
                    "no plan ends after its first review: a path without an exit".to_owned(),
                    Some(mend),
                );
            }
            self.needs(door.section_47.is_some(), "plan", "section_47");
        }
    }

    fn needs(&mut self, there: bool, name: &str, other: &str) {
        if !there {
            self.say(
                name,
                format!("needs the section `{other}`"),
                Some(format!("add `{other}`, or leave `{name}` out")),
            );
        }
    }

    fn workforce(&mut self, door: &FrontDoorFile) {
        let Some(work) = &door.workforce else { return };
        self.turnover(work);
        self.needs(door.assessment.is_some(), "workforce", "assessment");
        self.people_count("workforce.posts", &work.posts);
        self.above_zero("workforce.posts", &work.posts);
        for (name, figure) in [
            ("agency_share", &work.agency_share),
            ("empty_share", &work.empty_share),
            ("newly_qualified", &work.newly_qualified),
            ("filled_by_agency", &work.filled_by_agency),
            ("leave", &work.leave),
            ("transferred_after_assessment", &work.transferred_after_assessment),
            ("supervision_held", &work.supervision_held),
        ] {
            self.share(&format!("workforce.{name}"), figure);
        }
        for (name, figure) in [
            ("caseload_limit", &work.caseload_limit),
            ("newly_qualified_limit", &work.newly_qualified_limit),
            ("in_need_visit_days", &work.in_need_visit_days),
            ("plan_visit_days", &work.plan_visit_days),
            ("supervision_weeks", &work.supervision_weeks),
        ] {
            self.above_zero(&format!("workforce.{name}"), figure);
        }
        for (name, figure) in [
            ("training_weeks", &work.training_weeks),
            ("agency_weeks", &work.agency_weeks),
            ("recruitment_weeks", &work.recruitment_weeks),
            ("visits_a_week", &work.visits_a_week),
        ] {
            self.not_negative(&format!("workforce.{name}"), figure);
        }
    }

    fn turnover(&mut self, work: &WorkforceFile) {
        for (name, figure) in [
            ("permanent_turnover", &work.permanent_turnover),
            ("agency_turnover", &work.agency_turnover),
            ("turnover_by_caseload", &work.turnover_by_caseload),
        ] {
            if let Some(figure) = figure {
                self.not_negative(&format!("workforce.{name}"), figure);
            }
        }
        if let Some(sickness) = &work.sickness {
            self.share("workforce.sickness", sickness);
        }
    }

    fn people(&mut self, people: &PeopleFile) {
        self.not_negative("people.between_people", &people.between_people);
        self.not_negative("people.within_person", &people.within_person);
        let Some(modifiers) = &people.modifiers else { return };
        let groups: Vec<&str> = SourceGroup::ALL.iter().map(|group| group_id(*group)).collect();
        for (name, table, known) in [
            ("weekday", &modifiers.weekday, crate::front_door::WEEKDAYS.to_vec()),
            ("channel", &modifiers.channel, Channel::ALL.map(Channel::id).to_vec()),
            ("credence", &modifiers.credence, groups),
        ] {
            if let Some(table) = table {
                self.names(&format!("people.modifiers.{name}.value"), table.value.keys(), &known);
            }
        }
    }

    /// A desk that could not keep up even if every contact took the least time is refused: its queue would only grow.
    fn can_keep_up(&mut self, file: &ScenarioFile, door: &FrontDoorFile) {
        let children = mean_size(&file.population.children_per_contact.value);
        let contacts = file.volume.referrals.value / file.volume.referrals_per_contact.value / children;
        let reach = if door.intake.open_cases_bypass { REACH_THE_DESKS } else { 1.0 };
        let desk = &door.screening;
        let least = desk.minutes.value.values().copied().fold(f64::INFINITY, f64::min);
        let minutes = |span: &Option<[String; 2]>| -> f64 {
            let Some([from, to]) = span else { return 0.0 };
            let (Some(from), Some(to)) = (minute_of_day(from), minute_of_day(to)) else { return 0.0 };
            f64::from(i32::try_from(to - from).unwrap_or(0))
        };
        // About 253 working days and 112 others.
        let open = 253.0 * minutes(&desk.hours.working_days) + 112.0 * minutes(&desk.hours.other_days);
        let there = open * desk.staff.value * (1.0 - desk.absent.value);
        let work = contacts * reach * least;
        if work >= there {
            let message = format!(
                "{:.0} hours of work a year or more for {:.0} hours on duty, a utilisation of {:.2} or more: its queue \
                 would only grow",
                work / 60.0,
                there / 60.0,
                work / there
            );
            let staff = libm::floor(desk.staff.value * work / there) + 1.0;
            let mend = format!("raise `staff` to {staff} or more, or lower `minutes` or `absent`");
            self.say("screening", message, Some(mend));
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "lists are short")]
fn mean_size(shares: &[f64]) -> f64 {
    let total: f64 = shares.iter().sum();
    shares.iter().enumerate().map(|(at, share)| share * (at as f64 + 1.0)).sum::<f64>() / total
}
