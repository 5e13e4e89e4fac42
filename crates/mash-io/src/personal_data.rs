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
