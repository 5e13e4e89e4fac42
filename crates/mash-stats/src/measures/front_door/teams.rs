//! Desks and teams: who waits, who is busy, who holds how many cases, and whether a child keeps its worker.

use mash_model::Agency;
use mash_sim::front_door::{PartnerWork, ShiftRecord};

use super::{
    ASKED, CaseRecord, DeskId, FrontDoorMeasures, TeamRecord, Time, View, happened, mean, percentile, whole,
};

/// Nanoseconds of a day.
const DAY: i64 = 86_400_000_000_000;

/// Id and name, and the desks that it stands for.
type Desks = (&'static str, &'static str, fn(DeskId) -> bool);

/// Id, title and unit of a level, and what it is on one Monday.
type Level = (&'static str, &'static str, &'static str, fn(&TeamRecord) -> f64);
/// Id and title of a stock, and what it is on one Monday.
type Stock = (&'static str, &'static str, fn(&TeamRecord) -> u32);
/// Id and title of a share, and how many were due and done of one case.
type Done = (&'static str, &'static str, fn(&CaseRecord) -> [u16; 2]);

const DESKS: [Desks; 4] = [
    ("screening", "Screening", |desk| desk == DeskId::Screening),
    ("hub", "Hub decisions", |desk| desk == DeskId::Decision),
    ("oversight", "Managers reading", |desk| desk == DeskId::Oversight),
    ("police", "Police desk", |desk| desk == DeskId::Partner(Agency::Police)),
];

pub(super) fn add(all: &mut FrontDoorMeasures) {
    desks(all);
    hours(all);
    levels(all);
    workers(all);
    children(all);
}

fn desks(all: &mut FrontDoorMeasures) {
    for (id, title, of) in DESKS {
        all.add(
            [&format!("{id}_waiting"), &format!("{title}: contacts waiting"), "contacts"],
            "Mean over the midnights of the year",
            move |view| mean(shifts(view, of).map(|shift| f64::from(shift.waiting))),
        );
        all.add(
            [&format!("{id}_waiting_growth"), &format!("{title}: growth of what waits"), "contacts"],
            "Mean waiting at midnight in the last quarter of the year less that in the first: a desk that keeps up is \
             near 0",
            move |view| {
                let waiting: Vec<f64> = shifts(view, of).map(|shift| f64::from(shift.waiting)).collect();
                let quarter = waiting.len() / 4;
                let last = mean(waiting.iter().rev().take(quarter).copied())?;
                Some(last - mean(waiting.iter().take(quarter).copied())?)
            },
        );
        all.add(
            [&format!("{id}_utilisation_pct"), &format!("{title}: time at work"), "per cent"],
            "Time at work inside hours over time on duty, all people and days together",
            move |view| {
                let (mut busy, mut on_duty) = (0.0, 0.0);
                for shift in shifts(view, of) {
                    busy += shift.busy.hours();
                    on_duty += shift.on_duty.hours();
                }
                (on_duty > 0.0).then(|| 100.0 * busy / on_duty)
            },
        );
        all.add(
            [&format!("{id}_overtime_hours"), &format!("{title}: overtime"), "hours a week"],
            "Work in hand at closing time that is finished after it, all people together",
            move |view| Some(shifts(view, of).map(|shift| shift.overtime.hours()).sum::<f64>() / weeks(view)),
        );
    }
}

/// Work of desks with a number of staff, overtime included; and how much each partner is asked.
fn hours(all: &mut FrontDoorMeasures) {
    for (id, title, of) in DESKS {
        all.add(
            [&format!("{id}_work_hours"), &format!("{title}: time at work on contacts"), "hours a week"],
            "Time that people work on contacts, overtime included, all people together",
            move |view| {
                let worked = shifts(view, of).map(|shift| shift.busy.hours() + shift.overtime.hours());
                Some(worked.sum::<f64>() / weeks(view))
            },
        );
    }
    partners(all);
}

/// How much each partner is asked, and what work that makes.
fn partners(all: &mut FrontDoorMeasures) {
    for agency in ASKED {
        all.add(
            [&format!("enquiries_{agency}"), &format!("Enquiries to {}", agency.title()), "enquiries a week"],
            "Enquiries that the agency began to answer",
            move |view| Some(begun(view, agency) / weeks(view)),
        );
        // The police desk stands among the desks.
        if agency == Agency::Police {
            continue;
        }
        all.add(
            [
                &format!("{agency}_work_hours"),
                &format!("{}: time at work on enquiries", agency.title()),
                "hours a week",
            ],
            "Of a desk with staff: time that people work on enquiries, overtime included. Of another: enquiries begun, by \
             the minutes of work that the scenario states for one. None where it states neither",
            move |view| match view.door.partner_work(agency) {
                PartnerWork::TimeAtWork => {
                    let at = shifts(view, move |desk| desk == DeskId::Partner(agency));
                    let worked = at.map(|shift| shift.busy.hours() + shift.overtime.hours());
                    Some(worked.sum::<f64>() / weeks(view))
                }
                PartnerWork::Minutes(minutes) => Some(begun(view, agency) * minutes / 60.0 / weeks(view)),
                PartnerWork::NotStated => None,
            },
        );
    }
}

/// Enquiries that an agency began to answer.
fn begun(view: &View<'_>, agency: Agency) -> f64 {
    let [from, to] = view.window;
    let asked = view.records.shifts.iter().filter(|shift| {
        let day = Time(i64::from(shift.day) * DAY);
        shift.desk == DeskId::Partner(agency) && from <= day && day < to
    });
    asked.map(|shift| f64::from(shift.begun)).sum()
}

fn levels(all: &mut FrontDoorMeasures) {
    let levels: [Level; 8] = [
        ("workers", "Social workers who hold cases", "workers", |team| {
            f64::from(team.permanent + team.agency)
        }),
        ("permanent_workers", "Permanent social workers", "workers", |team| f64::from(team.permanent)),
        ("agency_workers", "Agency social workers", "workers", |team| f64::from(team.agency)),
        ("empty_posts", "Empty posts", "posts", |team| f64::from(team.empty)),
        ("unallocated", "Children without a social worker", "children", |team| f64::from(team.unallocated)),
        ("council_early_help", "Children in the council's early help", "children", |team| {
            let [helped, _] = team.early_help;
            f64::from(helped)
        }),
        ("council_early_help_waiting", "Children waiting for it", "children", |team| {
            let [_, waiting] = team.early_help;
            f64::from(waiting)
        }),
        ("sick_days", "Working days lost to sickness", "days a week", |team| f64::from(team.sick_days)),
    ];
    for (id, title, unit, of) in levels {
        all.add([id, title, unit], "Mean over the Mondays of the year", move |view| {
            mean(view.teams.iter().map(|team| of(team)))
        });
    }
    let at_the_end: [Stock; 2] = [
        ("in_need_per_10k", "Children in need at the end of the year, per 10,000", |team| team.in_need),
        ("on_plan_per_10k", "Children on a plan at the end of the year, per 10,000", |team| team.on_plan),
    ];
    for (id, title, of) in at_the_end {
        all.add([id, title, "per 10,000"], "Open cases on the last Monday of the year", move |view| {
            view.per_10k(usize::try_from(of(view.teams.last()?)).ok()?)
        });
    }
}

fn workers(all: &mut FrontDoorMeasures) {
    all.add(["agency_pct", "Agency workers", "per cent"], "Of workers in post, mean over Mondays", |view| {
        let staffed = view.teams.iter().filter(|team| team.permanent + team.agency > 0);
        mean(staffed.map(|team| 100.0 * f64::from(team.agency) / f64::from(team.permanent + team.agency)))
    });
    all.add(
        ["turnover_pct", "Turnover of permanent workers", "per cent a year"],
        "Permanent workers who left in the year over their mean number",
        |view| {
            let left: f64 = view.teams.iter().map(|team| f64::from(team.left)).sum();
            let there = mean(view.teams.iter().map(|team| f64::from(team.permanent)))?;
            (there > 0.0).then(|| 100.0 * left / there)
        },
    );
    all.add(
        ["caseload_mean", "Caseload, mean", "children"],
        "Children with a worker over workers in post, mean over Mondays",
        |view| mean(loads(view)),
    );
    for (share, name) in [(0.5, "p50"), (0.95, "p95")] {
        all.add(
            [&format!("caseload_{name}"), &format!("Caseload, {name}"), "children"],
            "Over workers in post and Mondays",
            move |view| percentile(loads(view), share),
        );
    }
}

fn children(all: &mut FrontDoorMeasures) {
    all.add(
        ["same_worker_pct", "Same social worker throughout", "per cent"],
        "Of children whose referral came in the run and whose case has been open for 91 days or more, on Mondays of \
         the year: never had another worker",
        |view| {
            let [all, same] = view.teams.iter().fold([0.0; 2], |[all, same], team| {
                let [more, alike] = team.continuity.map(f64::from);
                [all + more, same + alike]
            });
            (all > 0.0).then(|| 100.0 * same / all)
        },
    );
    let pairs: [Done; 2] = [
        ("visits_made_pct", "Visits made in the week in which they were due", |case| case.visits),
        ("supervision_held_pct", "Supervisions held", |case| case.supervisions),
    ];
    for (id, title, of) in pairs {
        all.add(
            [id, title, "per cent"],
            "Of those due, of cases that came of contacts of the year",
            move |view| {
                let [due, made] = view.cases.iter().fold([0_usize; 2], |[due, made], case| {
                    let [more, done] = of(case).map(usize::from);
                    [due + more, made + done]
                });
                (due > 0).then(|| 100.0 * whole(made) / whole(due))
            },
        );
    }
    all.add(
        ["allocation_days_p95", "Referral to a worker, p95", "days"],
        "Start: decided. Stop: a worker is allocated. Of referrals that got one before the run ends",
        |view| {
            let allocated = view.referrals().filter(|case| happened(case.allocated));
            let days = allocated.map(|case| {
                let [_, decided] = case.decided;
                case.allocated.since(decided).hours().max(0.0) / 24.0
            });
            percentile(days, 0.95)
        },
    );
}

fn shifts<'v>(view: &'v View<'_>, of: impl Fn(DeskId) -> bool + 'v) -> impl Iterator<Item = &'v ShiftRecord> {
    let [from, to] = view.window;
    view.records.shifts.iter().filter(move |shift| {
        let day = Time(i64::from(shift.day) * DAY);
        of(shift.desk) && from <= day && day < to
    })
}

fn weeks(view: &View<'_>) -> f64 {
    let [from, to] = view.window;
    to.since(from).hours() / 168.0
}

fn loads(view: &View<'_>) -> impl Iterator<Item = f64> {
    view.teams.iter().flat_map(|team| team.caseloads.iter()).map(|load| f64::from(*load))
}
