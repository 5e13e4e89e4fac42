//! Decisions against what children truly needed, as far as a simulation can know it. Never figures of a real place.

use super::{ASKED, CaseRecord, FrontDoorMeasures, LatentNeed, happened, mean, percent, whole};

pub(super) fn add(all: &mut FrontDoorMeasures) {
    all.add(
        ["missed", "Children who needed an assessment and got less", "children"],
        "Of children on whom the hub decided: needed an assessment or a strategy discussion under the truth model, \
         decided below",
        |view| Some(whole(view.decided().filter(|case| case.is_missed()).count())),
    );
    all.add(
        ["missed_pct", "Share of those who needed an assessment and got less", "per cent"],
        "Missed, of children on whom the hub decided who needed an assessment or more",
        |view| percent(view.decided().filter(|case| needs(case)), CaseRecord::is_missed),
    );
    all.add(
        ["missed_days_mean", "Days until what was needed was given, mean", "days"],
        "Start: received. Stop: what was needed began, after a later contact or a step up. Of missed children to \
         whom it came before the run ended",
        |view| {
            let met = view.decided().filter(|case| case.is_missed() && happened(case.met));
            mean(met.map(|case| case.met.since(case.received).hours() / 24.0))
        },
    );
    all.add(
        ["missed_not_met_pct", "Missed and not met when the run ended", "per cent"],
        "Of missed children",
        |view| percent(view.decided().filter(|case| case.is_missed()), |case| !happened(case.met)),
    );
    all.add(
        ["over_intervention", "Children assessed or more without the need", "children"],
        "Children decided for an assessment or more who needed less than targeted early help under the truth model",
        |view| Some(whole(view.decided().filter(|case| case.is_over_intervention()).count())),
    );
    all.add(
        ["over_intervention_pct", "Assessed or more without the need", "per cent"],
        "Of children decided for an assessment or more: needed less than targeted early help under the truth model",
        |view| {
            let strong = view.decided().filter(|case| case.route >= LatentNeed::ChildAndFamilyAssessment);
            percent(strong, CaseRecord::is_over_intervention)
        },
    );
    all.add(
        ["overridden_pct", "Decided otherwise than recommended", "per cent"],
        "Of children on whom the hub decided",
        |view| percent(view.decided(), |case| case.route != case.recommended),
    );
    for agency in ASKED {
        for (which, way) in [(0_usize, "up"), (1, "down")] {
            all.add(
                [
                    &format!("changed_{way}_by_{agency}"),
                    &format!("{}: replies that moved the route {way}", agency.title()),
                    "per 1,000 children",
                ],
                "Of children on whom the hub decided: the pack recommends another route when this agency's reply is \
                 left out. Zero unless the value of information is asked for",
                move |view| {
                    let moved = |case: &&CaseRecord| {
                        case.changed_by.get(which).is_some_and(|bits| bits >> (agency as u64) & 1 == 1)
                    };
                    let all = view.decided().count();
                    (all > 0).then(|| 1_000.0 * whole(view.decided().filter(moved).count()) / whole(all))
                },
            );
        }
    }
}

fn needs(case: &CaseRecord) -> bool {
    case.need >= LatentNeed::ChildAndFamilyAssessment
}
