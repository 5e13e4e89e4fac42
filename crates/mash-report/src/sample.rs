//! Comparisons made up for the tests, each aimed at one thing a report must get right.

use mash_batch::results::{
    Assumption, Breakdown, BreakdownRow, Comparison, FaceValidityRow, FlipCell, FlipMatrix, FlippedCase,
    HarmConclusion, HarmUnderTruthModel, PackChange, PackProvenance, PairedRow, Provenance, RuleShare,
    SettledRow,
};
use mash_stats::{Estimate, Paired};

use crate::threshold_document::{
    DocumentEntry, FactEntry, RatingEntry, RouteEntry, RuleEntry, RuleSource, Theme, ThresholdDocument,
    ThresholdEntry,
};

/// Text that must come out as text.
pub(crate) const HOSTILE: &str =
    "<script>alert(1)</script>\"'&<img src=http://evil.example/x onerror=alert(2)>\u{1b}[31m";

fn estimate(mean: f64, low: f64, high: f64) -> Estimate {
    Estimate { mean, low, high, n: 200 }
}

fn about(mean: f64) -> Estimate {
    if mean == 0.0 {
        return zero();
    }
    let half = (mean.abs() * 0.01).max(0.4);
    estimate(mean, mean - half, mean + half)
}

fn zero() -> Estimate {
    estimate(0.0, 0.0, 0.0)
}

fn paired(a: f64, b: f64) -> Paired {
    let difference = if (a - b).abs() < 1e-9 { zero() } else { about(b - a) };
    Paired { a: about(a), b: about(b), difference }
}

fn row(id: &str, title: &str, a: f64, b: f64) -> PairedRow {
    PairedRow { id: id.into(), title: title.into(), figures: paired(a, b) }
}

fn cell(from: &str, to: &str, per_year: Estimate) -> FlipCell {
    FlipCell { from: from.into(), to: to.into(), per_year }
}

fn group(title: &str, contacts: f64, flipped: f64) -> BreakdownRow {
    BreakdownRow {
        title: title.into(),
        contacts: about(contacts),
        flipped: Some(if flipped == 0.0 { zero() } else { about(flipped) }),
        percent: Some(if flipped == 0.0 { zero() } else { about(100.0 * flipped / contacts) }),
        suppressed: false,
    }
}

fn suppressed(title: &str) -> BreakdownRow {
    BreakdownRow {
        title: title.into(),
        contacts: estimate(0.03, 0.0, 0.05),
        flipped: None,
        percent: None,
        suppressed: true,
    }
}

fn band(
    title: &str,
    unit: &str,
    simulated: f64,
    published: Option<f64>,
    p5: f64,
    p95: f64,
) -> FaceValidityRow {
    FaceValidityRow {
        title: title.into(),
        unit: unit.into(),
        simulated: about(simulated),
        published,
        p5,
        p95,
        inside: simulated >= p5 && simulated <= p95,
        source: "Children in need, local authority tables, 2023 to 2024".into(),
        note: None,
    }
}

fn harm(id: &str, title: &str, missed: (f64, f64), over: (f64, f64)) -> HarmUnderTruthModel {
    HarmUnderTruthModel {
        truth_model: id.into(),
        title: title.into(),
        in_need: about(1904.0),
        could_be_over: about(9871.0),
        missed_difference: about(missed.1 - missed.0),
        over_difference: about(over.1 - over.0),
        missed: Some(paired(missed.0, missed.1)),
        over: Some(paired(over.0, over.1)),
    }
}

fn assumption(name: &str, value: &str, mark: &str, reason: &str, source: &str) -> Assumption {
    Assumption {
        name: name.into(),
        value: value.into(),
        mark: mark.into(),
        reason: reason.into(),
        source: source.into(),
    }
}

/// A comparison with something in every part.
pub(crate) fn rich() -> Comparison {
    Comparison {
        notice: "synthetic or training case, not for a decision about a real child".into(),
        provenance: Provenance {
            version: "0.1.0".into(),
            command: "mash compare rules/levels-of-need rules/repeat-contacts-2 --scenario scenarios/baseline.json --replications 200 --seed 20260401".into(),
            seed: 20_260_401,
            replications: 200,
            scenario_title: "A county of 150,000 children".into(),
            scenario_hash: "9f2feb0f1ef425b292f2f94bdfb5c1d2f3a4b5c6d7e8f90123456789abcdef01".into(),
            truth_model: "even".into(),
            pack_a: PackProvenance {
                id: "levels-of-need".into(),
                title: "Levels of need, four levels".into(),
                version: "1.0.0".into(),
                hash: "1b4f0e9851971998e732078544c96b36c3d01cedf7caa332359d6f1d83567014".into(),
                reviewed: "reviewed by a partnership's practice group on 1 May 2026".into(),
            },
            pack_b: PackProvenance {
                id: "repeat-contacts-2".into(),
                title: "Levels of need, a manager's review at two contacts".into(),
                version: "1.1.0".into(),
                hash: "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752".into(),
                reviewed: "not reviewed by practitioners".into(),
            },
        },
        changes: vec![PackChange {
            what: "Contacts in twelve months that need a manager's review".into(),
            a: "3 contacts".into(),
            b: "2 contacts".into(),
        }],
        contacts: about(12_412.0),
        referrals: paired(2571.0, 2643.0),
        outcomes: vec![
            row("no_further_action", "No further action", 5321.4, 5239.0),
            row("advice", "Information and advice", 2480.2, 2480.2),
            row("early_help", "Early help", 1514.8, 1508.0),
            row("assessment", "Child and family assessment", 1822.3, 1895.1),
            row("strategy_discussion", "Strategy discussion", 749.0, 749.0),
            row("allocated_worker", "To the allocated worker", 402.5, 402.5),
            row("other_authority", "To another local authority", 61.2, 61.2),
            row("more_information", "More information needed", 60.5, 77.0),
            row("manual_review", "Manual review", 0.0, 0.0),
        ],
        ratings: vec![
            row("blue", "Blue", 7801.6, 7719.2),
            row("green", "Green", 2310.4, 2392.0),
            row("amber", "Amber", 1551.0, 1551.8),
            row("red", "Red", 749.0, 749.0),
        ],
        flips: FlipMatrix {
            outcomes: [
                ("no_further_action", "No further action"),
                ("advice", "Information and advice"),
                ("early_help", "Early help"),
                ("assessment", "Child and family assessment"),
                ("strategy_discussion", "Strategy discussion"),
                ("allocated_worker", "To the allocated worker"),
                ("other_authority", "To another local authority"),
                ("more_information", "More information needed"),
                ("manual_review", "Manual review"),
            ]
            .map(|(id, title)| (id.to_owned(), title.to_owned()))
            .to_vec(),
            cells: vec![
                cell("no_further_action", "no_further_action", about(5239.0)),
                cell("no_further_action", "assessment", estimate(72.8, 65.0, 80.6)),
                cell("no_further_action", "more_information", estimate(16.5, 13.1, 19.9)),
                cell("advice", "advice", about(2461.9)),
                cell("advice", "assessment", estimate(18.7, 15.0, 22.4)),
                cell("early_help", "early_help", about(1484.4)),
                cell("early_help", "no_further_action", estimate(30.0, 20.4, 39.6)),
                cell("early_help", "assessment", estimate(6.0, 3.1, 8.9)),
                cell("assessment", "assessment", about(1822.3)),
                cell("strategy_discussion", "strategy_discussion", about(749.0)),
                cell("allocated_worker", "allocated_worker", about(402.5)),
                cell("other_authority", "other_authority", about(61.2)),
                cell("more_information", "more_information", about(60.5)),
            ],
            total: estimate(144.0, 120.0, 168.0),
            stronger: estimate(108.0, 90.0, 126.0),
            weaker: estimate(30.0, 20.4, 39.6),
            same_outcome_other_rating_or_duties: estimate(9.6, 6.0, 13.2),
        },
        who: vec![
            Breakdown {
                by: "source".into(),
                title: "Source of the contact".into(),
                note: "Sources differ in how often they make a second contact within a year.".into(),
                informative: true,
                rows: vec![
                    group("Police", 4102.0, 61.0),
                    group("Education services", 2511.5, 40.0),
                    group("Health services", 1830.1, 22.0),
                    group("Local authority services", 1601.0, 12.5),
                    group("Housing", 310.2, 0.0),
                    suppressed("Youth justice"),
                ],
            },
            Breakdown {
                by: "age".into(),
                title: "Age".into(),
                note: "The scenario draws earlier contacts by age.".into(),
                informative: true,
                rows: vec![
                    group("Unborn", 320.0, 1.2),
                    group("Under 1", 790.0, 9.0),
                    group("1 to 4", 2650.0, 30.2),
                    group("5 to 9", 3302.0, 41.0),
                    group("10 to 15", 4190.0, 51.4),
                    group("16 to 17", 1160.0, 11.2),
                ],
            },
            Breakdown {
                by: "sex".into(),
                title: "Sex".into(),
                note: "No rule and no mechanism of the scenario depends on sex.".into(),
                informative: false,
                rows: vec![group("Female", 6001.0, 70.0), group("Male", 6200.0, 74.0)],
            },
            Breakdown {
                by: "ethnicity".into(),
                title: "Ethnicity".into(),
                note: "The model cannot inform this.".into(),
                informative: false,
                rows: vec![group("White British", 8001.0, 90.0), suppressed("Traveller of Irish heritage")],
            },
        ],
        rules: vec![
            RuleShare {
                rule: "RC-01".into(),
                title: "Repeat contacts call for a manager's review".into(),
                fired_under: "b".into(),
                per_year: estimate(139.0, 115.2, 162.8),
            },
            RuleShare {
                rule: "CL-03".into(),
                title: "Protective adult and engaged family".into(),
                fired_under: "a".into(),
                per_year: estimate(30.0, 20.4, 39.6),
            },
        ],
        harm: vec![
            harm("even", "Need spread evenly over sources", (412.0, 398.0), (1211.0, 1263.0)),
            harm("hidden", "Need hidden where agencies hold little", (515.0, 518.5), (1120.0, 1175.0)),
            harm("clustered", "Need gathered in few households", (380.0, 371.0), (1301.0, 1333.0)),
        ],
        harm_conclusion: HarmConclusion {
            missed: "not known".into(),
            over: "more".into(),
            sentence: "Over-intervention rises under every truth model; whether missed harm falls depends on which is true.".into(),
        },
        face_validity: vec![
            band("Referrals", "per 10,000 children", 541.2, Some(560.1), 310.0, 790.0),
            band("Section 47 enquiries", "per 10,000 children", 199.7, None, 102.4, 331.0),
            FaceValidityRow {
                note: Some("The branching table is synthesised.".into()),
                ..band("Contacts that become referrals", "percent", 20.7, None, 22.0, 61.0)
            },
            band("Re-referrals within twelve months", "percent", 22.4, Some(21.0), 13.8, 31.2),
        ],
        settled: vec![
            SettledRow { title: "Screening: rules settled by the facts known".into(), percent: about(38.1) },
            SettledRow { title: "Decision: rules settled by the facts known".into(), percent: about(71.4) },
        ],
        examples: vec![
            FlippedCase {
                id: "r0-000123".into(),
                replication: 0,
                source: "Police".into(),
                facts: ["age_band: 5-9", "previous_contacts_12m: 2", "dash_grade: standard", "consent: not sought", "open_case: no", "neglect_months: 0"]
                    .map(str::to_owned)
                    .to_vec(),
                outcome_a: "no_further_action".into(),
                outcome_b: "assessment".into(),
                only_a: vec![],
                only_b: vec!["RC-01: Repeat contacts call for a manager's review".into()],
                contact: None,
            },
            FlippedCase {
                id: "r4-007781".into(),
                replication: 4,
                source: "Education services".into(),
                facts: vec!["age_band: 10-15".into()],
                outcome_a: "Early help".into(),
                outcome_b: "No further action".into(),
                only_a: vec!["CL-03: Protective adult and engaged family".into()],
                only_b: vec![],
                contact: None,
            },
        ],
        assumptions: vec![
            assumption("Referrals a year", "544.5 per 10,000 children", "published", "The national rate.", "Children in need, 2023 to 2024"),
            assumption("Contacts that become referrals", "20.7%", "derived", "Referrals over contacts of one area.", "An area's published monitoring"),
            assumption("First core group", "within 10 working days", "reported", "Seen in procedures.", "Partnership procedures"),
            assumption("Repeat contacts for review", "3 in twelve months", "unverified", "Many areas are said to use it.", ""),
            assumption("Share of facts that police report wrongly", "4%", "synthesised", "No published figure was found.", ""),
        ],
    }
}

/// Two packs that decide alike.
pub(crate) fn no_flips() -> Comparison {
    let mut c = rich();
    c.changes.clear();
    for row in c.outcomes.iter_mut().chain(&mut c.ratings) {
        row.figures.b = row.figures.a;
        row.figures.difference = zero();
    }
    c.referrals = paired(2571.0, 2571.0);
    c.flips.cells.retain(|cell| cell.from == cell.to);
    c.flips.total = zero();
    c.flips.stronger = zero();
    c.flips.weaker = zero();
    c.flips.same_outcome_other_rating_or_duties = zero();
    for breakdown in &mut c.who {
        for row in &mut breakdown.rows {
            row.flipped = row.flipped.map(|_| zero());
            row.percent = row.percent.map(|_| zero());
        }
    }
    c.rules.clear();
    c.examples.clear();
    for model in &mut c.harm {
        model.missed_difference = zero();
        model.over_difference = zero();
        model.missed = Some(paired(400.0, 400.0));
        model.over = Some(paired(1200.0, 1200.0));
    }
    c.harm_conclusion = HarmConclusion {
        missed: "no difference".into(),
        over: "no difference".into(),
        sentence: "Neither differs under any truth model.".into(),
    };
    c
}

/// One replication: no interval anywhere, and no absolute harm.
pub(crate) fn one_replication() -> Comparison {
    let mut c = rich();
    c.provenance.replications = 1;
    let one = |e: &mut Estimate| {
        *e = Estimate { mean: e.mean.round(), low: e.mean.round(), high: e.mean.round(), n: 1 }
    };
    let both = |p: &mut Paired| {
        one(&mut p.a);
        one(&mut p.b);
        one(&mut p.difference);
    };
    one(&mut c.contacts);
    both(&mut c.referrals);
    c.outcomes.iter_mut().chain(&mut c.ratings).for_each(|row| both(&mut row.figures));
    c.flips.cells.iter_mut().for_each(|cell| one(&mut cell.per_year));
    one(&mut c.flips.total);
    one(&mut c.flips.stronger);
    one(&mut c.flips.weaker);
    one(&mut c.flips.same_outcome_other_rating_or_duties);
    for row in c.who.iter_mut().flat_map(|breakdown| &mut breakdown.rows) {
        one(&mut row.contacts);
        row.flipped.iter_mut().chain(&mut row.percent).for_each(one);
    }
    c.rules.iter_mut().for_each(|rule| one(&mut rule.per_year));
    for model in &mut c.harm {
        one(&mut model.in_need);
        one(&mut model.could_be_over);
        one(&mut model.missed_difference);
        one(&mut model.over_difference);
        model.missed = None;
        model.over = None;
    }
    c.face_validity.iter_mut().for_each(|row| one(&mut row.simulated));
    c.settled.iter_mut().for_each(|row| one(&mut row.percent));
    c
}

/// Long names, and names that try to be markup or to steer a terminal.
pub(crate) fn hostile() -> Comparison {
    let mut c = rich();
    let long = format!("{HOSTILE} {}", "unbroken".repeat(40));
    c.notice = HOSTILE.into();
    c.provenance.command = HOSTILE.into();
    c.provenance.scenario_title = long.clone();
    c.provenance.pack_a.title = long.clone();
    c.provenance.pack_b.title = format!("Levels of need {}", "with a very long name ".repeat(12));
    c.provenance.pack_b.reviewed = HOSTILE.into();
    c.changes = (0..9)
        .map(|at| PackChange { what: format!("{at} {long}"), a: HOSTILE.into(), b: long.clone() })
        .collect();
    for row in c.outcomes.iter_mut().chain(&mut c.ratings) {
        row.title = format!("{} {HOSTILE}", row.title);
    }
    for (_, title) in &mut c.flips.outcomes {
        *title = format!("{title} {HOSTILE}");
    }
    for breakdown in &mut c.who {
        breakdown.by = HOSTILE.into();
        breakdown.title = HOSTILE.into();
        breakdown.note = HOSTILE.into();
        breakdown.rows.iter_mut().for_each(|row| row.title = long.clone());
    }
    for (at, breakdown) in c.who.iter_mut().enumerate() {
        breakdown.by = format!("{at}{HOSTILE}");
        breakdown.title = format!("{at} {HOSTILE}");
    }
    for rule in &mut c.rules {
        rule.rule = HOSTILE.into();
        rule.title = long.clone();
        rule.fired_under = HOSTILE.into();
    }
    for model in &mut c.harm {
        model.title = long.clone();
    }
    c.harm_conclusion =
        HarmConclusion { missed: HOSTILE.into(), over: HOSTILE.into(), sentence: HOSTILE.into() };
    for row in &mut c.face_validity {
        row.title = long.clone();
        row.source = HOSTILE.into();
    }
    for row in &mut c.settled {
        row.title = HOSTILE.into();
    }
    for example in &mut c.examples {
        example.id = HOSTILE.into();
        example.facts = vec![HOSTILE.into(), long.clone()];
        example.only_b = vec![long.clone()];
    }
    for assumption in &mut c.assumptions {
        assumption.name = HOSTILE.into();
        assumption.mark = HOSTILE.into();
        assumption.value = long.clone();
    }
    c
}

/// Nothing in any list.
pub(crate) fn empty() -> Comparison {
    let mut c = no_flips();
    c.outcomes.clear();
    c.ratings.clear();
    c.flips.outcomes.clear();
    c.flips.cells.clear();
    c.who.clear();
    c.harm.clear();
    c.face_validity.clear();
    c.settled.clear();
    c.assumptions.clear();
    c
}

/// Every sample.
pub(crate) fn all() -> Vec<Comparison> {
    vec![rich(), no_flips(), one_replication(), hostile(), empty()]
}

/// A threshold document with a rule of the floor and one that says little.
pub(crate) fn document() -> ThresholdDocument {
    ThresholdDocument {
        title: "Levels of need, four levels".into(),
        version: "1.0.0".into(),
        owner: "shipped with mash".into(),
        effective_from: "1 April 2026".into(),
        reviewed: None,
        notice: "Every case is synthetic.".into(),
        routes: vec![
            RouteEntry {
                id: "no_further_action".into(),
                title: "No further action".into(),
                level: Some(1),
                level_title: Some("Universal".into()),
                consent: "not applicable".into(),
                closes: true,
                default_rating: Some("Blue".into()),
            },
            RouteEntry {
                id: "strategy_discussion".into(),
                title: "Strategy discussion".into(),
                level: Some(4),
                level_title: None,
                consent: "not required".into(),
                closes: false,
                default_rating: None,
            },
        ],
        ratings: vec![RatingEntry {
            id: "red".into(),
            title: "Red".into(),
            timescale: Some("4 hours".into()),
            source: "A default of this pack".into(),
            href: None,
            mark: "synthesised".into(),
        }],
        thresholds: vec![ThresholdEntry {
            name: "repeat_contacts_12m".into(),
            title: "Contacts in twelve months that need a manager's review".into(),
            value: "3".into(),
            unit: Some("contacts".into()),
            source: "Many areas use three in twelve months".into(),
            href: Some("https://www.example.org/thresholds".into()),
            mark: "synthesised".into(),
            rules: vec!["RC-01".into()],
        }],
        themes: vec![
            Theme {
                title: "Domestic abuse".into(),
                rules: vec![
                    RuleEntry {
                        id: "DA-02".into(),
                        title: "Strangulation or a weapon in the household".into(),
                        stages: vec!["screening".into(), "decision".into()],
                        condition_text: "f.dash_grade != \"none\" && f.strangulation_or_weapon".into(),
                        conclusion: "Strategy discussion, rated red".into(),
                        because: "Strangulation is a strong marker of later lethal harm, whatever the total on the checklist.".into(),
                        plain: "Someone in the home has been strangled or threatened with a weapon.".into(),
                        family_may_be_told: Some(false),
                        sources: vec![RuleSource {
                            document: "Levels of need".into(),
                            paragraph: "4.2".into(),
                            href: Some("https://www.example.org/levels".into()),
                            mark: "read".into(),
                        }],
                        from_pack: "Levels of need, four levels".into(),
                        is_floor: false,
                    },
                    RuleEntry {
                        id: "SF-01".into(),
                        title: HOSTILE.into(),
                        condition_text: HOSTILE.into(),
                        sources: vec![RuleSource {
                            document: HOSTILE.into(),
                            paragraph: "section 47(1)".into(),
                            href: Some("javascript:alert(1)".into()),
                            mark: HOSTILE.into(),
                        }],
                        is_floor: true,
                        ..RuleEntry::default()
                    },
                ],
            },
            Theme { title: "Neglect".into(), rules: vec![] },
        ],
        facts: vec![FactEntry {
            id: "dash_grade".into(),
            question: "How was the domestic abuse checklist graded?".into(),
            values: "none, standard, medium, high".into(),
            agencies: vec!["police".into(), "health".into()],
            mark: "verified".into(),
        }],
        documents: vec![DocumentEntry {
            id: "LN".into(),
            title: "Levels of need".into(),
            href: Some("https://www.example.org/levels".into()),
            mark: "read".into(),
        }],
    }
}

/// What every HTML document must be, whatever its figures.
pub(crate) fn check_structure(html: &str) {
    assert!(html.starts_with("<!DOCTYPE html>"));
    assert!(html.contains("<html lang=\"en-GB\">"));
    assert!(html.contains("default-src 'none'") || html.contains("default-src &#x27;none&#x27;"));
    assert!(!html.contains("unsafe-inline"));
    assert!(html.len() < 2_000_000);
    let body = html.split_once("</style>").expect("a style").1;
    for bad in [
        "<script",
        "<img",
        "<link",
        "<iframe",
        "<object",
        "<embed",
        "<form",
        " src=",
        " style=",
        "javascript:",
    ] {
        let tags: Vec<&str> =
            body.split('<').skip(1).filter_map(|t| t.split_once('>').map(|(tag, _)| tag)).collect();
        if bad.starts_with('<') {
            assert!(!body.contains(bad), "{bad}");
        } else {
            assert!(!tags.iter().any(|tag| tag.contains(bad)), "{bad}");
        }
    }
    // An address of the web stands in text or in the href of a link, nowhere else.
    for tag in body.split('<').skip(1).filter_map(|t| t.split_once('>').map(|(tag, _)| tag)) {
        assert!(!(tag.contains("http:") || tag.contains("https:")) || tag.starts_with("a "), "{tag}");
    }
    for svg in body.split("<svg").skip(1) {
        let svg = svg.split_once("</svg>").expect("closed").0;
        assert!(svg.contains("role=\"img\"") && svg.contains("<title") && svg.contains("<desc"));
    }
    for table in body.split("<table").skip(1) {
        let table = table.split_once("</table>").expect("closed").0;
        assert!(
            table.contains("<caption") && table.contains("scope=\"col\"") && table.contains("scope=\"row\"")
        );
    }
    // Ids are unique, and everything referred to is there.
    let ids: Vec<&str> = body.split(" id=\"").skip(1).filter_map(|t| t.split('"').next()).collect();
    let unique: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "{ids:?}");
    for (attribute, end) in [("href=\"#", '"'), ("aria-labelledby=\"", '"'), ("url(#", ')')] {
        for given in body.split(attribute).skip(1).filter_map(|t| t.split(end).next()) {
            for id in given.split_whitespace() {
                assert!(unique.contains(id), "{attribute}{id}");
            }
        }
    }
    // Headings go down one level at a time, from a single h1.
    let levels: Vec<u32> =
        body.match_indices("<h").filter_map(|(at, _)| body.get(at + 2..at + 3)?.parse().ok()).collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
}
