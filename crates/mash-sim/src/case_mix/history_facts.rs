//! What the hub's own records say: earlier contacts and referrals of the same household, plans, open cases.

use crate::{
    known_facts::{Draft, Known as K},
    population::{days_between, Approach, Household},
    random_streams::{DrawOverflowError, Purpose},
    scenario::Scenario,
    theme::AgeBand,
};

/// Writes the history facts of one child at one contact.
pub(super) fn fill(
    scenario: &Scenario,
    draft: &mut Draft<'_>,
    household: &Household,
    approach: usize,
    child: usize,
    band: AgeBand,
) -> Result<(), DrawOverflowError> {
    let Some(now) = household.approaches.get(approach) else { return Ok(()) };
    let history = &scenario.file.history;
    let earlier: Vec<&Approach> = household
        .approaches
        .iter()
        .take(approach)
        .filter(|past| days_between(past.received, now.received) <= 365)
        .collect();
    let referrals = earlier.iter().filter(|past| past.became_referral).count();
    let (contacts, referrals) = (whole(earlier.len()), whole(referrals));
    draft.count(K::PreviousContacts12m, contacts);
    draft.count(K::PreviousReferrals12m, referrals);
    draft.count(K::ContactsNotProgressed12m, contacts - referrals);
    // Households keep their records together; the rest is the child's own.
    let mut shared = household.place.stream(Purpose::History, 1);
    let mut own = household.place.child(child).stream(Purpose::History, 2);
    let branching = &scenario.file.branching;
    let closed = branching.referral_nfa.value + branching.assessed_not_in_need.value;
    draft.flag(K::ClosedNfa12m, shared.chance(closed)? && referrals > 0);
    let open_from_here = earlier
        .iter()
        .any(|past| past.became_referral && days(days_between(past.received, now.received)) < past.open_days);
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
    draft.flag(K::SiblingOnCppOrRemoved, shared.chance(history.sibling_on_plan.value)?);
    draft.flag(K::LivesInOtherArea, shared.chance(history.lives_elsewhere.value)?);
    draft.flag(K::FormerlyLookedAfter, own.chance(history.formerly_looked_after.value)? && born);
    Ok(())
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "days of one year")]
fn days(count: i64) -> f64 {
    count as f64
}
