//! What the hub's own records say: earlier contacts and referrals of the same household, plans, open cases.

use crate::{
    known_facts::{Draft, Known as K},
    population::{Approach, Household, days_between},
    random_streams::{DrawOverflowError, Purpose},
    scenario::Scenario,
    theme::AgeBand,
    truth_model::Severity,
};

/// Writes the history facts of one child at one contact.
pub(super) fn fill(
    scenario: &Scenario,
    draft: &mut Draft<'_>,
    household: &Household,
    approach: usize,
    child: usize,
    severity: &Severity,
    band: AgeBand,
) -> Result<(), DrawOverflowError> {
    let Some(now) = household.approaches.get(approach) else { return Ok(()) };
    let history = &scenario.file.history;
    let (mut contacts, mut referrals, mut to_worker) = (0, 0, 0);
    let (mut closed, mut open_from_here) = (false, false);
    let within_a_year = |past: &&Approach| days_between(past.received, now.received) <= 365;
    for past in household.approaches.iter().take(approach).filter(within_a_year) {
        contacts += 1;
        referrals += i64::from(past.became_referral);
        to_worker += i64::from(past.to_worker);
        let open = past.still_open(now.received);
        open_from_here |= open;
        closed |= past.became_referral && past.closed_nfa && !open;
    }
    draft.count(K::PreviousContacts12m, contacts);
    draft.count(K::PreviousReferrals12m, referrals);
    draft.count(K::ContactsNotProgressed12m, contacts - referrals - to_worker);
    // Households keep their records together; the rest is the child's own.
    let mut shared = household.place.stream(Purpose::History, 1);
    let mut own = household.place.child(child).stream(Purpose::History, 2);
    draft.flag(K::ClosedNfa12m, closed);
    let open = open_from_here || shared.chance(history.open_otherwise.value)?;
    let born = band != AgeBand::Unborn;
    let plan = shared.uniform()?;
    let ended = &history.plan_ended.value;
    let plan = match plan {
        u if open && u < history.plan_among_open.value => "current",
        u if !open && u < ended.recent => "ended <12m",
        u if !open && u < ended.recent + ended.past => "past",
        _ => "never",
    };
    draft.grade(K::OnOrRecentCpp, plan);
    draft.flag(K::OpenCase, open);
    // Plans go with long-standing difficulties; the mean of this factor is one.
    let chronic = libm::exp(severity.chronic - 0.5);
    draft.flag(
        K::SiblingOnCppOrRemoved,
        shared.chance(history.sibling_on_plan.value * chronic)? && household.children.len() > 1,
    );
    draft.flag(K::LivesInOtherArea, shared.chance(history.lives_elsewhere.value)?);
    draft.flag(K::FormerlyLookedAfter, own.chance(history.formerly_looked_after.value)? && born);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::testing::{cases, value};

    fn count(case: &crate::Case, fact: &str) -> i64 {
        value(&case.truth, fact).unwrap().parse().unwrap()
    }

    #[test]
    fn history_agrees_with_itself_and_with_the_year() {
        let mut seen: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for case in cases() {
            let contacts = count(case, "previous_contacts_12m");
            let referrals = count(case, "previous_referrals_12m");
            assert!((0..=contacts - referrals).contains(&count(case, "contacts_not_progressed_12m")));
            assert!(value(&case.truth, "closed_nfa_12m").unwrap() == "false" || referrals > 0);
            assert!(
                value(&case.truth, "on_or_recent_cpp").unwrap() != "current"
                    || value(&case.truth, "open_case").unwrap() == "true"
            );
            let earlier = seen.entry(case.contact.child.clone()).or_default();
            let within =
                earlier.iter().filter(|at| super::days_between(**at, case.contact.received) <= 365).count();
            assert!(contacts >= i64::try_from(within).unwrap(), "{}", case.contact.id);
            earlier.push(case.contact.received);
        }
        assert!(seen.values().filter(|times| times.len() > 1).count() > 1_000);
    }

    #[test]
    fn a_contact_with_history_is_neither_rare_nor_usual() {
        let share = |test: &dyn Fn(&crate::Case) -> bool| {
            cases().iter().filter(|case| test(case)).count() as f64 / cases().len() as f64
        };
        let before = share(&|case| count(case, "previous_contacts_12m") > 0);
        let open = share(&|case| value(&case.truth, "open_case").unwrap() == "true");
        assert!((0.35..0.6).contains(&before), "{before}");
        assert!((0.06..0.2).contains(&open), "{open}");
    }
}
