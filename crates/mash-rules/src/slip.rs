//! Slips of the keyboard: the known name that somebody meant, and when that is certain.
//!
//! "Did you mean" may guess, because a person reads it. A change made without asking may not: [`certain`] answers only
//! where one known name, and no other, can have been meant.

/// Least Jaro-Winkler likeness, of 1, at which a name is worth asking about.
pub const LEAST_LIKENESS: f64 = 0.84;
/// Least letters of a word in which one slip still leaves no doubt: `sent` and `seen` are two words, and so are most
/// short ones that differ in a letter.
pub const LEAST_LETTERS: usize = 4;
/// Most slips: a letter left out, put in, or mistaken for another, or two letters that changed places.
pub const MOST_SLIPS: usize = 1;
/// Fewest slips from what was written to any other name that stands nearby.
pub const NEXT_AT_LEAST: usize = 3;

/// The known name nearest to what was written, when it is near enough to ask about.
#[must_use]
pub fn nearest<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let lower = written.to_lowercase();
    names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&lower, &name.to_lowercase()), name))
        .filter(|(score, _)| *score >= LEAST_LIKENESS)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, name)| name)
}

/// The known name that was certainly meant: the same letters but for case and separators (`_`, `-`, space), or one
/// [slip](MOST_SLIPS) in one word of [`LEAST_LETTERS`] or more that keeps its first letter and all digits, every other
/// name being [`NEXT_AT_LEAST`] slips away or more.
///
/// `rivals` are further words that may have been meant, such as the variables of a rule; none of them is ever the answer.
#[must_use]
pub fn certain<'n>(
    written: &str,
    names: impl IntoIterator<Item = &'n str>,
    rivals: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    let mut known: Vec<&str> = names.into_iter().filter(|name| *name != written).collect();
    known.sort_unstable();
    known.dedup();
    let rivals: Vec<&str> =
        rivals.into_iter().filter(|word| *word != written && known.binary_search(word).is_err()).collect();
    let alone = |meant: &dyn Fn(&str) -> bool| {
        let mut found = known.iter().copied().filter(|name| meant(name));
        found.next().filter(|_| found.next().is_none() && !rivals.iter().any(|word| meant(word)))
    };
    let plain = bare(written);
    if let Some(name) = alone(&|name| bare(name) == plain && plain.chars().any(char::is_alphabetic)) {
        return Some(name);
    }
    let near =
        alone(&|name| strsim::osa_distance(&written.to_lowercase(), &name.to_lowercase()) < NEXT_AT_LEAST)?;
    one_slip(&words(written), &words(near)).then_some(near)
}

/// A name without case and separators.
fn bare(name: &str) -> String {
    words(name).concat()
}

fn words(name: &str) -> Vec<String> {
    name.to_lowercase().split(['_', '-', ' ']).map(str::to_owned).collect()
}

/// Do the two lists differ in one word, by one slip that leaves no doubt?
fn one_slip(written: &[String], known: &[String]) -> bool {
    let mut differing = written.iter().zip(known).filter(|(written, known)| written != known);
    let (Some((written_word, known_word)), None) = (differing.next(), differing.next()) else { return false };
    written.len() == known.len()
        && known_word.chars().count() >= LEAST_LETTERS
        && known_word.chars().next() == written_word.chars().next()
        && digits(known_word) == digits(written_word)
        && strsim::osa_distance(written_word, known_word) <= MOST_SLIPS
}

fn digits(word: &str) -> String {
    word.chars().filter(|letter| letter.is_numeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 11] = [
        "attendance_band",
        "repeat_contacts_12m",
        "repeat_contacts_6m",
        "child_in_need",
        "dash_grade",
        "cold",
        "gp",
        "parent_consents",
        "parents_separated",
        "home_visit",
        "<50",
    ];

    #[track_caller]
    fn check(written: &str, expect: Option<&str>) {
        assert_eq!(certain(written, NAMES, []), expect, "{written}");
    }

    #[test]
    fn case_and_separators_never_leave_a_doubt() {
        check("Attendance_Band", Some("attendance_band"));
        check("attendanceBand", Some("attendance_band"));
        check("child-in-need", Some("child_in_need"));
        check("GP", Some("gp"));
        check("attendance_band", None);
        // A sign is no separator: fewer than fifty is not fifty.
        check("50", None);
    }

    #[test]
    fn one_slip_in_a_long_word_is_certain_and_two_are_not() {
        check("atendance_band", Some("attendance_band"));
        check("attendence_band", Some("attendance_band"));
        check("attendnace_band", Some("attendance_band"));
        check("attendances_band", Some("attendance_band"));
        check("attendense_band", None);
        check("attendence_bond", None);
    }

    #[test]
    fn a_short_word_a_first_letter_and_a_digit_are_never_guessed() {
        check("child_in_neeed", Some("child_in_need"));
        check("child_on_need", None);
        check("colt", Some("cold"));
        assert_eq!(certain("rad", ["red"], []), None);
        check("gold", None);
        check("repeat_contacts_3m", None);
        check("repeat_contcts_12m", Some("repeat_contacts_12m"));
        check("repeat_contacts_1m", None);
    }

    #[test]
    fn a_second_name_nearby_leaves_a_doubt() {
        assert_eq!(certain("recieved", ["received", "relieved"], []), None);
        assert_eq!(certain("recieved", ["received", "reviewed"], []), None);
        assert_eq!(certain("recieved", ["received", "unrelated"], []), Some("received"));
        // Three slips away is far enough, two are not.
        assert_eq!(strsim::osa_distance("polcy", "policing"), 4);
        assert_eq!(certain("abcdef", ["abcdeg", "abcxyz"], []), Some("abcdeg"));
        assert_eq!(certain("abcdef", ["abcdeg", "abcdyz"], []), None);
        // So does a word of the file that is no known name.
        assert_eq!(certain("polce", ["POLICE"], []), Some("POLICE"));
        assert_eq!(certain("polce", ["POLICE"], ["place"]), None);
        assert_eq!(certain("polce", ["POLICE"], ["police"]), None);
        assert_eq!(certain("polce", ["POLICE"], ["POLICE", "polce", "elsewhere"]), Some("POLICE"));
    }
}
