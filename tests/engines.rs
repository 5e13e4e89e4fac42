//! Both engines on the shipped packs: the same marks, needs and decisions on any sheet, and nothing left to the
//! interpreter.

use mash_model::{Contact, FactColumns, FactSheet, calendar::WorkingCalendar};
use mash_rules::{DecisionColumns, Evaluator, RulePack};
use mash_tests_support::{random_sheet, shipped, shipped_packs};

#[track_caller]
fn same(pack: &RulePack, sheet: &FactSheet) {
    let (reference, fast) = (pack.interpreter(), pack.compiled());
    let expect = reference.evaluate(pack.all_rules(), sheet);
    let found = fast.evaluate(pack.all_rules(), sheet);
    if expect != found {
        let differ = |name: &str, a: &mash_rules::RuleSet, b: &mash_rules::RuleSet| {
            format!("{name}: missing {:?}, too many {:?}\n", pack.ids(&a.without(b)), pack.ids(&b.without(a)))
        };
        panic!(
            "{}{}",
            differ("fired", &expect.fired, &found.fired),
            differ("undetermined", &expect.undetermined, &found.undetermined)
        );
    }
    let open = &expect.undetermined;
    assert_eq!(reference.needs(open, sheet), fast.needs(open, sheet));
}

#[test]
fn nothing_of_the_shipped_packs_is_left_to_the_interpreter() {
    for name in shipped_packs() {
        let pack = shipped(&name);
        let residual: Vec<String> = pack
            .program()
            .residual_rules()
            .iter()
            .flat_map(|(_, parts)| parts.iter().map(|part| format!("{}: {}", part.place, part.reason)))
            .collect();
        assert_eq!(residual, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn both_engines_agree_on_the_cases_of_the_shipped_packs() {
    let calendar = WorkingCalendar::default();
    for name in shipped_packs() {
        let pack = shipped(&name);
        for case in &pack.cases {
            same(&pack, &case.contact.facts);
            let decide = |engine: &dyn Evaluator| pack.decide(engine, &calendar, &case.contact, true);
            assert_eq!(decide(pack.interpreter()), decide(&pack.compiled()), "{name} {}", case.entry.id);
        }
    }
}

#[test]
fn both_engines_agree_on_random_sheets_of_the_shipped_packs() {
    for name in shipped_packs() {
        let pack = shipped(&name);
        for seed in 0..400 {
            let known_of_ten = [1, 3, 6, 10][seed as usize % 4];
            same(&pack, &random_sheet(&pack.dictionary, seed, known_of_ten));
        }
    }
}

#[test]
fn a_value_outside_its_range_is_left_to_the_interpreter_and_goes_to_manual_review() {
    let pack = shipped("levels-of-need");
    let (slot, _) = pack.dictionary.find("previous_contacts_12m").unwrap();
    let mut sheet = FactSheet::unknown(&pack.dictionary);
    sheet.set(slot, Some(mash_model::FactValue::Integer(5_000)));
    same(&pack, &sheet);
    let contact = Contact { facts: sheet, ..pack.cases[0].contact.clone() };
    let decision = pack.decide(&pack.compiled(), &WorkingCalendar::default(), &contact, false);
    assert!(decision.manual_review, "{decision:?}");
}

#[test]
fn columns_are_decided_as_rows_are() {
    for name in shipped_packs() {
        let pack = shipped(&name);
        // Not a whole number of chunks, and of every density of knowledge.
        let sheets: Vec<FactSheet> =
            (0..1_300).map(|seed| random_sheet(&pack.dictionary, seed, seed % 11)).collect();
        let sheets = sheets.iter().chain(pack.cases.iter().map(|case| &case.contact.facts));
        let sheets: Vec<&FactSheet> = sheets.collect();
        let facts = FactColumns::of_sheets(&pack.dictionary, sheets.iter().copied()).unwrap();
        let expect = pack.decide_rows(&pack.compiled(), &facts);
        let found = pack.decide_columns(&facts);
        for row in 0..facts.rows() {
            let of = |columns: &DecisionColumns| {
                (
                    (columns.by_hub[row], columns.route[row], columns.rating[row], columns.outcome[row]),
                    (columns.could_still_be[row], columns.duties[row], columns.asked[row]),
                    (columns.manual_review[row], columns.fired(row), columns.undetermined(row)),
                )
            };
            assert_eq!(of(&expect), of(&found), "{name} row {row}");
        }
        assert!(found.by_hub.contains(&true) && found.by_hub.contains(&false), "{name}");
    }
}
