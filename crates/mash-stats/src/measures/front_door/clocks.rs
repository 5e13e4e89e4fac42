//! How long each stage takes, and how often it is in time.

use super::{
    ASKED, Authority, CaseRecord, FrontDoorMeasures, RatingLimit, Time, View, happened, mean, percent,
    percentile, whole,
};

const WORKING_TOGETHER: &str =
    "Working Together to Safeguard Children (2023); the passage is unverified here";

type Moment = fn(&CaseRecord) -> Time;

/// Id, title, what is added to the definition, and the test.
type Share = (&'static str, &'static str, &'static str, fn(&CaseRecord) -> bool);

/// Hours from one moment of a case to another, of cases in which both came.
fn hours(
    view: &View<'_>,
    [from, to]: [Moment; 2],
    which: impl Fn(&CaseRecord) -> bool,
) -> impl Iterator<Item = f64> {
    let spans = view.decided().filter(|case| which(case)).map(|case| (from(case), to(case)));
    let both = spans.filter(|(from, to)| happened(*from) && happened(*to) && to >= from);
    both.map(|(from, to)| to.since(from).hours()).collect::<Vec<_>>().into_iter()
}

fn received(case: &CaseRecord) -> Time {
    case.received
}

fn screened(case: &CaseRecord) -> Time {
    let [_, ended] = case.screened;
    ended
}

fn decided(case: &CaseRecord) -> Time {
    let [_, ended] = case.decided;
    ended
}

fn called(case: &CaseRecord) -> Time {
    let [called, _] = case.strategy;
    called
}

fn held(case: &CaseRecord) -> Time {
    let [_, held] = case.strategy;
    held
}

pub(super) fn add(all: &mut FrontDoorMeasures, ratings: &[RatingLimit]) {
    stages(all);
    by_rating(all, ratings);
    limits(all);
    enquiries(all);
    waited_for(all);
}

fn stages(all: &mut FrontDoorMeasures) {
    let stages: [(&str, &str, &str, [Moment; 2]); 4] = [
        (
            "screening",
            "Received to screened",
            "Start: received. Stop: screening ended. Pause: none",
            [received, screened],
        ),
        (
            "replies",
            "Asked to last reply that counted",
            "Start: enquiries sent. Stop: last reply before the decision. Pause: none",
            [|case| case.asked_at, |case| case.replied_at],
        ),
        (
            "decision",
            "Received to decided",
            "Start: received. Stop: decided, for the last time where a late reply opened the contact again. \
             Pause: none",
            [received, decided],
        ),
        (
            "strategy",
            "Strategy discussion called to held",
            "Start: called. Stop: begun. Pause: none",
            [called, held],
        ),
    ];
    for (id, title, definition, span) in stages {
        all.add([&format!("{id}_hours_mean"), &format!("{title}, mean"), "hours"], definition, move |view| {
            mean(hours(view, span, |_| true))
        });
        for (share, name) in [(0.5, "p50"), (0.95, "p95")] {
            all.add(
                [&format!("{id}_hours_{name}"), &format!("{title}, {name}"), "hours"],
                definition,
                move |view| percentile(hours(view, span, |_| true), share),
            );
        }
    }
}

fn by_rating(all: &mut FrontDoorMeasures, ratings: &[RatingLimit]) {
    for (at, rating) in (0_u8..).zip(ratings) {
        let of = move |case: &CaseRecord| case.rating.last().copied().flatten() == Some(at);
        let definition = "Start: received. Stop: decided. Pause: none. By the rating at the end";
        let (id, span) = (&rating.id, [received as Moment, decided]);
        all.add(
            [&format!("decision_hours_mean_{id}"), &format!("Received to decided, mean, {id}"), "hours"],
            definition,
            move |view| mean(hours(view, span, of)),
        );
        all.add(
            [&format!("decision_hours_p95_{id}"), &format!("Received to decided, p95, {id}"), "hours"],
            definition,
            move |view| percentile(hours(view, span, of), 0.95),
        );
        if rating.limit.is_some() {
            all.clock(
                [&format!("in_time_{id}_pct"), &format!("Decided within the limit of {id}"), "per cent"],
                "Start: received; limits in working days start when the hub is next open. Stop: decided. Pause: \
                 none. Of children with this rating at the end",
                Some((Authority::Local, "The pack's rating")),
                move |view| {
                    percent(view.decided().filter(|case| of(case)), |case| {
                        decided(case) <= view.door.due(case.received, usize::from(at))
                    })
                },
            );
        }
    }
}

fn limits(all: &mut FrontDoorMeasures) {
    all.clock(
        ["referral_one_day_pct", "Referrals decided within one working day", "per cent"],
        "Start: the day of receipt; the day after is day 1. Stop: decided. Pause: days that are not working days",
        Some((Authority::Guidance, WORKING_TOGETHER)),
        |view| {
            percent(view.referrals().filter(|case| happened(decided(case))), |case| {
                view.door.working_days(case.received, decided(case)) <= 1
            })
        },
    );
    all.clock(
        ["strategy_one_day_pct", "Strategy discussions within one working day", "per cent"],
        "Start: the day of the call. Stop: begun. Pause: days that are not working days",
        Some((Authority::Local, "One working day in Bracknell Forest (2019), 24 hours in Knowsley (2023)")),
        |view| {
            percent(view.decided().filter(|case| happened(called(case))), |case| {
                happened(held(case)) && view.door.working_days(called(case), held(case)) <= 1
            })
        },
    );
    all.clock(
        ["assessment_45_days_pct", "Assessments within 45 working days", "per cent"],
        "Start: the day of receipt. Stop: done. Pause: days that are not working days. Of assessments done before \
         the run ends",
        Some((Authority::Guidance, WORKING_TOGETHER)),
        |view| {
            percent(view.referrals().filter(|case| happened(case.assessed)), |case| {
                view.door.working_days(case.received, case.assessed) <= 45
            })
        },
    );
    all.add(
        ["assessment_days_p50", "Working days of an assessment, median", "working days"],
        "Start: the day of receipt. Stop: done",
        |view| {
            let done = view.referrals().filter(|case| happened(case.assessed));
            percentile(done.map(|case| f64::from(view.door.working_days(case.received, case.assessed))), 0.5)
        },
    );
    all.clock(
        ["conference_15_days_pct", "Initial conferences within 15 working days", "per cent"],
        "Start: the day on which the section 47 enquiry begins, at the end of its strategy discussion. Stop: \
         conference. Pause: days that are not working days. Of enquiries that came of contacts of the year",
        Some((Authority::Guidance, WORKING_TOGETHER)),
        |view| {
            let held = view.cases.iter().copied().filter(|case| happened(case.conference));
            percent(held, |case| {
                let [begun, _] = case.section_47;
                view.door.working_days(begun, case.conference) <= 15
            })
        },
    );
    all.clock(
        ["core_group_10_days_pct", "First core groups within ten working days", "per cent"],
        "Start: conference. Stop: core group. Pause: days that are not working days",
        Some((Authority::Guidance, WORKING_TOGETHER)),
        |view| {
            let on_plan = view.cases.iter().copied().filter(|case| case.core_group_in_time.is_some());
            percent(on_plan, |case| case.core_group_in_time == Some(true))
        },
    );
    all.clock(
        ["reviews_in_time_pct", "Reviews of plans in time", "per cent"],
        "Three months after the conference, then at most six months after the last. Of reviews of plans that came \
         of contacts of the year",
        Some((Authority::Guidance, WORKING_TOGETHER)),
        |view| {
            let [due, in_time] = view.cases.iter().fold([0_usize; 2], |[due, made], case| {
                let [more, in_time] = case.reviews.map(usize::from);
                [due + more, made + in_time]
            });
            (due > 0).then(|| 100.0 * whole(in_time) / whole(due))
        },
    );
}

/// Whose reply was the last, and how long everybody else's answers lay waiting for it.
fn waited_for(all: &mut FrontDoorMeasures) {
    for agency in ASKED {
        all.add(
            [
                &format!("waited_for_{agency}_hours"),
                &format!("Waited for {}", agency.title()),
                "hours for 100 children",
            ],
            "Start: enquiries sent. Stop: last reply before the decision, where it was this agency's. Summed, for each 100 \
             children about whom enquiries were sent. Pause: none",
            move |view| {
                let asked: Vec<&CaseRecord> = view.decided().filter(|case| happened(case.asked_at)).collect();
                let waited = asked.iter().filter(|case| case.last_reply_of == Some(agency));
                let hours: f64 = waited.map(|case| case.replied_at.since(case.asked_at).hours().max(0.0)).sum();
                (!asked.is_empty()).then(|| 100.0 * hours / whole(asked.len()))
            },
        );
    }
}

fn enquiries(all: &mut FrontDoorMeasures) {
    all.add(
        ["agencies_asked", "Agencies asked for each child", "agencies"],
        "Of children on whom the hub decided",
        |view| mean(view.decided().map(|case| f64::from(case.asked))),
    );
    all.add(
        ["replies_before_pct", "Enquiries answered before the decision", "per cent"],
        "Of enquiries sent",
        |view| {
            let asked: usize = view.decided().map(|case| usize::from(case.asked)).sum();
            let replied: usize = view.decided().map(|case| usize::from(case.replied)).sum();
            (asked > 0).then(|| 100.0 * whole(replied) / whole(asked))
        },
    );
    let shares: [Share; 4] = [
        ("reopened_pct", "Opened again by a late reply", "", |case| case.reopened),
        ("agreement_refused_pct", "Agreement to enquiries refused", "", |case| case.agreement_refused),
        ("read_by_manager_pct", "Read by a manager before the decision stood", "", |case| case.overseen),
        ("manual_review_pct", "Left to a person by the pack", ": a rule failed", |case| case.manual_review),
    ];
    for (id, title, more, of) in shares {
        let definition = format!("Of children on whom the hub decided{more}");
        all.add([id, title, "per cent"], &definition, move |view| percent(view.decided(), of));
    }
}
