//! Two engines, one meaning: generated packs over generated children, and a corpus written by hand, put to both.
//!
//! A normal run compares [`ANSWERS`] answers of rules and takes a minute or so. Pack `k` of a run is drawn from its seed
//! plus `k`, so the seed printed with a difference gives that pack first:
//!
//! - `MASH_DIFFERENTIAL_SECONDS=3600` goes on for an hour;
//! - `MASH_DIFFERENTIAL_SEED=7` starts elsewhere;
//!
//! ```sh
//! cargo test --release -p mash-tests generated_packs -- --nocapture
//! ```
//!
//! prints what was seen: answers by construct and kind, failures by what went wrong.

use std::{
    fs,
    time::{Duration, Instant},
};

use mash_batch::parallel;
use mash_model::FactSheet;
use mash_rules::{Evaluator, Marks, Needs, RuleIndex, RulePack, RuleSet};
use mash_tests_support::{
    generated::{
        answers::{KINDS, OneByOne},
        bugs::{self, BUGS, Plant},
        corpus::Entry,
        counts::{Counts, Tally},
        grammar::{Construct, Expression},
        labels,
        shrink::shrink,
        trial::{self, Failure, Subject, Trial},
    },
    root,
};

/// What is compared with the interpreter.
const COMPILED: Subject = Subject { engine: |pack| Box::new(pack.compiled()), in_columns: true };

/// Answers compared in a normal run; a build without optimisation does a part of it.
const ANSWERS: u64 = if cfg!(debug_assertions) { 50_000 } else { 1_000_000 };
/// Seeds whose trials are run together.
const BLOCK: u64 = 32;
/// Differences that are shrunk and printed before a run ends.
const SHOWN: usize = 3;
/// Packs in which each planted bug must be caught.
const PACKS_A_BUG: u64 = 200;

#[test]
fn generated_packs_get_the_same_answers() {
    let setting =
        |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a whole number"));
    let first = setting("MASH_DIFFERENTIAL_SEED").unwrap_or(1);
    let seconds = setting("MASH_DIFFERENTIAL_SECONDS");
    let clock = Clock::started();
    let mut counts = Counts::default();
    let mut refused = Vec::new();
    let mut said = 0;
    for block in 0.. {
        let on = match seconds {
            Some(seconds) => clock.passed() < Duration::from_secs(seconds),
            None => counts.all.total() < ANSWERS,
        };
        if !on {
            break;
        }
        let seeds: Vec<u64> = (0..BLOCK).map(|at| first + block * BLOCK + at).collect();
        let trials = parallel::map(&seeds, |&seed| trial::run(seed, COMPILED));
        trials.iter().for_each(|trial| counts.merge(&trial.counts));
        report_differences(&trials);
        refused.extend(trials.into_iter().filter_map(|trial| trial.refused));
        if clock.passed().as_secs() / 60 > said {
            said = clock.passed().as_secs() / 60;
            println!("{said} min: {} answers of {} packs agree", counts.all.total(), counts.packs);
        }
    }
    println!("seeds from {first}, {:.0} s\n{counts}refused: {refused:#?}", clock.passed().as_secs_f64());
    assert_eq!(counts.unparsed, 0, "text that does not parse: {refused:#?}");
    assert!(counts.refused * 50 < counts.packs, "too many packs are refused: {refused:#?}");
    if counts.all.total() >= ANSWERS {
        shares_are_fair(&counts);
    }
}

/// Each kind of answer is a twentieth of all at least, and every construct was met often.
fn shares_are_fair(counts: &Counts) {
    for (kind, count) in KINDS.iter().zip(counts.all.kinds) {
        assert!(count * 20 >= counts.all.total(), "{kind}: {count} of {}", counts.all.total());
    }
    let least = counts.all.total() / 5_000;
    for label in labels::ALL {
        let seen = counts.constructs.get(label).map_or(0, Tally::total);
        assert!(seen >= least, "`{label}` was met in {seen} answers, expected {least}");
    }
    let unexpected = counts.constructs.keys().find(|label| !labels::ALL.contains(label));
    assert_eq!(unexpected, None, "a construct that no list names");
    assert!(counts.varied * 10 >= counts.rules * 8, "too many rules give one kind of answer only");
    // What the interpreter is asked for agrees with the interpreter: it is the rest that is tested.
    assert!(counts.all.by_circuit * 2 >= counts.all.total(), "the circuit answers too little");
    assert!(counts.in_columns * 20 >= counts.sheets, "too few sheets are decided many at once");
}

fn report_differences(trials: &[Trial]) {
    let failures: Vec<&Failure> = trials.iter().filter_map(|trial| trial.failure.as_ref()).collect();
    if failures.is_empty() {
        return;
    }
    let differs = |pack: &_, sheet: &_| trial::compare(pack, sheet, COMPILED);
    let reports: Vec<String> =
        failures.iter().take(SHOWN).map(|failure| failure.shrunk(differs).report()).collect();
    panic!("the engines differ in {} packs of {}\n\n{}", failures.len(), trials.len(), reports.join("\n"));
}

/// The time a run has taken.
struct Clock(Instant);

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "how long to go on is the only thing the clock decides")]
    fn started() -> Self {
        Self(Instant::now())
    }

    fn passed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[test]
fn the_corpus_gets_the_same_answers() {
    let entries = corpus();
    let wrong: Vec<String> = entries.iter().filter_map(|entry| wrong_with(entry).err()).collect();
    assert_eq!(wrong, Vec::<String>::new(), "{:#?}", wrong);
    assert!(entries.len() > 500, "{} conditions", entries.len());
}

/// Answers of both engines over every sheet of a condition; it fails somewhere exactly when its file says so.
fn wrong_with(entry: &Entry) -> Result<(), String> {
    let wrong = |what: &str| format!("{}: {}: {what}", entry.file, entry.condition);
    let pack = entry.load().map_err(|error| wrong(&error.to_string()))?;
    let (written, sheets): (Vec<String>, Vec<FactSheet>) = entry.sheets(&pack).into_iter().unzip();
    if let Some((at, found)) = trial::compare_over(&pack, &sheets, COMPILED) {
        return Err(wrong(&format!("over{}: {found}", written[at])));
    }
    let failed = written.iter().zip(&sheets).find_map(|(written, sheet)| {
        let marks = pack.interpreter().evaluate(pack.all_rules(), sheet);
        marks.failed.first().map(|mark| format!("over{written}: {}", mark.message))
    });
    match (entry.file.starts_with("error_"), failed) {
        (true, None) => Err(wrong("never fails")),
        (false, Some(message)) => Err(wrong(&message)),
        _ => Ok(()),
    }
}

fn corpus() -> Vec<Entry> {
    let mut files: Vec<_> = fs::read_dir(root().join("tests/corpus")).unwrap().flatten().collect();
    files.sort_by_key(fs::DirEntry::file_name);
    let read = |file: &fs::DirEntry| {
        Entry::all(&file.file_name().to_string_lossy(), &fs::read_to_string(file.path()).unwrap())
    };
    files.iter().flat_map(read).collect()
}

#[test]
fn a_seed_gives_the_same_pack_and_counts_each_time() {
    let seeds: Vec<u64> = (100..108).collect();
    for &seed in &seeds {
        assert_eq!(trial::draw(seed), trial::draw(seed));
        assert_ne!(trial::draw(seed).0.rules_text(), trial::draw(seed + 1).0.rules_text());
    }
    let one_by_one: Vec<Counts> = seeds.iter().map(|&seed| trial::run(seed, COMPILED).counts).collect();
    let together: Vec<Counts> = parallel::map(&seeds, |&seed| trial::run(seed, COMPILED).counts);
    assert_eq!(one_by_one, together);
}

#[test]
fn no_condition_sees_what_another_left_behind() {
    let seeds: Vec<u64> = (200..220).collect();
    let one_by_one = Subject { engine: |pack| Box::new(OneByOne(pack)), in_columns: false };
    let trials = parallel::map(&seeds, |&seed| trial::run(seed, one_by_one));
    assert!(trials.iter().all(|trial| trial.failure.is_none()));
}

/// An engine that answers as another does, but for one thing.
struct Flipped<'p>(&'p RulePack, Flip);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Flip {
    FiredToNotFired,
    NotFiredToUndetermined,
    FailedToNotFired,
    Place,
    Message,
    NeedsOneLess,
    NeedsTurnedRound,
    RuleTwice,
}

impl Evaluator for Flipped<'_> {
    fn evaluate(&self, rules: &RuleSet, sheet: &FactSheet) -> Marks {
        let mut marks = self.0.interpreter().evaluate(rules, sheet);
        let alone = |rule| {
            let mut set = RuleSet::none(self.0.rules.len());
            set.insert(rule);
            set
        };
        match self.1 {
            Flip::FiredToNotFired => {
                if let Some(first) = marks.fired.first() {
                    marks.fired = marks.fired.without(&alone(first));
                }
            }
            Flip::NotFiredToUndetermined => {
                if let Some(first) = marks.not_fired().first() {
                    marks.undetermined.insert(first);
                }
            }
            Flip::FailedToNotFired => marks.failed.truncate(marks.failed.len().saturating_sub(1)),
            Flip::Place => marks.failed.iter_mut().for_each(|mark| mark.place.column += 1),
            Flip::Message => marks.failed.iter_mut().for_each(|mark| mark.message.push('!')),
            Flip::RuleTwice => {
                if let Some(first) = marks.fired.first() {
                    marks.undetermined.insert(first);
                }
            }
            Flip::NeedsOneLess | Flip::NeedsTurnedRound => {}
        }
        marks
    }

    fn needs(&self, rules: &RuleSet, sheet: &FactSheet) -> Vec<(RuleIndex, Needs)> {
        let mut needs = self.0.interpreter().needs(rules, sheet);
        match self.1 {
            Flip::NeedsOneLess => needs.iter_mut().for_each(|(_, slots)| slots.truncate(slots.len() - 1)),
            Flip::NeedsTurnedRound => needs.iter_mut().for_each(|(_, slots)| slots.reverse()),
            _ => {}
        }
        needs
    }
}

/// One thing said differently is noticed within a few packs, and shrinks to one rule that says little else.
#[track_caller]
fn noticed(engine: trial::Engine, words: &str) {
    let engine = Subject { engine, in_columns: false };
    let failure = (1..40).find_map(|seed| trial::run(seed, engine).failure).expect("a difference");
    let small = failure.shrunk(|pack, sheet| trial::compare(pack, sheet, engine));
    println!("{}", small.report());
    assert_eq!(small.pack.rules.len(), 1, "{}", small.report());
    assert!(small.pack.rules[0].condition.nodes().len() <= 4, "{}", small.report());
    assert!(small.sheet.0.iter().flatten().count() <= 1, "{}", small.report());
    assert!(small.difference.contains(words), "{}", small.difference);
    let again = trial::compare(&small.pack, &small.sheet, engine);
    assert_eq!(again, Some(small.difference));
}

#[test]
fn a_mark_a_need_or_a_place_that_differs_is_noticed() {
    noticed(|pack| Box::new(Flipped(pack, Flip::FiredToNotFired)), "fired | not fired");
    noticed(|pack| Box::new(Flipped(pack, Flip::NotFiredToUndetermined)), "not fired | undetermined");
    noticed(|pack| Box::new(Flipped(pack, Flip::FailedToNotFired)), "| not fired");
    noticed(|pack| Box::new(Flipped(pack, Flip::Place)), "failed at generated/");
    noticed(|pack| Box::new(Flipped(pack, Flip::Message)), "failed at generated/");
    noticed(|pack| Box::new(Flipped(pack, Flip::NeedsOneLess)), "undetermined, needs");
    noticed(|pack| Box::new(Flipped(pack, Flip::NeedsTurnedRound)), "undetermined, needs");
    noticed(|pack| Box::new(Flipped(pack, Flip::RuleTwice)), "fired | fired; undetermined");
}

/// What the shrinker keeps is all that the predicate needs: one rule, one division by a fact, the fact known.
#[test]
fn shrinking_ends_at_the_smallest_example() {
    let divides = |expression: &Expression| {
        expression.nodes().into_iter().any(|node| {
            node.construct == Construct::Arithmetic("/")
                && matches!(node.parts[1].construct, Construct::Fact(_))
        })
    };
    let mut met = 0;
    for seed in 0..200 {
        let (pack, sheets) = trial::draw(seed);
        if !pack.rules.iter().any(|rule| divides(&rule.condition)) {
            continue;
        }
        met += 1;
        let (small, sheet) =
            shrink(&pack, &sheets[0], &|pack, _| pack.rules.iter().any(|rule| divides(&rule.condition)));
        assert_eq!(small.rules.len(), 1);
        assert_eq!(small.rules[0].condition.nodes().len(), 3, "{}", small.rules_text());
        assert_eq!(small.rules[0].conclusions.len(), 1);
        assert_eq!(sheet.0.iter().flatten().count(), 0);
        assert_eq!(small.functions_text(), "");
    }
    assert!(met > 3, "{met} packs divide by a fact");
}

/// A planted bug makes a difference within [`PACKS_A_BUG`] packs.
#[track_caller]
fn caught(name: &str) {
    let (_, plant) = BUGS.iter().find(|(known, _)| *known == name).expect("a bug of the list");
    let (packs, failure) =
        bugs::find(*plant, 1, PACKS_A_BUG).unwrap_or_else(|| panic!("`{name}` is not caught"));
    let small = failure.shrunk(|pack, sheet| bugs::differs(*plant, pack, sheet));
    println!("`{name}`: caught in pack {packs}\n{}", small.report());
    assert_eq!(small.pack.rules.len(), 1, "{}", small.report());
}

#[test]
fn bugs_of_circuits_are_caught_in_columns_too() {
    for (name, plant) in BUGS {
        let Plant::Circuit(change) = plant else { continue };
        // Columns say which rules are undetermined, and not what they need.
        let seen = !name.contains("needs");
        let caught = bugs::find_in_columns(change, 1, if seen { PACKS_A_BUG } else { 4 });
        assert_eq!(caught.is_some(), seen, "{name}: {caught:?}");
    }
}

macro_rules! planted_bugs {
    ($($test:ident $name:literal)+) => {
        $(#[test]
        fn $test() {
            caught($name);
        })+

        #[test]
        fn every_planted_bug_has_its_test() {
            let tested = [$($name),+];
            assert_eq!(tested.as_slice(), BUGS.map(|(name, _)| name));
        }
    };
}

planted_bugs! {
    bug_error_after_settled "an error after a settled && is still an error"
    bug_error_after_not_known "an error after a not-known operand fails the rule"
    bug_interval_off_by_one "an interval is off by one"
    bug_range_takes_its_end "a range takes its end too"
    bug_not_known_is_false "not known reads as false"
    bug_not_known_is_least "not known reads as the least value"
    bug_guards_reversed "the guards of a switch are tried last first"
    bug_at_least_counts_not_known "at_least counts not known as true"
    bug_default_although_settled "?? takes the default although settled"
    bug_known_wants_all "known says false of an && that false settles"
    bug_else_when_not_known "an if takes the else branch when its condition is not known"
    bug_not_of_not_known "! of not known is true"
    bug_arguments_swapped "a function is inlined with its arguments swapped"
    bug_wide_cut "a wide integer is cut one too far"
    circuit_failure_is_false "circuit: a cell that fails is false"
    circuit_not_known_is_false "circuit: a cell that is not known is false"
    circuit_not_known_is_least "circuit: the cell of not known is that of the least value"
    circuit_cut_too_far "circuit: a table is cut one value too far"
    circuit_stretch_too_far "circuit: a table is cut one stretch too far"
    circuit_residual_forgiven "circuit: what was not lowered is forgiven"
    circuit_one_less_is_enough "circuit: at_least is content with one less"
    circuit_default_first "circuit: ?? tries its operands last first"
    circuit_known_passes_on "circuit: known passes on what it is about"
    circuit_not_is_lost "circuit: ! is lost"
    circuit_if_is_and "circuit: an if is taken for an &&"
    circuit_last_left_out "circuit: the last operand is left out"
    circuit_needs_stop "circuit: needs stop at the first fact"
}
