//! A simulated year, written to a file and imported into columns, is the same year.

use std::{io::Cursor, path::Path};

use mash_io::{
    contact_columns::ContactImport,
    contact_file::{ContactRecord, Format},
};
use mash_model::{Contact, FactDictionary};
use mash_tests_support::{shipped, year};

fn check(format: Format, text: String, dictionary: &FactDictionary, expect: &[Contact]) {
    let source = Cursor::new(text.into_bytes());
    let import = ContactImport::new(source, Path::new("-"), format, dictionary).unwrap();
    let mut rows = expect.iter();
    import
        .run(
            |_| (),
            |block, ()| {
                assert_eq!(block.issues, []);
                for row in 0..block.contacts.len() {
                    assert_eq!(block.contacts.contact(row, dictionary).as_ref(), rows.next());
                }
                Ok::<(), ()>(())
            },
        )
        .unwrap();
    assert_eq!(rows.next(), None);
}

#[test]
fn a_year_of_contacts_comes_back_from_either_form() {
    let dictionary = shipped("levels-of-need").dictionary;
    let contacts = year(&dictionary, 3);
    let (mut json, mut spaced) = (String::new(), String::new());
    let plain = ["id", "received", "source", "household", "contact", "child", "age", "sex", "ethnicity"];
    let disability = "characteristics.disability";
    let mut csv = plain.join(",") + "," + disability;
    for (_, fact) in dictionary.iter() {
        csv += &format!(",facts.{}", fact.id);
    }
    for contact in &contacts {
        let record = serde_json::to_string(&ContactRecord::of(contact, &dictionary)).unwrap();
        spaced += &(record.replace(',', ", ").replace("\":", "\": ") + "\n");
        json += &(record + "\n");
        let person = &contact.characteristics;
        let cells = [
            Some(contact.id.to_string()),
            Some(contact.received.to_string()),
            Some(contact.source.to_string()),
            contact.household.as_ref().map(ToString::to_string),
            contact.contact.as_ref().map(ToString::to_string),
            contact.child.as_ref().map(ToString::to_string),
            person.age.map(|age| age.to_string()),
            person.sex.map(|sex| format!("{sex:?}")),
            person.ethnicity.clone(),
            person.disability.map(|disability| disability.to_string()),
        ];
        let facts =
            dictionary.iter().map(|(slot, fact)| contact.facts.get(slot).map(|value| fact.text_of(value)));
        let cells: Vec<String> = cells.into_iter().chain(facts).map(Option::unwrap_or_default).collect();
        assert!(cells.iter().all(|cell| !cell.contains([',', '"'])));
        csv += &format!("\r\n{}", cells.join(","));
    }
    check(Format::JsonLines, json, &dictionary, &contacts);
    check(Format::JsonLines, spaced, &dictionary, &contacts);
    check(Format::Csv, csv, &dictionary, &contacts);
}
