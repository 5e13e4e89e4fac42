//! Every case, shift and Monday of an experiment as CSV, so that every figure can be reckoned again by other means.
//!
//! What a child truly needed is left out where the scenario carries a real council's name.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use mash_batch::experiment::Alternative;
use mash_sim::{
    front_door::{
        CaseRecord, FrontDoor, Records,
        record::{DeskId, Ending},
    },
    queueing::Time,
};

use crate::{
    error::FileError,
    output::{Output, cannot_write},
};

const CASES: &str = "cases.csv";
const SHIFTS: &str = "shifts.csv";
const MONDAYS: &str = "mondays.csv";

/// The three files.
#[derive(Debug)]
pub(super) struct RecordFiles {
    files: [(PathBuf, Output); 3],
}

impl RecordFiles {
    pub(super) fn create(folder: &Path) -> Result<Self, FileError> {
        let heads = [
            (
                CASES,
                "alternative,replication,case,in_year,received,source,channel,age,ending,screened,rating_first,\
                 rating_last,asked_at,agencies_asked,agencies_replied,agencies_late,last_reply,agreement_refused,\
                 decided,recommended,route,overseen,manual_review,reopened,strategy_called,strategy_held,referral,\
                 re_referral,allocated,assessed,not_in_need,section_47,conference,plan,closed,workers,visits_due,\
                 visits_made,supervisions_due,supervisions_held,need",
            ),
            (
                SHIFTS,
                "alternative,replication,desk,day,in_year,staff,on_duty_hours,busy_hours,overtime_hours,\
                 waiting_at_midnight,begun",
            ),
            (
                MONDAYS,
                "alternative,replication,day,in_year,permanent,agency,empty_posts,left,caseloads,unallocated,in_need,\
                 on_plan,open_91_days,same_worker,early_help,early_help_waiting,sick_days",
            ),
        ];
        let mut files = Vec::new();
        for (name, head) in heads {
            let place = folder.join(name);
            let mut file = Output::create(&place)?;
            writeln!(file, "{head}").map_err(|error| cannot_write(&place, &error))?;
            files.push((place, file));
        }
        match <[(PathBuf, Output); 3]>::try_from(files) {
            Ok(files) => Ok(Self { files }),
            Err(_) => Err(FileError::new(folder, "cannot hold the records")),
        }
    }

    pub(super) fn add(
        &mut self,
        alternative: &Alternative<'_>,
        replication: u32,
        records: &Records,
    ) -> Result<(), FileError> {
        let door = alternative.model.door();
        let with_need = !alternative.model.scenario().names_real_authority;
        let head = format!("{},{replication}", alternative.id);
        let [from, to] = records.window;
        let in_year = |at: Time| u8::from(from <= at && at < to);
        let of_day = |day: u32| Time(i64::from(day) * 86_400_000_000_000);
        let [(cases_at, cases), (shifts_at, shifts), (mondays_at, mondays)] = &mut self.files;
        for case in &records.cases {
            let line = case_line(case, door, with_need);
            writeln!(cases, "{head},{},{},{line}", case.key.id(), in_year(case.received))
                .map_err(|error| cannot_write(cases_at, &error))?;
        }
        for shift in &records.shifts {
            let day = of_day(shift.day);
            writeln!(
                shifts,
                "{head},{},{},{},{},{},{},{},{},{}",
                desk(shift.desk),
                door.civil(day).date(),
                in_year(day),
                shift.staff,
                shift.on_duty.hours(),
                shift.busy.hours(),
                shift.overtime.hours(),
                shift.waiting,
                shift.begun
            )
            .map_err(|error| cannot_write(shifts_at, &error))?;
        }
        for team in &records.teams {
            let day = of_day(team.day);
            let loads: Vec<String> = team.caseloads.iter().map(ToString::to_string).collect();
            let ([open, same], [helped, waiting]) = (team.continuity, team.early_help);
            writeln!(
                mondays,
                "{head},{},{},{},{},{},{},{},{},{},{},{open},{same},{helped},{waiting},{}",
                door.civil(day).date(),
                in_year(day),
                team.permanent,
                team.agency,
                team.empty,
                team.left,
                loads.join(" "),
                team.unallocated,
                team.in_need,
                team.on_plan,
                team.sick_days
            )
            .map_err(|error| cannot_write(mondays_at, &error))?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Vec<PathBuf>, FileError> {
        let mut places = Vec::new();
        for (place, file) in self.files {
            file.finish()?;
            places.push(place);
        }
        Ok(places)
    }
}

fn desk(desk: DeskId) -> String {
    match desk {
        DeskId::Screening => "screening".to_owned(),
        DeskId::Decision => "hub".to_owned(),
        DeskId::Oversight => "oversight".to_owned(),
        DeskId::Partner(agency) => format!("partner_{agency}"),
    }
}

fn case_line(case: &CaseRecord, door: &FrontDoor<'_>, with_need: bool) -> String {
    let at = |at: Time| match at {
        Time::NEVER => String::new(),
        at => {
            format!("{}.{:09}", door.civil(at).strftime("%Y-%m-%dT%H:%M:%S"), at.0.rem_euclid(1_000_000_000))
        }
    };
    let ended = |[_, ended]: [Time; 2]| at(ended);
    let begun = |[begun, _]: [Time; 2]| at(begun);
    let [first, last] =
        case.rating.map(|rating| rating.map_or_else(String::new, |rating| rating.to_string()));
    let flag = |yes: bool| u8::from(yes).to_string();
    let ending = match case.ending {
        Ending::Open => "open",
        Ending::ToWorker => "to_worker",
        Ending::OtherArea => "other_area",
        Ending::Decided => "decided",
    };
    let ([visits_due, visits_made], [due, held]) = (case.visits, case.supervisions);
    [
        at(case.received),
        case.source.to_string(),
        case.channel.id().to_owned(),
        case.age.id().to_owned(),
        ending.to_owned(),
        ended(case.screened),
        first,
        last,
        at(case.asked_at),
        case.asked.to_string(),
        case.replied.to_string(),
        case.late.to_string(),
        at(case.replied_at),
        flag(case.agreement_refused),
        ended(case.decided),
        case.recommended.route_id().to_owned(),
        case.route.route_id().to_owned(),
        flag(case.overseen),
        flag(case.manual_review),
        flag(case.reopened),
        begun(case.strategy),
        ended(case.strategy),
        flag(case.referral),
        flag(case.re_referral),
        at(case.allocated),
        at(case.assessed),
        flag(case.not_in_need),
        begun(case.section_47),
        at(case.conference),
        begun(case.plan),
        at(case.closed),
        case.workers.to_string(),
        visits_due.to_string(),
        visits_made.to_string(),
        due.to_string(),
        held.to_string(),
        if with_need { case.need.route_id().to_owned() } else { String::new() },
    ]
    .join(",")
}
