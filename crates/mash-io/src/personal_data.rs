//! Telling a synthetic record from one that looks like a real child's, by its field names and by its values.
//!
//! `mash` decides synthetic and training cases only. A record that holds a name, full date of birth, address, postcode,
//! UPN or NHS number is refused whole.

/// What a field's name or a value gives away.
#[must_use]
pub fn by_field_name(field: &str) -> Option<&'static str> {
    let plain: String = field.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let exact: &[(&[&str], &str)] = &[
        (
            &[
                "name",
                "firstname",
                "forename",
                "surname",
                "lastname",
                "familyname",
                "fullname",
                "childname",
                "givenname",
                "persforename",
                "perssurname",
                "middlename",
                "knownas",
            ],
            "a name",
        ),
        (&["dob", "dateofbirth", "birthdate", "persdob", "personbirthdate", "birthday"], "a date of birth"),
        (
            &["address", "homeaddress", "street", "addressline1", "addressline2", "uprn", "houseno"],
            "an address",
        ),
        (&["postcode", "postalcode", "zip", "zipcode"], "a postcode"),
        (&["upn", "uniquepupilnumber", "formerupn"], "a UPN"),
        (&["nhs", "nhsnumber", "nhsno"], "an NHS number"),
        (&["phone", "telephone", "mobile", "email", "emailaddress"], "contact details"),
    ];
    exact.iter().find(|(names, _)| names.contains(&plain.as_str())).map(|(_, what)| *what)
}

/// What a text gives away by its form.
#[must_use]
pub fn by_value(text: &str) -> Option<&'static str> {
    if plainly_nothing(text) { None } else { by_form(text) }
}

fn by_form(text: &str) -> Option<&'static str> {
    let words: Vec<&str> = text.split([',', ';', '\n']).flat_map(str::split_whitespace).collect();
    let compact: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect();
    if words.iter().any(|word| is_upn(word)) {
        return Some("a UPN");
    }
    if is_nhs_number(&compact) || words.iter().any(|word| is_nhs_number(word)) {
        return Some("an NHS number");
    }
    let pairs = words.windows(2).map(|pair| pair.concat());
    if words.iter().any(|word| is_postcode(word)) || pairs.into_iter().any(|pair| is_postcode(&pair)) {
        return Some("a postcode");
    }
    if words.iter().any(|word| is_date(word)) {
        return Some("a full date, such as a date of birth");
    }
    if text.contains('@') && text.contains('.') {
        return Some("contact details");
    }
    None
}

/// Is it a pseudonym: up to 64 letters, digits, and . _ : - without spaces, nothing that looks real?
#[must_use]
pub fn is_pseudonym(text: &str) -> bool {
    (1..=64).contains(&text.len()) && kinds(text) & OTHER == 0 && by_value(text).is_none()
}

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
/// One of `. _ : -`.
const MARK: u8 = 4;
const OTHER: u8 = 8;

/// The kind of every byte.
#[expect(clippy::indexing_slicing, reason = "computed as it is compiled")]
const KINDS: [u8; 256] = {
    let mut kinds = [OTHER; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        kinds[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b'.' | b'_' | b':' | b'-' => MARK,
            _ => OTHER,
        };
        byte += 1;
    }
    kinds
};

/// The kinds of bytes that a text has.
fn kinds(text: &str) -> u8 {
    text.bytes().fold(0, |kinds, byte| kinds | KINDS.get(usize::from(byte)).unwrap_or(&OTHER))
}

/// Has the text surely none of the forms below? A cheap answer for the usual pseudonym, such as `r3-c10221`; `false`
/// settles nothing.
///
/// In one word of letters, digits and marks, a UPN shows by its length, its capital and the digit after it; a postcode
/// by its length, the digit third from its end and the letter that is its last; an NHS number has only digits and marks,
/// and so has a date.
fn plainly_nothing(text: &str) -> bool {
    let nearly_real = match text.as_bytes() {
        [first, second, ..] if text.len() == 13 => first.is_ascii_uppercase() && second.is_ascii_digit(),
        [.., third, _, last] if (5..=7).contains(&text.len()) => {
            third.is_ascii_digit() && last.is_ascii_alphabetic()
        }
        _ => false,
    };
    match kinds(text) {
        DIGIT => text.len() != 10,
        kinds => kinds & OTHER == 0 && kinds & LETTER != 0 && !nearly_real,
    }
}

/// One letter, eleven digits, then a digit or a letter. Source: DfE, unique pupil numbers, as in the CIN census rules.
fn is_upn(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    matches!(letters.as_slice(), [first, middle @ .., last]
        if first.is_ascii_uppercase()
            && middle.len() == 11
            && middle.iter().all(char::is_ascii_digit)
            && (last.is_ascii_digit() || last.is_ascii_uppercase()))
}

/// Ten digits whose last checks the others modulo 11. Source: NHS Data Dictionary, NHS number.
fn is_nhs_number(word: &str) -> bool {
    let digits: Vec<u32> = word.chars().filter_map(|letter| letter.to_digit(10)).collect();
    if word.len() != 10 || digits.len() != 10 {
        return false;
    }
    let sum: u32 = digits.iter().take(9).zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    let check = match 11 - sum % 11 {
        11 => 0,
        other => other,
    };
    digits.last() == Some(&check)
}

/// Area, district, sector and unit: `HR4 0LE`. Source: Royal Mail postcode formats.
fn is_postcode(word: &str) -> bool {
    let letters: Vec<char> = word.to_ascii_uppercase().chars().collect();
    if !(5..=7).contains(&letters.len()) {
        return false;
    }
    let (outward, inward) = letters.split_at(letters.len() - 3);
    let inward_ok = matches!(inward, [d, a, b] if d.is_ascii_digit() && a.is_ascii_alphabetic() && b.is_ascii_alphabetic());
    let area = outward.iter().take_while(|letter| letter.is_ascii_alphabetic()).count();
    let district: Vec<&char> = outward.iter().skip(area).collect();
    inward_ok
        && (1..=2).contains(&area)
        && matches!(district.as_slice(), [a] if a.is_ascii_digit())
            | matches!(district.as_slice(), [a, b] if a.is_ascii_digit() && b.is_ascii_alphanumeric())
}

/// `2011-05-04`, `04/05/2011` and the like.
fn is_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
    let digits = |part: &&str, lengths: &[usize]| {
        lengths.contains(&part.len()) && part.chars().all(|letter| letter.is_ascii_digit())
    };
    match parts.as_slice() {
        [a, b, c] => {
            (digits(a, &[4]) && digits(b, &[1, 2]) && digits(c, &[1, 2]))
                || (digits(a, &[1, 2]) && digits(b, &[1, 2]) && digits(c, &[2, 4]))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_look_real() {
        let cases = [
            ("H801200001001", Some("a UPN")),
            ("943 476 5919", Some("an NHS number")),
            ("9434765919", Some("an NHS number")),
            ("HR4 0LE", Some("a postcode")),
            ("12 High Street, hr40le", Some("a postcode")),
            ("2011-05-04", Some("a full date, such as a date of birth")),
            ("c1", None),
            ("r3-c10221", None),
            ("h1", None),
            ("minor plausible", None),
            ("1234567890", None),
            (">=90", None),
        ];
        for (text, expect) in cases {
            assert_eq!(by_value(text), expect, "{text}");
        }
    }

    /// Every form is still found behind the cheap answer: texts drawn to be nearly one of them.
    #[test]
    fn the_cheap_answer_hides_nothing() {
        let shapes = [
            "A999999999999",
            "A99999999999A",
            "a999999999999",
            "9999999999",
            "999-999-9999",
            "99-99-99",
            "9999-99-99",
            "99.99.9999",
            "A99AA",
            "AA999AA",
            "AA9A9AA",
            "aa99aa",
            "A9A9A",
            "AA-9-AA",
            "r9-c9999",
            "_9999",
            "9:9-9",
        ];
        let mut state: u64 = 7;
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut settled = 0;
        for _ in 0..200_000 {
            let shape = shapes[usize::try_from(draw(shapes.len() as u64)).unwrap()];
            let mut text: Vec<u8> = shape
                .bytes()
                .map(|byte| match byte {
                    b'9' => b'0' + u8::try_from(draw(10)).unwrap(),
                    b'A' => b'A' + u8::try_from(draw(26)).unwrap(),
                    other => other,
                })
                .collect();
            if draw(3) == 0 {
                let place = usize::try_from(draw(text.len() as u64)).unwrap();
                text[place] = b"aZ5-._: @\xc3"[usize::try_from(draw(9)).unwrap()];
            }
            let text = String::from_utf8(text).unwrap();
            if plainly_nothing(&text) {
                settled += 1;
                assert_eq!(by_form(&text), None, "{text}");
            }
        }
        assert!(settled > 20_000, "{settled}");
    }

    #[test]
    fn field_names_that_look_real() {
        for field in ["Name", "date_of_birth", "DOB", "Postcode", "UPN", "NHS number", "home address"] {
            assert!(by_field_name(field).is_some(), "{field}");
        }
        for field in ["id", "household", "age", "unborn", "dash_grade"] {
            assert!(by_field_name(field).is_none(), "{field}");
        }
    }
}
