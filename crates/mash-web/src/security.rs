//! Who may do what: visits and their rights, form tokens, passphrases, room codes, limits on guessing.

pub(crate) mod code;
pub(crate) mod fields;
pub(crate) mod headers;
pub(crate) mod limiter;
pub(crate) mod passphrase;
pub(crate) mod token;
pub(crate) mod visit;
