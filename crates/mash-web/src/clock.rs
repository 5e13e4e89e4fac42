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

/// The same in words, for example `1 April 2026, 09:30`; what is no such time stays as it is.
pub(crate) fn in_words(shown: &str) -> String {
    jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M", shown)
        .map_or_else(|_| shown.to_owned(), |at| at.strftime("%-d %B %Y, %H:%M").to_string())
}

/// Today in England.
pub(crate) fn today() -> jiff::civil::Date {
    let now = jiff::Timestamp::now();
    now.in_tz("Europe/London").map_or_else(|_| now.to_zoned(jiff::tz::TimeZone::UTC).date(), |at| at.date())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_words() {
        assert_eq!(in_words("2026-04-01 09:05"), "1 April 2026, 09:05");
        assert_eq!(in_words(""), "");
        assert_eq!(in_words(&shown(1_775_000_000)), "1 April 2026, 00:33");
    }
}
