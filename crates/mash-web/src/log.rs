//! What the server says on standard error: troubles, never what anybody typed.

use std::io::Write as _;

/// A line about something that went wrong inside.
pub(crate) fn trouble(what: &str) {
    let at = crate::clock::shown(crate::clock::now());
    // A closed standard error is no reason to stop.
    let _ = writeln!(std::io::stderr(), "{at} {what}");
}
