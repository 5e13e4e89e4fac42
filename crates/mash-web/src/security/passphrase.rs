//! Passphrases: kept as Argon2id hashes, checked away from the threads that answer requests.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

/// Fewest characters of a passphrase.
pub const LEAST_PASSPHRASE: usize = 12;
/// Most characters: hashing more costs time and protects nothing.
const MOST: usize = 200;

/// A passphrase that is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseError {
    /// Easily guessed.
    #[error("use a passphrase of at least {LEAST_PASSPHRASE} characters, for example four words")]
    Short,
    /// Beyond what is hashed.
    #[error("use a passphrase of at most 200 characters")]
    Long,
    /// Hashing failed.
    #[error("the passphrase could not be kept safely; try again")]
    Failed,
}

/// The hash of a passphrase, as text with its own settings and salt.
pub(crate) fn hashed(passphrase: &str) -> Result<String, PassphraseError> {
    match passphrase.chars().count() {
        length if length < LEAST_PASSPHRASE => return Err(PassphraseError::Short),
        length if length > MOST => return Err(PassphraseError::Long),
        _ => {}
    }
    let hash = Argon2::default().hash_password(passphrase.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| PassphraseError::Failed)
}

/// Is this the passphrase of that hash?
pub(crate) fn is(passphrase: &str, hash: &str) -> bool {
    passphrase.len() <= 4 * MOST
        && PasswordHash::new(hash)
            .is_ok_and(|hash| Argon2::default().verify_password(passphrase.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_passphrase_opens() {
        let hash = hashed("four plain words here").unwrap();
        assert!(hash.starts_with("$argon2id$") && !hash.contains("plain"));
        assert!(is("four plain words here", &hash));
        assert!(!is("four plain words hers", &hash) && !is("", &hash) && !is("x", "not a hash"));
        assert_eq!(hashed("short"), Err(PassphraseError::Short));
        assert_eq!(hashed(&"x".repeat(201)), Err(PassphraseError::Long));
    }
}
