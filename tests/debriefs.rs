//! A room's answers to shipped vignettes, and what its debrief says of them.

use mash_exercise::{
    Vignette,
    asking::Reply,
    ballot::{Ballot, BallotForm},
    debrief::{self, Cast, Counted, Room, Tally, Voter},
    session::Round,
    variation::{Departure, variation},
    vignette::PairKind,
};
use mash_rules::RulePack;
use mash_sim::scenario::front_door::PeopleFile;
use mash_tests_support::{root, shipped};
use std::sync::LazyLock;

static PACK: LazyLock<RulePack> = LazyLock::new(|| shipped("levels-of-need"));

fn vignette(id: &str) -> Vignette {
    mash_io::vignettes::read_file(&root().join(format!("scenarios/vignettes/{id}.json"))).unwrap()
}

fn ballot(route: &str, probability: Option<u8>, reason: &str) -> Ballot {
    Ballot {
        route: route.into(),
        level: None,
        rating: None,
        probability,
        confidence: None,
        reason: reason.to_owned(),
    }
}

fn cast(voter: usize, vignette: usize, round: Round, route: &str) -> Cast {
    Cast { voter, vignette, round, ballot: ballot(route, Some(50), ""), told: Vec::new() }
}

fn voters(sectors: &[&str]) -> Vec<Voter> {
    sectors.iter().map(|sector| Voter { agency: (*sector).to_owned(), role: String::new() }).collect()
}

fn room<'r>(
    vignettes: &'r [Vignette],
    voters: &'r [Voter],
    cast: &'r [Cast],
    tallies: &'r [Tally],
) -> Room<'r> {
    Room { pack: &PACK, vignettes, voters, cast, tallies }
}

#[test]
fn a_ballot_says_every_field_that_needs_a_change() {
    let check = |form: BallotForm| {
        form.check(&PACK.manifest)
            .map_err(|problems| problems.into_iter().map(|problem| problem.field).collect::<Vec<_>>())
    };
    let text = |text: &str| text.to_owned();
    let whole = BallotForm {
        route: text("advice"),
        level: text("2"),
        rating: text("amber"),
        probability: text(" 100 "),
        confidence: text("5"),
        reason: text("  two\r\nlines "),
    };
    let taken = check(whole.clone()).unwrap();
    assert_eq!((taken.level, taken.probability, taken.confidence), (Some(2), Some(100), Some(5)));
    assert_eq!(taken.reason, "two\nlines");
    assert_eq!(check(BallotForm::default()).unwrap_err(), ["route"]);
    assert!(check(BallotForm { route: text("advice"), ..BallotForm::default() }).is_ok());
    let wrong = BallotForm {
        route: text("hanging"),
        level: text("9"),
        rating: text("mauve"),
        probability: text("101"),
        confidence: text("0"),
        reason: "é".repeat(2_001),
    };
    assert_eq!(
        check(wrong).unwrap_err(),
        ["route", "level", "rating", "probability", "confidence", "reason"]
    );
    for odd in ["-1", "1.5", "ten", "1e2"] {
        assert_eq!(
            check(BallotForm { probability: text(odd), ..whole.clone() }).unwrap_err(),
            ["probability"],
            "{odd}"
        );
    }
}

#[test]
fn an_agency_answers_as_the_familys_agreement_has_it() {
    let reply = |id: &str, stage: &str, without: bool| vignette(id).reply(&stage.into(), without);
    let needing = |vignette: &Vignette| {
        vignette.stages.iter().find(|stage| stage.needs_agreement).map(|stage| stage.id.clone())
    };
    let (mut refused, mut given) = (0, 0);
    for vignette in mash_io::vignettes::read(&root().join("scenarios/vignettes")).unwrap().iter() {
        let Some(stage) = needing(vignette) else { continue };
        let said = vignette.facts.get("consent").and_then(|value| value.as_str());
        let expect = match said {
            Some("given") => Reply::Told,
            Some("refused") => Reply::Refused,
            _ => Reply::NotSought,
        };
        assert_eq!(vignette.reply(&stage, false), Some(expect), "{}", vignette.id);
        assert_eq!(vignette.reply(&stage, true), Some(Reply::Told), "{}", vignette.id);
        refused += u32::from(expect == Reply::Refused);
        given += u32::from(expect == Reply::Told);
    }
    assert!(refused > 0 && given > 0, "{refused} refused, {given} given");
    assert_eq!(reply("a-call-without-a-name", "contact", false), None, "the contact itself is not asked for");
    assert_eq!(reply("a-call-without-a-name", "nobody", false), None);
    assert_eq!(reply("a-call-without-a-name", "records", false), Some(Reply::Told));
}

#[test]
fn votes_are_counted_by_round_with_hands_besides_and_small_groups_together() {
    let deck = [vignette("a-call-without-a-name")];
    let voters = voters(
        &["Police"; 5].iter().chain(&["Health"; 6]).chain(&["Housing"; 2]).copied().collect::<Vec<_>>(),
    );
    let votes: Vec<Cast> = (0..voters.len())
        .map(|voter| cast(voter, 0, Round::First, if voter < 5 { "no_further_action" } else { "early_help" }))
        .chain([cast(0, 0, Round::Informed, "advice")])
        .collect();
    let hand = |agency: &str, count| Tally {
        vignette: 0,
        round: Round::First,
        agency: agency.to_owned(),
        what: Counted::Route("advice".into()),
        count,
    };
    let tallies = [hand("Education", 7), hand("Housing", 1)];
    let found = debrief::of_vignette(&room(&deck, &voters, &votes, &tallies), 0).unwrap();
    let [first, informed] = found.rounds.as_slice() else { panic!("{:?}", found.rounds) };
    assert_eq!(first.all.votes, [5, 8, 8, 0, 0, 0]);
    let groups: Vec<(&str, u32)> =
        first.by_agency.iter().map(|(name, spread)| (name.as_str(), spread.votes.iter().sum())).collect();
    // Three of housing are too few, so the next smallest group joins them.
    assert_eq!(groups, [("Education", 7), ("Health", 6), ("others", 8)]);
    assert_eq!(informed.all.votes, [0, 1, 0, 0, 0, 0]);
    assert!(informed.by_agency.is_empty() && informed.percent_agreement.is_none());
    assert_eq!((found.by_asking.answers, found.by_asking.higher), (1, 1));
    let own = found.pack.decision.route.as_str();
    assert!(found.routes.iter().any(|route| route.id.as_str() == own));
    assert!((first.accepted - 13.0 / 21.0).abs() < 1e-12, "{}", first.accepted);
    // The only probability of the second round is one person's, and is not shown.
    assert!(first.probability.is_some() && informed.probability.is_none());
    assert!(debrief::of_vignette(&room(&deck, &voters, &votes, &tallies), 1).is_none());
}

/// Hands are raised for a level, a rating or a band of probability as for a route, and count beside what people typed.
#[test]
fn hands_for_levels_ratings_and_probabilities_count_beside_answers() {
    let deck = [vignette("a-call-without-a-name")];
    let voters = voters(&["Police"; 5]);
    let mut votes: Vec<Cast> = (0..5).map(|voter| cast(voter, 0, Round::First, "advice")).collect();
    for (at, vote) in votes.iter_mut().enumerate() {
        vote.ballot.level = Some(2);
        vote.ballot.rating = (at < 2).then(|| "green".into());
        vote.ballot.probability = [Some(0), Some(19), Some(20), Some(100), None][at];
        vote.ballot.confidence = Some(u8::try_from(at + 1).unwrap());
    }
    let hand = |what: Counted, count| {
        let agency = "Education".to_owned();
        Tally { vignette: 0, round: Round::First, agency, what, count }
    };
    let tallies = [
        hand(Counted::Route("early_help".into()), 4),
        hand(Counted::Level(3), 3),
        hand(Counted::Rating("amber".into()), 2),
        hand(Counted::Probability(4), 1),
        // A level and a band that the pack does not have are counted nowhere.
        hand(Counted::Level(9), 5),
        hand(Counted::Probability(5), 5),
    ];
    let found = debrief::of_vignette(&room(&deck, &voters, &votes, &tallies), 0).unwrap();
    let [first] = found.rounds.as_slice() else { panic!("{:?}", found.rounds) };
    assert_eq!(first.all.votes, [0, 5, 4, 0, 0, 0]);
    assert_eq!((found.levels.len(), found.ratings.len(), found.bands.len()), (4, 4, 5));
    assert_eq!(first.levels, [0, 5, 3, 0]);
    assert_eq!(first.ratings, [0, 2, 2, 0]);
    assert_eq!(first.probabilities, [2, 1, 0, 0, 2]);
    assert_eq!(first.confidence, Some((3.0, 5)));
    // Four exact statements are too few for a mean; hands in bands are no exact statements.
    assert_eq!(first.probability, None);
}

#[test]
fn both_of_a_pair_are_held_together_person_by_person() {
    let deck = ["school-smacking-black-african", "lateness-after-a-funeral", "school-smacking-white-british"]
        .map(vignette);
    let voters = voters(&["Police"; 4]);
    let votes = [
        cast(0, 0, Round::First, "advice"),
        cast(0, 2, Round::First, "early_help"),
        cast(1, 0, Round::First, "early_help"),
        cast(1, 2, Round::First, "early_help"),
        cast(2, 0, Round::First, "early_help"),
    ];
    let found = debrief::debrief(&room(&deck, &voters, &votes, &[]), 1);
    let [pair] = found.pairs.as_slice() else { panic!("{:?}", found.pairs) };
    assert_eq!(pair.kind, PairKind::Ethnicity);
    assert_eq!((pair.answers.answers, pair.answers.kept, pair.answers.higher), (2, 1, 1));
    assert_eq!(pair.pack[0], pair.pack[1], "no rule reads ethnicity");
    assert!(found.variation.is_none() && found.foresight.is_none());
}

#[test]
fn a_persons_own_page_waits_until_the_room_is_past_a_vignette() {
    let deck = ["a-call-without-a-name", "lateness-after-a-funeral"].map(vignette);
    let voters = voters(&["Police"; 6]);
    let votes: Vec<Cast> = (0..6).map(|voter| cast(voter, 0, Round::First, "advice")).collect();
    let room = room(&deck, &voters, &votes, &[]);
    let mine = debrief::mine(&room, 2, &|at| at == 0);
    let [only] = mine.vignettes.as_slice() else { panic!("{mine:?}") };
    assert_eq!((only.answers.len(), only.same), (1, Some(1.0)));
    assert_eq!(only.accepted, Some(true));
    assert!(debrief::mine(&room, 2, &|_| false).vignettes.is_empty());
}

/// Answers drawn by the simulation's own model of people come back as its figures.
#[test]
fn variation_recovers_the_people_who_were_simulated() {
    let people: PeopleFile = serde_json::from_value(serde_json::json!({
        "between_people": { "value": 0.6, "mark": "synthesised", "reason": "a test" },
        "within_person": { "value": 0.9, "mark": "synthesised", "reason": "a test" },
        "lean": { "value": -0.3, "mark": "synthesised", "reason": "a test" },
    }))
    .unwrap();
    let mut draws = fastrand::Rng::with_seed(7);
    // Box and Muller, 1958.
    let mut normal =
        move || (-2.0 * draws.f64().max(1e-300).ln()).sqrt() * (std::f64::consts::TAU * draws.f64()).cos();
    let mut departures = Vec::new();
    for person in 0..2_000 {
        let who = normal();
        departures.extend((0..12).map(|_| Departure { person, steps: people.steps(who, normal(), 0.0) }));
    }
    let found = variation(&departures).unwrap();
    // Standard errors at this size are about 0.012 for the first two and 0.015 for the lean.
    assert!((found.between_people - 0.6).abs() < 0.04, "{found:?}");
    assert!((found.within_person - 0.9).abs() < 0.03, "{found:?}");
    assert!((found.lean + 0.3).abs() < 0.05, "{found:?}");
}
