//! Ids that stand twice in a file, in 16 bytes an id.

#[expect(clippy::disallowed_types, reason = "looked up, never iterated")]
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hasher};

use super::ImportedBlock;
use crate::error::Issue;

/// Ids of the blocks before, as fingerprints: two ids of one file share one by chance about once in 10^26 files of a
/// million contacts.
#[derive(Debug, Default)]
#[expect(clippy::disallowed_types, reason = "looked up, never iterated")]
pub(super) struct SeenIds(HashSet<u128>);

impl SeenIds {
    /// Adds an issue for each contact whose id stood before, in this block or an earlier one.
    pub(super) fn check(&mut self, file: &str, block: &mut ImportedBlock, fingerprints: &[u128]) {
        let before = block.issues.len();
        for (row, print) in fingerprints.iter().enumerate() {
            if self.0.insert(*print) {
                continue;
            }
            block.issues.extend(block.contacts.row(row).map(|row| Issue {
                file: file.to_owned(),
                line: row.line,
                field: Some("id".to_owned()),
                problem: format!("`{}` stands twice", row.id),
                mend: Some("every child in every contact has an id of its own".to_owned()),
            }));
        }
        if block.issues.len() > before {
            block.issues.sort_by_key(|issue| issue.line);
        }
    }
}

/// An id as a number.
pub(super) fn fingerprint(id: &str) -> u128 {
    let half = |start: u8| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(start);
        hasher.write(id.as_bytes());
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}
