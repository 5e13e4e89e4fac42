//! A scenario made one authority's own: what its published rows state is set, and people go in proportion.

use serde_json::{Value, json};

use super::{Local, at, figure, number, put};
use crate::published::{Authority, Table};

/// Staff and places that go in proportion to contacts.
const IN_PROPORTION: [&str; 9] = [
    "front_door.screening.staff",
    "front_door.decision.staff",
    "front_door.oversight.desk.staff",
    "front_door.enquiries.desks.police.staff",
    "front_door.strategy.social_care.staff",
    "front_door.strategy.police.staff",
    "front_door.strategy.health.staff",
    "front_door.early_help.council_places",
    "front_door.early_help.partner_places",
];

const CIN: &str = "DfE, Children in need, reporting year 2024 (data/cin_key_measures_england_region_la.csv)";
const WORKFORCE: &str =
    "DfE, Children's social work workforce, reporting year 2025 (data/workforce_england_region_la.csv)";
const MONTHS: &str = "DfE, Children in need, reporting year 2024, table C6 \
                      (data/seasonality_index_per_working_day_england.csv)";

/// The change of `base`, a whole scenario, that makes it this authority's and year's own, a merge patch; empty where it
/// is already and `local` is not given.
///
/// Set are children, referrals, stocks at the start, social workers, England's months of the year, and staff in
/// proportion to contacts. What is blank at source stays in proportion to the base. Local figures set contacts and
/// referrals, who sends them, how many of each become referrals and what becomes of the others.
#[must_use]
pub fn of_authority(base: &Value, own: &Authority, local: Option<&Local>) -> Value {
    let mut patch = json!({});
    let end = base.pointer("/year/end").and_then(Value::as_str).unwrap_or_default();
    let same_year = end == format!("{}-03-31", own.year);
    let same = same_year && base.get("authority_like").and_then(Value::as_str) == Some(&own.name);
    if !same {
        whose(&mut patch, own, same_year);
        volume(&mut patch, base, own);
        stocks(&mut patch, base, own);
        workers(&mut patch, base, own);
    }
    if let Some(local) = local {
        local.set(&mut patch, base);
    }
    if !same || local.is_some() {
        staff(&mut patch, base);
    }
    patch
}

fn whose(patch: &mut Value, own: &Authority, same_year: bool) {
    put(patch, "authority_like", json!(own.name));
    put(patch, "names_real_authority", json!(true));
    if same_year {
        return;
    }
    put(patch, "year.start", json!(format!("{}-04-01", own.year.saturating_sub(1))));
    put(patch, "year.end", json!(format!("{}-03-31", own.year)));
    if let Some(months) = months(own.year) {
        let source =
            format!("Referrals per working day relative to the year, England {}: {MONTHS}", own.year);
        put(patch, "arrivals.months", figure(months, "derived", Some(&source), None));
    }
}

/// England's rate a working day in each month of a year, January first.
fn months(year: u16) -> Option<Vec<f64>> {
    let text = include_str!("../../../../data/seasonality_index_per_working_day_england.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().ok()?.clone();
    let record = reader.records().flatten().find(|record| record.get(0) == Some(&year.to_string()))?;
    let of = |month: &str| record.get(head.iter().position(|head| head == month)?)?.parse().ok();
    mash_stats::measures::MONTHS.iter().map(|month| of(month)).collect()
}

fn volume(patch: &mut Value, base: &Value, own: &Authority) {
    let place = format!("{}, {}", own.name, own.year);
    let of = |column: &str| own.column(Table::KeyMeasures, column);
    let before = number(base, "volume.children").unwrap_or(1.0);
    let Some(children) = of("pop_0_17_midyear_prev").filter(|children| *children > 0.0) else { return };
    let source = format!("{CIN}, {place}: population aged 0 to 17 in the middle of the year before");
    put(patch, "volume.children", figure(children, "published", Some(&source), None));
    let referrals = match of("referrals").filter(|referrals| *referrals > 0.0) {
        Some(referrals) => figure(referrals, "published", Some(&format!("{CIN}, {place}")), None),
        None => {
            let same_rate = number(base, "volume.referrals").unwrap_or(1.0) * children / before;
            let reason =
                "Blank at source: the rate of the scenario that this one extends, for these children.";
            figure(same_rate.round(), "synthesised", None, Some(reason))
        }
    };
    put(patch, "volume.referrals", referrals);
}

/// Children in need and on a plan when the year begins: those at the end of the year before, or of this one.
fn stocks(patch: &mut Value, base: &Value, own: &Authority) {
    let before = Authority::of(&own.name, own.year.saturating_sub(1));
    let ratio = ratio(patch, base, "volume.children");
    let mut begin = Vec::new();
    for (path, column) in [
        ("front_door.assessment.open_at_start", "cin_at_31_march"),
        ("front_door.plan.on_plan_at_start", "cpp_at_31_march"),
    ] {
        if at(base, path).is_none() {
            continue;
        }
        let of =
            |own: &Authority| own.column(Table::KeyMeasures, column).map(|children| (children, own.year));
        let found = before.as_ref().and_then(of).or_else(|| of(own));
        let stated = match found {
            Some((children, year)) => {
                let source = format!("{CIN}, {}, 31 March {year}", own.name);
                begin.push(children);
                figure(children, "published", Some(&source), None)
            }
            None => {
                let children = (number(base, path).unwrap_or(0.0) * ratio).round();
                begin.push(children);
                let reason = "Blank at source: in proportion to children.";
                figure(children, "synthesised", None, Some(reason))
            }
        };
        put(patch, path, stated);
    }
    if let [open, on_plan] = begin.as_slice()
        && *open > 0.0
        && *on_plan <= *open
    {
        let source = format!("{CIN}, {}: plans among children in need on the same day", own.name);
        let share = three_digits(on_plan / open);
        put(patch, "history.plan_among_open", figure(share, "derived", Some(&source), None));
    }
}

/// Social workers as counted on 30 September within the year.
fn workers(patch: &mut Value, base: &Value, own: &Authority) {
    if at(base, "front_door.workforce").is_none() {
        return;
    }
    let of = |column: &str| own.column(Table::Workforce, column);
    let day = own.year.saturating_sub(1);
    let source = format!("{WORKFORCE}, {}, 30 September {day}", own.name);
    let covered = of("vacancy_agency_cover_rate_fte").map(|percent| (percent / 100.0).clamp(0.0, 1.0));
    let empty = of("vacancy_fte").map(|vacant| vacant * (1.0 - covered.unwrap_or(0.0)));
    let filled = of("inpost_fte").map(|permanent| permanent + of("agency_fte").unwrap_or(0.0));
    let empty_share = filled
        .zip(empty)
        .filter(|(filled, empty)| filled + empty > 0.0)
        .map(|(filled, empty)| three_digits(empty / (filled + empty)));
    if let Some(share) = empty_share {
        let reason = "Vacancies that agency workers did not cover, of all places.";
        put(patch, "front_door.workforce.empty_share", figure(share, "derived", Some(&source), Some(reason)));
    }
    let stays = number(base, "front_door.workforce.empty_share").unwrap_or(0.0);
    let posts = match of("case_holders_fte").filter(|holders| *holders > 0.0) {
        Some(holders) => {
            let posts = (holders / (1.0 - empty_share.unwrap_or(stays)).max(0.2)).round();
            let reason = "Case holders, over the share of places that were filled.";
            figure(posts, "derived", Some(&source), Some(reason))
        }
        None => {
            let before = number(base, "front_door.workforce.posts").unwrap_or(1.0);
            let posts = (before * ratio(patch, base, "front_door.assessment.open_at_start")).round();
            let reason = "Blank at source: in proportion to children in need.";
            figure(posts.max(1.0), "synthesised", None, Some(reason))
        }
    };
    put(patch, "front_door.workforce.posts", posts);
    for (path, column) in [
        ("agency_share", "agency_rate_fte"),
        ("permanent_turnover", "turnover_rate_fte"),
        ("filled_by_agency", "vacancy_agency_cover_rate_fte"),
        ("sickness", "absence_rate_fte"),
    ] {
        if let Some(percent) = of(column) {
            let share = three_digits(percent / 100.0)
                .clamp(0.0, if path == "permanent_turnover" { 5.0 } else { 1.0 });
            let path = format!("front_door.workforce.{path}");
            put(patch, &path, figure(share, "published", Some(&source), None));
        }
    }
    if let Some(caseload) = of("caseload_fte") {
        let reason =
            format!("A third above the mean of {caseload} of that day; limits are local and not published.");
        let limit = (caseload * 4.0 / 3.0).round();
        put(
            patch,
            "front_door.workforce.caseload_limit",
            figure(limit, "synthesised", Some(&source), Some(&reason)),
        );
    }
}

/// Staff of the hub and places of early help, in proportion to contacts.
fn staff(patch: &mut Value, base: &Value) {
    let per_contact = ratio(patch, base, "volume.referrals_per_contact");
    let ratio = ratio(patch, base, "volume.referrals") / per_contact;
    if (ratio - 1.0).abs() < 0.05 {
        return;
    }
    for path in IN_PROPORTION {
        if let Some(before) = number(base, path) {
            // Rounded up: a desk that is a person short only grows its queue.
            let people = (before * ratio).ceil().max(1.0);
            let reason =
                format!("In proportion to contacts, {ratio:.2} times those of the scenario extended.");
            put(patch, path, figure(people, "synthesised", None, Some(&reason)));
        }
    }
}

/// A figure of the patch over that of the base; 1 where it does not change.
fn ratio(patch: &Value, base: &Value, path: &str) -> f64 {
    match (number(patch, path), number(base, path)) {
        (Some(after), Some(before)) if before > 0.0 => after / before,
        _ => 1.0,
    }
}

pub(super) fn three_digits(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use mash_sim::{Scenario, scenario::ScenarioLayer};

    use super::*;

    fn base() -> Value {
        serde_json::from_str(include_str!("../../../../scenarios/herefordshire-like-2023.json")).unwrap()
    }

    fn read(patch: &Value) -> Scenario {
        let mut change = patch.clone();
        change["id"] = json!("a");
        change["title"] = json!("A");
        let layer = |file: &str, value: Value| ScenarioLayer { file: file.to_owned(), value };
        Scenario::from_layers(&[layer("base.json", base()), layer("a.json", change)])
            .unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn the_authority_it_is_about_already_changes_nothing() {
        let own = Authority::of("Herefordshire, County of", 2023).unwrap();
        assert_eq!(of_authority(&base(), &own, None), json!({}));
    }

    #[test]
    fn another_authority_has_its_own_figures_with_their_grounds() {
        let own = Authority::of("Birmingham", 2023).unwrap();
        let scenario = read(&of_authority(&base(), &own, None));
        assert_eq!(scenario.authority_like.as_deref(), Some("Birmingham"));
        assert!((scenario.children - 287_310.0).abs() < 1e-9);
        let file = scenario.as_written();
        assert!((file.volume.referrals.value - 17_661.0).abs() < 1e-9);
        let door = file.front_door.as_ref().unwrap();
        // 17,661 referrals over 1,569, at the same referrals a contact: 11.26 times five people.
        assert!((door.screening.staff.value - 57.0).abs() < 1e-9);
        // The stock of the year before.
        let open = &door.assessment.as_ref().unwrap().open_at_start;
        assert!(open.source.as_deref().unwrap().ends_with("Birmingham, 31 March 2022"));
    }

    #[test]
    fn every_authority_of_two_years_is_a_scenario() {
        for year in [2018, 2024] {
            for name in crate::published::authorities(year) {
                let own = Authority::of(&name, year).unwrap();
                let patch = of_authority(&base(), &own, None);
                assert_eq!(read(&patch).year_end.year(), i16::try_from(year).unwrap(), "{name}");
            }
        }
    }
}
