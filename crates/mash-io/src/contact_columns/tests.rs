//! The columns hold what the row parsers give, and the issues are theirs, row by row.

use std::{path::Path, sync::LazyLock};

use mash_batch::parallel;
use mash_model::{Agency, Contact, Direction, FactDictionary, FactId, FactKind, fact::FactDefinition};
use proptest::{prelude::*, sample::Index};

use super::{ContactImport, parse_block};
use crate::{
    Issue,
    contact_file::{Format, OpenError, Row, RowContent, RowParser, csv_rows::Header},
};

/// One fact of each kind, with names of every length.
fn dictionary() -> &'static FactDictionary {
    static DICTIONARY: LazyLock<FactDictionary> = LazyLock::new(all_kinds);
    &DICTIONARY
}

fn all_kinds() -> FactDictionary {
    let fact = |id: &str, kind: FactKind| FactDefinition {
        id: FactId::from(id),
        group: "t".to_owned(),
        kind,
        direction: Direction::Risk,
        question: "?".to_owned(),
        agencies: Vec::new(),
        source: Vec::new(),
        mark: "synthesised".to_owned(),
        absent: None,
    };
    let integer = |min, max| FactKind::Integer { min, max, unit: "times".to_owned() };
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    FactDictionary::new(vec![
        fact("b", FactKind::Bool),
        fact("a_fact_whose_name_is_longer_than_32_bytes", FactKind::Bool),
        fact(&"x".repeat(70), FactKind::Bool),
        fact("quo\"ted", FactKind::Bool),
        fact("n", integer(-3, 20)),
        fact("wide", integer(0, 1_000_000)),
        fact("all", integer(i64::MIN, i64::MAX)),
        fact(
            "grade",
            FactKind::Ordinal(names(&["none", "low", "a grade of more than thirty-two bytes", "é"])),
        ),
        fact("many", FactKind::Enum((0..300).map(|value| format!("v{value}")).collect())),
    ])
    .unwrap()
}

/// What the row parsers say of a text: contacts with their lines, and issues.
type Outcome = (Vec<(u64, Contact)>, Vec<Issue>);

fn by_rows(format: Format, text: &[u8], dictionary: &FactDictionary) -> Outcome {
    let mut rows = Vec::new();
    let parser = match format {
        Format::JsonLines => {
            let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
            for (line, bytes) in (1..).zip(text.split_inclusive(|byte| *byte == b'\n')) {
                if !bytes.iter().all(u8::is_ascii_whitespace) {
                    rows.push(Row { line, content: RowContent::Json(bytes.to_vec()) });
                }
            }
            RowParser::new("-".to_owned(), None)
        }
        Format::Csv => {
            let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
            let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text);
            let header = match Header::read(&mut reader, "-", dictionary) {
                Ok(header) => header,
                Err(issues) => return (Vec::new(), issues),
            };
            let mut record = csv::ByteRecord::new();
            while reader.read_byte_record(&mut record).unwrap() {
                // The reader's own line is that of the line end before, where there is one.
                let start = usize::try_from(record.position().unwrap().byte()).unwrap();
                let blank = text[start..].iter().take_while(|byte| b"\r\n".contains(byte)).count();
                let line = 1 + text[..start + blank].iter().filter(|byte| **byte == b'\n').count() as u64;
                rows.push(Row { line, content: RowContent::Csv(record.clone()) });
            }
            RowParser::new("-".to_owned(), Some(header))
        }
    };
    let (mut contacts, mut issues) = (Vec::new(), Vec::new());
    for row in rows {
        match parser.parse(&row, dictionary) {
            Ok(contact) => contacts.push((row.line, contact)),
            Err(found) => issues.extend(found),
        }
    }
    (contacts, issues)
}

fn by_columns(format: Format, text: &[u8], dictionary: &FactDictionary) -> Outcome {
    let (columns, issues) = parse_block(format, text, dictionary);
    assert_eq!(columns.facts().rows(), columns.len());
    let contact = |row| (columns.row(row).unwrap().line, columns.contact(row, dictionary).unwrap());
    ((0..columns.len()).map(contact).collect(), issues)
}

#[track_caller]
fn check(format: Format, text: &[u8], contacts: usize, issues: usize) {
    let dictionary = dictionary();
    let rows = by_rows(format, text, dictionary);
    assert_eq!(by_columns(format, text, dictionary), rows, "{}", String::from_utf8_lossy(text));
    assert_eq!((rows.0.len(), rows.1.len()), (contacts, issues), "{:?}", rows.1);
}

/// A row with this instead of its facts' members.
fn with_facts(facts: &str) -> String {
    format!(r#"{{"id":"c1","received":"2023-11-06T09:15:00","source":"gp","facts":{{{facts}}}}}"#)
}

#[test]
fn json_lines_of_every_shape() {
    let good = |facts: &str| check(Format::JsonLines, with_facts(facts).as_bytes(), 1, 0);
    let bad = |facts: &str| check(Format::JsonLines, with_facts(facts).as_bytes(), 0, 1);
    for facts in [
        "",
        r#""b":true,"n":-3,"wide":1000000,"grade":"none","many":"v299""#,
        r#""a_fact_whose_name_is_longer_than_32_bytes":false,"quo\"ted":true"#,
        r#""all":-9223372036854775808"#,
        r#""all":9223372036854775807,"b": true , "n" :0"#,
        r#""b":false,"b":true"#,
        r#""b":7,"b":true"#,
        r#""\u0062":true,"grade":"\u00e9""#,
        r#""grade":"é","grade":"a grade of more than thirty-two bytes""#,
        "\"n\":\t5",
    ] {
        good(facts);
    }
    good(&format!(r#""{}":true"#, "x".repeat(70)));
    for facts in [
        r#""b":1"#,
        r#""b":null"#,
        r#""b":"true""#,
        r#""b":tru"#,
        r#""b":true,"b":7"#,
        r#""n":21"#,
        r#""n":-4"#,
        r#""n":1.0"#,
        r#""n":1e0"#,
        r#""n":-0"#,
        r#""n":01"#,
        r#""n":"#,
        r#""n":99999999999999999999"#,
        r#""all":9223372036854775808"#,
        r#""n":1e999"#,
        r#""grade":"None""#,
        r#""grade":1"#,
        r#""postcode":"x""#,
        r#""unknown":true"#,
        r#""b":true,"#,
        r#""b":true "n":1"#,
        "\"b\u{0}\":true",
        "\"b\":true,\u{b}\"n\":1",
    ] {
        bad(facts);
    }
}

#[test]
fn json_lines_of_every_field() {
    let line = |more: &str| {
        format!(r#"{{"id":"c1","received":"2023-11-06T09:15:00","source":"gp","facts":{{}}{more}}}"#)
    };
    for more in [
        "",
        " ",
        r#","household":"h1","contact":"k.1","child":"p:_-1""#,
        r#","household":null,"contact":null,"child":null,"characteristics":{}"#,
        r#","characteristics":{"age":255,"sex":"F","ethnicity":"anything at all","disability":false}"#,
        r#","characteristics":{"age":null,"sex":null,"ethnicity":null,"disability":null}"#,
        r#","characteristics":{"ethnicity":""}"#,
        r#","characteristics":{"ethnicity":"\t"}"#,
    ] {
        check(Format::JsonLines, line(more).as_bytes(), 1, 0);
    }
    for more in [
        r#","id":"c2""#,
        r#","household":"h1","household":"h1""#,
        r#","household":"""#,
        r#","household":"HR4 0LE""#,
        r#","household":"HR40LE""#,
        r#","child":"9434765919""#,
        r#","child":"a b""#,
        r#","child":7"#,
        r#","characteristics":null"#,
        r#","characteristics":{"age":256}"#,
        r#","characteristics":{"age":-1}"#,
        r#","characteristics":{"age":1,"age":1}"#,
        r#","characteristics":{"sex":"X"}"#,
        r#","characteristics":{"name":"Ann"}"#,
        r#","colour":1"#,
        "}",
    ] {
        check(Format::JsonLines, line(more).as_bytes(), 0, 1);
    }
    for (received, contacts) in [
        ("2023-11-06", 1),
        ("2023-11-06T09:15", 1),
        ("2023-11-06 09:15:00.5", 1),
        ("2023-11-06T09:15:60", 1),
        ("2023-02-29T09:15:00", 0),
        ("2023-11-06T09:15:0x", 0),
        ("2023-11-06T24:00:00", 0),
    ] {
        let row = line("").replace("2023-11-06T09:15:00", received);
        check(Format::JsonLines, row.as_bytes(), contacts, 1 - contacts);
    }
    check(Format::JsonLines, line("").replace("gp", "polcie").as_bytes(), 0, 1);
    check(Format::JsonLines, br#"["c1","2023-11-06T09:15:00","gp",null,null,null,{},{}]"#, 1, 0);
}

#[test]
fn lines_are_counted_as_they_stand() {
    let good = with_facts(r#""b":true"#);
    check(Format::JsonLines, format!("\u{feff}\n \r\n{good}\r\n\n{good} \nno\n{good}").as_bytes(), 3, 1);
    check(Format::JsonLines, b"", 0, 0);
    check(Format::JsonLines, b"\n", 0, 0);
    check(Format::JsonLines, b"\xff\n{\n", 0, 2);
}

const HEADER: &str =
    "id,received,source,household,age,sex,ethnicity,characteristics.disability,b,facts.n,wide,grade,many";

#[test]
fn csv_of_every_shape() {
    let file = |row: &str| format!("{HEADER}\n{row}\n");
    for row in [
        "c1,2023-11-06T09:15:00,gp,,,,,,,,,,",
        "c1,06/11/2023 09:15,gp,h1,5,F,WBRI,TRUE,yes,-3,007,none,v7",
        " c1 ,2023-11-06 09:15, gp ,,25,U,,No,nO,+5,0,é,v299",
        "\"c1\",2023-11-06,gp,,,,,,\u{b},,,\"a grade of more than thirty-two bytes\",",
        "c1,2023-11-06T09:15:00,gp,,,,,,,,,none,\"v\n7\"\nc2,2023-11-06T09:15:00,gp,,,,,,,,,,\n",
    ] {
        let broken = usize::from(row.contains("v\n7"));
        check(Format::Csv, file(row).as_bytes(), 1, broken);
        let windows = format!("\u{feff}{}", file(row).replace('\n', "\r\n"));
        check(Format::Csv, windows.as_bytes(), 1, broken);
        check(Format::Csv, file(row).replace('\n', "\n\n").as_bytes(), 1, broken);
    }
    for row in [
        "c1,2023-11-06T09:15:00,gp",
        ",2023-11-06T09:15:00,gp,,,,,,,,,,",
        "c1,,gp,,,,,,,,,,",
        "c1,2023-11-06T09:15:00,gp,,26,,,,,,,,",
        "c1,2023-11-06T09:15:00,gp,HR4 0LE,,,,,,,,,",
        "c1,2023-11-06T09:15:00,gp,,,f,,,,,,,",
        "c1,2023-11-06T09:15:00,gp,,,,wbri,,,,,,",
        "c1,2023-11-06T09:15:00,gp,,,,,perhaps,,,,,",
        "c1,2023-11-06T09:15:00,gp,,,,,,,21,,,",
        "c1,2023-11-06T09:15:00,gp,,,,,,,1.0,,,",
        "c1,2023-11-06T09:15:00,gp,,,,,,,,,None,",
        "c1,2023-11-06T09:15:00,GP,,,,,,,,,,",
    ] {
        check(Format::Csv, file(row).as_bytes(), 0, 1);
    }
    check(Format::Csv, b"", 0, 3);
    check(Format::Csv, b"id,received,source,postcode\nc1,2023-11-06,gp,x\n", 0, 1);
    check(Format::Csv, b"id,received,source\rc1,2023-11-06,gp\rc2,2023-11-06,gp", 2, 0);
}

/// A value of JSON, right for some fact or wrong for each.
fn json_value() -> impl Strategy<Value = String> {
    let written = [
        "true",
        "false",
        "null",
        "0",
        "-0",
        "-3",
        "5",
        "20",
        "21",
        "007",
        "1.0",
        "1e3",
        "1e999",
        "-",
        "1000001",
        "9223372036854775807",
        "9223372036854775808",
        "\"none\"",
        "\"low\"",
        "\"é\"",
        "\"v7\"",
        "\"v299\"",
        "\"\"",
        "\"a grade of more than thirty-two bytes\"",
        "\"\\u006eone\"",
        "[]",
        "{}",
        "[[1]]",
        "{\"a\":1}",
        "tru",
        "\"",
    ];
    prop_oneof![8 => proptest::sample::select(written.to_vec()).prop_map(str::to_owned), 1 => "[ -~é]{0,6}"]
}

fn json_row() -> impl Strategy<Value = String> {
    let ids = [
        "c1",
        "r0-c409421",
        "h.1",
        "",
        "HR40LE",
        "9434765919",
        "1234567890",
        "A123456789012",
        "2011-05-04",
        "é",
        "a b",
    ];
    let id = || proptest::sample::select(ids.to_vec()).prop_map(|id| format!("\"{id}\""));
    let facts: Vec<String> = dictionary()
        .iter()
        .map(|(_, fact)| serde_json::to_string(fact.id.as_str()).unwrap())
        .chain(["\"\\u0062\"", "\"nosuch\"", "\"dob\"", "b"].map(str::to_owned))
        .collect();
    let facts = proptest::collection::vec((proptest::sample::select(facts), json_value()), 0..7);
    let received = proptest::sample::select(vec![
        "\"2023-11-06T09:15:00\"",
        "\"2023-11-06T09:15\"",
        "\"2023-11-06\"",
        "\"2023-13-06T09:15:00\"",
        "\"\"",
        "1",
        "\"2023-11-06T09:15:60\"",
        "\"2023-11-06T09:15:00Z\"",
        "\"2023-11-06T09:15:00+01:00[Europe/London]\"",
    ]);
    let source =
        proptest::sample::select(vec!["\"gp\"", "\"police\"", "\"self\"", "\"GP\"", "\"\\u0067p\"", "null"]);
    let other = prop_oneof![id(), json_value()];
    let characteristic =
        proptest::sample::select(vec!["\"age\"", "\"sex\"", "\"ethnicity\"", "\"disability\"", "\"name\""]);
    let value = proptest::sample::select(vec![
        "5", "255", "256", "\"F\"", "\"X\"", "\"WBRI\"", "\"\"", "true", "null", "1.5",
    ]);
    let characteristics = proptest::collection::vec((characteristic, value), 0..4);
    let gaps = proptest::sample::select(vec![("", ""), ("", ""), (" ", " "), ("", " "), ("\t", "  ")]);
    let extra = proptest::option::weighted(
        0.1,
        (proptest::sample::select(vec!["id", "household", "facts", "colour", "surname"]), json_value()),
    );
    let end = proptest::sample::select(vec!["\n", "\n", "\r\n", " \n", "\n\n", "}\n", ""]);
    (
        id(),
        received,
        source,
        facts,
        proptest::option::of(other),
        characteristics,
        gaps,
        extra,
        end,
        any::<Index>(),
    )
        .prop_map(
            |(id, received, source, facts, child, characteristics, (colon, comma), extra, end, turn)| {
                let object = |members: Vec<String>| format!("{{{}}}", members.join(&format!(",{comma}")));
                let member = |key: &str, value: &str| format!("{key}:{colon}{value}");
                let facts = object(facts.iter().map(|(key, value)| member(key, value)).collect());
                let characteristics =
                    object(characteristics.iter().map(|(key, value)| member(key, value)).collect());
                let mut members = vec![
                    member("\"id\"", &id),
                    member("\"received\"", received),
                    member("\"source\"", source),
                    member("\"facts\"", &facts),
                    member("\"characteristics\"", &characteristics),
                ];
                members.extend(child.map(|child| member("\"child\"", &child)));
                members.extend(extra.map(|(key, value)| member(&format!("\"{key}\""), &value)));
                let by = turn.index(members.len());
                members.rotate_left(by);
                format!("{}{end}", object(members))
            },
        )
}

fn csv_row() -> impl Strategy<Value = String> {
    let cells = [
        "",
        "",
        "",
        "c1",
        "h.1",
        "gp",
        "police",
        "2023-11-06T09:15:00",
        "06/11/2023 09:15",
        "true",
        "FALSE",
        "yes",
        "nO",
        "0",
        "1",
        "5",
        "+5",
        "007",
        "21",
        "-3",
        "none",
        "low",
        "é",
        "v7",
        "WBRI",
        "F",
        "HR4 0LE",
        "9434765919",
        " 5 ",
        "\"none\"",
        "\"a\"\"b\"",
        "\"v\n7\"",
        "\u{b}",
        "\"",
    ];
    let cell = || proptest::sample::select(cells.to_vec());
    let right =
        ["c1", "2023-11-06T09:15:00", "gp", "h1", "5", "F", "WBRI", "true", "no", "7", "12", "low", "v7"];
    let cells: Vec<_> =
        right.into_iter().map(|right| prop_oneof![12 => Just(right), 3 => Just(""), 1 => cell()]).collect();
    let end = proptest::sample::select(vec!["\n", "\n", "\r\n", "\n\n", ",\n", "\r"]);
    (cells, end).prop_map(|(cells, end)| format!("{}{end}", cells.join(",")))
}

/// Changes some bytes: each to another, gone, or twice.
fn mutated(text: &str, changes: &[(Index, u8, u8)]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (place, how, byte) in changes {
        if bytes.is_empty() {
            break;
        }
        let at = place.index(bytes.len());
        match how % 4 {
            0 => bytes[at] = *byte,
            1 => bytes[at] ^= 1 << (byte % 8),
            2 => drop(bytes.remove(at)),
            _ => bytes.insert(at, bytes[at]),
        }
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(Index, u8, u8)>> {
    prop_oneof![
        3 => Just(Vec::new()),
        2 => proptest::collection::vec((any::<Index>(), any::<u8>(), any::<u8>()), 1..4),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_lines_in_columns_are_those_of_rows(rows in proptest::collection::vec(json_row(), 1..5), changes in changes()) {
        let dictionary = dictionary();
        let text = mutated(&rows.concat(), &changes);
        let format = Format::JsonLines;
        prop_assert_eq!(by_columns(format, &text, dictionary), by_rows(format, &text, dictionary));
    }

    #[test]
    fn csv_in_columns_is_that_of_rows(rows in proptest::collection::vec(csv_row(), 1..5), changes in changes()) {
        let dictionary = dictionary();
        let text = mutated(&format!("{HEADER}\n{}", rows.concat()), &changes);
        prop_assert_eq!(by_columns(Format::Csv, &text, dictionary), by_rows(Format::Csv, &text, dictionary));
    }

    #[test]
    fn no_bytes_are_a_panic(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        let dictionary = dictionary();
        for format in [Format::JsonLines, Format::Csv] {
            prop_assert_eq!(by_columns(format, &text, dictionary), by_rows(format, &text, dictionary));
        }
    }
}

/// A whole import: contacts with their lines, and issues.
fn import(format: Format, text: Vec<u8>, threads: usize) -> Outcome {
    let dictionary = dictionary();
    let (mut contacts, mut issues) = (Vec::new(), Vec::new());
    let opened = ContactImport::new(std::io::Cursor::new(text), Path::new("-"), format, dictionary);
    let import = match opened {
        Ok(import) => import,
        Err(OpenError::Header(issues)) => return (contacts, issues),
        Err(OpenError::File(error)) => panic!("{error}"),
    };
    let run = || {
        import.run(
            |block| block.contacts.len(),
            |block, rows| {
                assert_eq!(block.contacts.len(), rows);
                let found = (0..rows).map(|row| {
                    (block.contacts.row(row).unwrap().line, block.contacts.contact(row, dictionary).unwrap())
                });
                contacts.extend(found);
                issues.extend(block.issues);
                Ok::<(), ()>(())
            },
        )
    };
    parallel::with_threads(threads, run).unwrap().unwrap();
    (contacts, issues)
}

/// A file of more than one block, in which every hundredth row is bad.
fn large(format: Format) -> String {
    let mut text = if format == Format::Csv { format!("{HEADER}\n") } else { String::new() };
    for number in 0..40_000 {
        let n = if number % 100 == 99 { 21 } else { number % 20 };
        text.push_str(&match format {
            Format::JsonLines => {
                with_facts(&format!(r#""b":true,"n":{n}"#)).replace("\"c1\"", &format!("\"c{number}\""))
            }
            Format::Csv => {
                format!("c{number},2023-11-06T09:15:00,gp,,,,,,true,{n},,\"low\",v{}", number % 300)
            }
        });
        text.push('\n');
    }
    text
}

#[test]
fn blocks_come_in_order_and_lines_go_on() {
    for format in [Format::JsonLines, Format::Csv] {
        let text = large(format).into_bytes();
        assert!(text.len() > 2 << 20);
        let expect = by_rows(format, &text, dictionary());
        assert_eq!((expect.0.len(), expect.1.len()), (39_600, 400));
        for threads in [1, 3] {
            assert!(import(format, text.clone(), threads) == expect, "{format:?}, {threads} threads");
        }
    }
}

#[test]
fn an_id_that_stands_twice_is_told_with_its_line() {
    let mut text = large(Format::JsonLines);
    text.push_str(&with_facts("").replace("c1", "c7"));
    let (contacts, issues) = import(Format::JsonLines, text.into_bytes(), 2);
    assert_eq!((contacts.len(), issues.len()), (39_601, 401));
    let last = issues.last().unwrap();
    assert_eq!((last.line, last.problem.as_str()), (40_001, "`c7` stands twice"));
}

#[test]
fn a_row_that_is_too_long_ends_the_file() {
    let good = with_facts(r#""b":true"#);
    let next = good.replace("c1", "c2");
    let long = |length: usize| format!("{good}\n{}\n{next}\n", " ".repeat(length - 1));
    let most = crate::contact_file::MAX_ROW_BYTES;
    let (contacts, issues) = import(Format::JsonLines, long(most).into_bytes(), 1);
    assert_eq!((contacts.len(), issues.len()), (2, 0));
    let (contacts, issues) = import(Format::JsonLines, long(most + 1).into_bytes(), 1);
    assert_eq!((contacts.len(), issues.len()), (1, 1));
    assert_eq!(issues[0].to_string(), "-:2: the line is longer than 1048576 bytes (one JSON object a line)");
    let open = format!("{HEADER}\nc1,2023-11-06,gp,,,,,,,,,,\nc2,\"2023{}", large(Format::Csv));
    let (contacts, issues) = import(Format::Csv, open.replace(",\"low\",", ",low,").into_bytes(), 1);
    assert_eq!((contacts.len(), issues.len()), (1, 1));
    assert_eq!(
        issues[0].to_string(),
        "-:3: the row is longer than 1048576 bytes (close every quotation mark)"
    );
}

#[test]
fn a_source_that_breaks_off_is_told_after_its_rows() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the wire broke"))
        }
    }
    let dictionary = dictionary();
    let rows = format!("{}\n{{\"id\"", with_facts(""));
    let source = std::io::Read::chain(std::io::Cursor::new(rows), Broken);
    let import = ContactImport::new(source, Path::new("-"), Format::JsonLines, dictionary).unwrap();
    let (mut contacts, mut issues) = (0, Vec::new());
    import
        .run(
            |_| (),
            |block, ()| {
                contacts += block.contacts.len();
                issues.extend(block.issues.iter().map(ToString::to_string));
                Ok::<(), ()>(())
            },
        )
        .unwrap();
    assert_eq!((contacts, issues), (1, vec!["-:2: the line cannot be read: the wire broke".to_owned()]));
}

#[test]
fn every_agency_is_read() {
    for agency in Agency::ALL {
        check(Format::JsonLines, with_facts("").replace("\"gp\"", &format!("\"{agency}\"")).as_bytes(), 1, 0);
    }
}
