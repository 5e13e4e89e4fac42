//! Room codes: read aloud, typed on a phone, and not guessed.

use super::token::{NoRandomnessError, random};

/// Letters and digits that are not taken for one another; no vowels, so that no word comes out.
const ALPHABET: &[u8; 28] = b"BCDFGHJKLMNPQRSTVWXZ23456789";
/// Characters of a code: 28^8 codes, about 378 thousand million.
const LENGTH: usize = 8;

/// A new code, as `BCDF2345`.
pub(crate) fn new() -> Result<String, NoRandomnessError> {
    let mut code = String::with_capacity(LENGTH);
    while code.len() < LENGTH {
        // Bytes from 252 on are thrown away: 252 is the largest multiple of 28 below 256.
        for byte in random()?.into_iter().filter(|byte| *byte < 252) {
            if let (Some(letter), true) = (ALPHABET.get(usize::from(byte) % 28), code.len() < LENGTH) {
                code.push(char::from(*letter));
            }
        }
    }
    Ok(code)
}

/// A code as typed: small letters, spaces and hyphens are no matter.
pub(crate) fn normalised(typed: &str) -> String {
    typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(LENGTH + 1)
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}

/// A code as people read it, as `BCDF-2345`.
pub(crate) fn shown(code: &str) -> String {
    match code.split_at_checked(LENGTH / 2) {
        Some((first, last)) => format!("{first}-{last}"),
        None => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_of_the_alphabet_and_differ() {
        let codes: std::collections::BTreeSet<String> = (0..200).map(|_| new().unwrap()).collect();
        assert_eq!(codes.len(), 200);
        assert!(codes.iter().all(|code| code.len() == 8 && code.bytes().all(|b| ALPHABET.contains(&b))));
    }

    #[test]
    fn what_is_typed_is_read_kindly() {
        assert_eq!(normalised(" bcdf-2345 "), "BCDF2345");
        assert_eq!(shown("BCDF2345"), "BCDF-2345");
        assert_eq!(normalised("<script>"), "SCRIPT");
    }
}
