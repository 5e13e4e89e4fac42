//! How much comes in, from whom, how urgent it is, and what is decided.

use super::{
    CaseRecord, Ending, FrontDoorMeasures, LatentNeed, RatingLimit, SourceGroup, group_id, happened, percent,
    whole,
};

/// Months as columns and measures name them, January first.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Id and title of a flow, and when it happened.
type Flow = (&'static str, &'static str, fn(&super::Records) -> &[super::Time]);

pub(super) fn add(all: &mut FrontDoorMeasures, ratings: &[RatingLimit]) {
    all.add(
        ["contacts", "Children in contacts", "children"],
        "Children named in contacts received in the year",
        |view| Some(whole(view.cases.len())),
    );
    all.add(
        ["referrals", "Referrals", "referrals"],
        "Contacts accepted as referrals, one child each",
        |view| Some(whole(view.referrals().count())),
    );
    all.add(
        ["referrals_per_10k", "Referrals per 10,000 children", "per 10,000"],
        "Referrals over children aged 0 to 17",
        |view| view.per_10k(view.referrals().count()),
    );
    all.add(
        ["contacts_per_referral", "Contacts for each referral", "contacts"],
        "Children in contacts over referrals",
        |view| {
            let referrals = view.referrals().count();
            (referrals > 0).then(|| whole(view.cases.len()) / whole(referrals))
        },
    );
    all.add(
        ["re_referral_pct", "Referrals within twelve months of the last", "per cent"],
        "Of referrals: the same child was referred in the 365 days before",
        |view| percent(view.referrals(), |case| case.re_referral),
    );
    all.add(
        ["referral_nfa_pct", "Referrals closed without an assessment", "per cent"],
        "Of referrals: closed at once",
        |view| percent(view.referrals(), |case| happened(case.closed) && !happened(case.allocated)),
    );
    all.add(
        ["not_in_need_pct", "Referrals assessed and found not in need", "per cent"],
        "Of referrals; those whose assessment is not done when the run ends do not count as found not in need",
        |view| percent(view.referrals(), |case| case.not_in_need),
    );
    all.add(
        ["to_worker_pct", "Contacts about open cases, passed to their worker", "per cent"],
        "Of children in contacts",
        |view| percent(view.cases.iter().copied(), |case| case.ending == Ending::ToWorker),
    );
    all.add(
        ["other_area_pct", "Contacts about children who live elsewhere", "per cent"],
        "Of children in contacts",
        |view| percent(view.cases.iter().copied(), |case| case.ending == Ending::OtherArea),
    );
    for route in LatentNeed::ALL {
        let name = route.route_id().replace('_', " ");
        all.add(
            [&format!("route_{}_pct", route.route_id()), &format!("Decided: {name}"), "per cent"],
            "Of children on whom the hub decided",
            move |view| percent(view.decided(), |case| case.route == route),
        );
    }
    for (at, rating) in (0_u8..).zip(ratings) {
        all.add(
            [&format!("rating_{}_pct", rating.id), &format!("Rated {} at the end", rating.id), "per cent"],
            "Of children on whom the hub decided",
            move |view| percent(view.decided(), |case| case.rating.last().copied().flatten() == Some(at)),
        );
    }
    all.add(
        ["rating_changed_pct", "Rating changed on the way", "per cent"],
        "Of children on whom the hub decided: the rating at the end is not that at the door",
        |view| percent(view.decided(), |case| matches!(case.rating, [first, last] if first != last)),
    );
    for group in SourceGroup::ALL {
        let id = group_id(group);
        let name = id.replace('_', " ");
        let of = move |case: &CaseRecord| case.source.source_group() == group;
        all.add(
            [&format!("contacts_{id}_pct"), &format!("Contacts from {name}"), "per cent"],
            "Of children in contacts",
            move |view| percent(view.cases.iter().copied(), of),
        );
        all.add(
            [&format!("referrals_{id}_pct"), &format!("Referrals from {name}"), "per cent"],
            "Of referrals",
            move |view| percent(view.referrals(), of),
        );
    }
    for (number, month) in (1_i8..).zip(MONTHS) {
        all.add(
            [&format!("referrals_{month}"), &format!("Referrals in {}", capital(month)), "referrals"],
            "Referrals whose contact was received in the month",
            move |view| {
                let of_month =
                    view.referrals().filter(|case| view.door.civil(case.received).month() == number);
                Some(whole(of_month.count()))
            },
        );
    }
    let flows: [Flow; 3] = [
        ("section_47_per_10k", "Section 47 enquiries per 10,000 children", |records| &records.enquiries),
        ("conferences_per_10k", "Initial conferences per 10,000 children", |records| &records.conferences),
        ("plans_per_10k", "Child protection plans begun per 10,000 children", |records| &records.plans),
    ];
    for (id, title, of) in flows {
        all.add(
            [id, title, "per 10,000"],
            "Begun or held in the year, those of cases open before included",
            move |view| view.per_10k(view.in_window(of(view.records))),
        );
    }
}

fn capital(month: &str) -> String {
    let mut letters = month.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
