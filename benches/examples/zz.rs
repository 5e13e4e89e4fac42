use mash_benches::levels_of_need;
use mash_rules::EngineKind;
use mash_sim::{
    LatentNeed,
    front_door::{self, FrontDoor, Silent, Triage},
    queueing::Time,
};
use mash_tests_support::scenario;
use std::time::Instant;
fn main() {
    let (pack, scenario) = (levels_of_need(), scenario());
    let model = &scenario.truth_models[0].id;
    let triage = mash_batch::pack_triage::PackTriage::new(&pack, pack.engine(EngineKind::Compiled)).unwrap();
    let door = FrontDoor::new(&scenario, &pack.dictionary, triage.ratings(), model).unwrap();
    for r in 0..4 {
        let t = Instant::now();
        let rec = front_door::run(&door, &triage, 1, r, &mut Silent).unwrap();
        let g = t.elapsed();
        let [from, to] = rec.window;
        let w: Vec<_> = rec.cases.iter().filter(|c| from <= c.received && c.received < to).collect();
        let n = w.len() as f64;
        let share = |f: &dyn Fn(&&&front_door::CaseRecord) -> bool| w.iter().filter(f).count();
        println!("{r}: {g:?} all {} window {n} expected {}", rec.cases.len(), scenario.expected_contacts);
        println!(
            " referral {} re {} danger {} strategy called {} held {} s47 {} conf {} plan {}",
            share(&|c| c.referral),
            share(&|c| c.re_referral),
            share(&|c| c.danger),
            share(&|c| c.strategy[0] != Time::NEVER),
            share(&|c| c.strategy[1] != Time::NEVER),
            share(&|c| c.section_47[0] != Time::NEVER),
            share(&|c| c.conference != Time::NEVER),
            share(&|c| c.plan[0] != Time::NEVER)
        );
        let inw = |v: &Vec<Time>| v.iter().filter(|t| from <= **t && **t < to).count();
        println!(
            " enquiries {} conferences {} plans {}",
            inw(&rec.enquiries),
            inw(&rec.conferences),
            inw(&rec.plans)
        );
        for route in LatentNeed::ALL {
            print!(" {} {}", route.route_id(), share(&|c| c.route == route));
        }
        println!(
            " asked {} replied {} late {} reopened {} overseen {} refused {}",
            w.iter().map(|c| c.asked as u32).sum::<u32>(),
            w.iter().map(|c| c.replied as u32).sum::<u32>(),
            w.iter().map(|c| c.late as u32).sum::<u32>(),
            share(&|c| c.reopened),
            share(&|c| c.overseen),
            share(&|c| c.agreement_refused)
        );
        println!(
            " toworker {} other {} open {}",
            share(&|c| c.ending == front_door::record::Ending::ToWorker),
            share(&|c| c.ending == front_door::record::Ending::OtherArea),
            share(&|c| c.ending == front_door::record::Ending::Open)
        );
        for rating in 0..4 {
            let mut waits: Vec<f64> = w
                .iter()
                .filter(|c| {
                    c.rating[1] == Some(rating)
                        && c.decided[1] != Time::NEVER
                        && c.ending == front_door::record::Ending::Decided
                })
                .map(|c| c.decided[1].since(c.received).hours())
                .collect();
            waits.sort_by(f64::total_cmp);
            if waits.is_empty() {
                continue;
            }
            println!(
                " rating {rating}: n {} mean {:.1} median {:.1} p95 {:.1}",
                waits.len(),
                waits.iter().sum::<f64>() / waits.len() as f64,
                waits[waits.len() / 2],
                waits[waits.len() * 95 / 100]
            );
        }
        let a: Vec<_> = w.iter().filter(|c| c.assessed != Time::NEVER).collect();
        println!(
            " assessed {} in45 {} notinneed {}",
            a.len(),
            a.iter().filter(|c| door.working_days(c.received, c.assessed) <= 45).count(),
            a.iter().filter(|c| c.not_in_need).count()
        );
        for k in [0, 26, 53, 80, 104, rec.teams.len() - 1] {
            let t = &rec.teams[k.min(rec.teams.len() - 1)];
            let mut c = t.caseloads.clone();
            c.sort();
            println!(
                " week {k}: perm {} ag {} empty {} caseload mean {:.1} unalloc {} inneed {} plan {} cont {:?} eh {:?}",
                t.permanent,
                t.agency,
                t.empty,
                c.iter().map(|x| *x as f64).sum::<f64>() / c.len().max(1) as f64,
                t.unallocated,
                t.in_need,
                t.on_plan,
                t.continuity,
                t.early_help
            );
        }
        let visits = w.iter().fold([0u32; 2], |a, c| [a[0] + c.visits[0] as u32, a[1] + c.visits[1] as u32]);
        println!(
            " visits {visits:?} missed {}",
            share(&|c| c.need >= LatentNeed::ChildAndFamilyAssessment
                && c.route < LatentNeed::ChildAndFamilyAssessment
                && c.ending == front_door::record::Ending::Decided)
        );
    }
}
