//! Golden values of other libraries, and what must hold of any votes.
//!
//! Origin of the values: scikit-learn 1.9.1 (Cohen), statsmodels 0.15.0 (Fleiss of whole tables), krippendorff 0.9.0
//! (alpha), irrCAC 0.4.4 with all six categories (share, Gwet, Fleiss with missing votes); `tests/agreement_agrees.py`
//! asks them again.

use super::*;

const CLOSE: f64 = 1e-10;
const N: usize = 9;

/// Rows of digits, 9 for a missing vote.
fn votes(rows: &[&str]) -> Votes {
    let digit = |letter: char| letter.to_digit(10).map(|digit| digit as usize).filter(|digit| *digit != N);
    Votes::new(6, rows.iter().map(|row| row.chars().map(digit).collect()).collect()).unwrap()
}

fn whole() -> Votes {
    votes(&["55545", "44543", "01000", "22322", "34332", "55555", "11201", "42445"])
}

fn with_gaps() -> Votes {
    votes(&[
        "595455", "449434", "010900", "223291", "343323", "995555", "199999", "424459", "554595", "933234",
    ])
}

#[track_caller]
fn check(votes: &Votes, expect: &[(&str, f64)]) {
    let found = agreement(votes, 1);
    for (name, value) in expect {
        let ours = match *name {
            "percent" => found.percent,
            "fleiss" => found.fleiss_kappa,
            "cohen" => found.cohen_kappa,
            "alpha nominal" => found.alpha_nominal,
            "alpha ordinal" => found.alpha_ordinal,
            "ac1" => found.ac1,
            "ac2" => found.ac2,
            other => panic!("{other}"),
        };
        let ours = ours.unwrap_or_else(|| panic!("{name} is not defined"));
        assert!((ours.value - value).abs() < CLOSE, "{name} is {}, elsewhere {value}", ours.value);
        let (low, high) = (ours.low.unwrap(), ours.high.unwrap());
        assert!(low <= ours.value && ours.value <= high, "{name}: {ours:?}");
    }
}

#[test]
fn five_people_on_eight_vignettes() {
    check(
        &whole(),
        &[
            ("percent", 0.5),
            ("fleiss", 0.384_615_384_615_384_5),
            ("alpha nominal", 0.4),
            ("alpha ordinal", 0.852_299_390_243_902_4),
            ("ac1", 0.402_985_074_627),
            ("ac2", 0.829),
        ],
    );
}

#[test]
fn missing_votes() {
    check(
        &with_gaps(),
        &[
            ("percent", 0.522_222_222_222),
            ("fleiss", 0.408_153_714_868),
            ("alpha nominal", 0.391_489_361_702_127_67),
            ("alpha ordinal", 0.807_629_167_629_167_6),
            ("ac1", 0.430_231_140_651),
            ("ac2", 0.844_383_829_906),
        ],
    );
    assert_eq!(agreement(&with_gaps(), 1).vignettes, 9);
}

#[test]
fn two_people() {
    let two = votes(&["55", "43", "00", "23", "33", "54", "11", "44", "22", "55"]);
    check(
        &two,
        &[
            ("percent", 0.7),
            ("cohen", 0.638_554_216_867_469_8),
            ("fleiss", 0.631_901_840_490_797_5),
            ("alpha ordinal", 0.928_232_087_227_414_3),
            ("ac1", 0.641_577_060_932),
            ("ac2", 0.927_419_354_839),
        ],
    );
    let pairs = two.pair_of_raters().unwrap();
    let weighted = |weights| kappa::cohen(&pairs, 6, weights).unwrap();
    assert!((weighted(Weights::Linear) - 0.836_956_521_739_130_4).abs() < CLOSE);
    assert!((weighted(Weights::Quadratic) - 0.943_396_226_415_094_4).abs() < CLOSE);
}

/// Nearly all votes alike: kappa falls below nothing and AC1 does not.
#[test]
fn high_agreement_on_one_route() {
    let alike = votes(&["5555", "5555", "5545", "5555", "5555", "5555"]);
    let found = agreement(&alike, 1);
    assert!((found.fleiss_kappa.unwrap().value + 0.043_478_260_869_567_936).abs() < CLOSE);
    assert!((found.ac1.unwrap().value - 0.915_314_043_754).abs() < CLOSE);
    assert!((found.ac2.unwrap().value - 0.994_019_933_555).abs() < CLOSE);
    // A third of resamples or so leave the odd vote out, and kappa is then not defined.
    assert_eq!(found.fleiss_kappa.unwrap().low, None);
    assert!(found.ac1.unwrap().low.is_some());
}

#[test]
fn everybody_alike_leaves_kappa_undefined() {
    let found = agreement(&votes(&["55", "55", "55", "55", "55"]), 1);
    assert_eq!(found.percent.unwrap().value.to_bits(), 1.0_f64.to_bits());
    assert_eq!((found.fleiss_kappa, found.cohen_kappa, found.alpha_nominal), (None, None, None));
    assert_eq!(found.ac1.unwrap().value.to_bits(), 1.0_f64.to_bits());
}

#[test]
fn four_vignettes_give_the_share_and_the_spread_only() {
    let found = agreement(&votes(&["55545", "44543", "01000", "22322", "19999"]), 1);
    assert_eq!((found.vignettes, found.raters, found.votes), (4, 5, 21));
    let percent = found.percent.unwrap();
    assert_eq!((percent.low, percent.high), (None, None));
    assert!((percent.value - 0.525).abs() < CLOSE, "{percent:?}");
    assert_eq!((found.ac1, found.alpha_ordinal, found.fleiss_kappa), (None, None, None));
    assert_eq!(found.spread[1].votes, [0, 0, 0, 1, 3, 1]);
    assert_eq!((found.spread[1].lowest, found.spread[1].highest), (Some(3), Some(5)));
    assert_eq!(found.spread[1].most_common_share, Some(0.6));
}

#[test]
fn the_same_seed_gives_the_same_interval_and_no_votes_give_nothing() {
    assert_eq!(agreement(&whole(), 7), agreement(&whole(), 7));
    assert_ne!(agreement(&whole(), 7).alpha_ordinal, agreement(&whole(), 8).alpha_ordinal);
    let none = agreement(&votes(&["99", "99"]), 1);
    assert_eq!((none.votes, none.percent, none.spread[0].most_common), (0, None, None));
}

#[test]
fn rows_that_are_no_votes_are_named() {
    let error = Votes::new(6, vec![vec![Some(1), None], vec![Some(1)]]).unwrap_err();
    assert!(error.to_string().starts_with("row 1 has 1 places for votes, the first has 2"), "{error}");
    let error = Votes::new(6, vec![vec![Some(6)]]).unwrap_err();
    assert!(error.to_string().starts_with("row 0 holds a vote for category 6, and there are 6"), "{error}");
}

#[test]
fn groups_are_reckoned_from_their_own_votes() {
    let both = votes(&["5555500000", "4444411111", "0000055555", "2222233333", "1111144444"]);
    assert!(agreement(&both, 1).percent.unwrap().value < 0.5);
    let group_of: Vec<String> = ["police"; 5].into_iter().chain(["school"; 5]).map(str::to_owned).collect();
    let found = by_group(&both, &group_of, 1);
    assert_eq!(found.keys().map(String::as_str).collect::<Vec<_>>(), ["police", "school"]);
    assert!(found.values().all(|group| group.percent.is_some_and(|share| share.value > 0.999)));
}
