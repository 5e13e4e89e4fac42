//! Random tokens and what is derived from them.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// A secret of 32 random bytes.
pub(crate) type Secret = [u8; 32];

/// The system gives no random numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random numbers, without which no room is safe")]
pub(crate) struct NoRandomnessError;

/// 32 random bytes of the system.
pub(crate) fn random() -> Result<Secret, NoRandomnessError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomnessError)?;
    Ok(bytes)
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What a database keeps of a token, so that a copy of the database opens nothing.
pub(crate) fn hashed(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// The token that a form of this visit must carry.
pub(crate) fn form_token(key: &Secret, visit: &str) -> String {
    // INVARIANT: HMAC takes a key of any length.
    Hmac::<Sha256>::new_from_slice(key).map_or_else(
        |_| String::new(),
        |mut mac| {
            mac.update(b"form ");
            mac.update(visit.as_bytes());
            hex(&mac.finalize().into_bytes())
        },
    )
}

/// Is `given` the form token of this visit? Takes the same time wherever it differs.
pub(crate) fn is_form_token(key: &Secret, visit: &str, given: &str) -> bool {
    let expected = form_token(key, visit);
    // Two hashes are compared, so that the place of the first difference tells nothing of the token.
    !expected.is_empty() && Sha256::digest(expected.as_bytes()) == Sha256::digest(given.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_token_belongs_to_one_visit_and_one_key() {
        let (key, other) = ([1; 32], [2; 32]);
        let token = form_token(&key, "a");
        assert!(is_form_token(&key, "a", &token) && token.len() == 64);
        assert!(!is_form_token(&key, "b", &token) && !is_form_token(&other, "a", &token));
        assert!(!is_form_token(&key, "a", ""));
    }
}
