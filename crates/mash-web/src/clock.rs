//! The time of day, at the one place where it is asked for.

/// Seconds since 1970-01-01 UTC.
pub(crate) type Seconds = i64;

/// Now.
pub(crate) fn now() -> Seconds {
    jiff::Timestamp::now().as_second()
}

/// A time as people in England read it, to the minute.
pub(crate) fn shown(at: Seconds) -> String {
    let zoned = jiff::Timestamp::from_second(at).ok().and_then(|at| at.in_tz("Europe/London").ok());
    zoned.map_or_else(String::new, |at| at.strftime("%Y-%m-%d %H:%M").to_string())
}
