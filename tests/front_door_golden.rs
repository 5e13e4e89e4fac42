//! The records of a simulated front door, byte for byte: whatever makes a replication faster may not change one.
//!
//! A change of the model does change them. Then the figures printed by the failing test replace those pinned here, and
//! the commit says what moved them.

use mash_batch::front_door_model::FrontDoorModel;
use mash_io::scenario_file;
use mash_rules::EngineKind;
use mash_sim::front_door::{Records, Silent};
use mash_tests_support::{root, shipped};

/// FNV-1a over text as it is written, so that no record need be kept as text.
struct Hashed(u64);

impl std::fmt::Write for Hashed {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0 =
            text.bytes().fold(self.0, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Ok(())
    }
}

fn hash(records: &Records) -> u64 {
    let mut hash = Hashed(0xcbf2_9ce4_8422_2325);
    std::fmt::write(&mut hash, format_args!("{records:?}")).unwrap();
    hash.0
}

/// Two replications of a scenario, and one that also measures what each agency's replies change.
fn check(scenario: &str, expect: [u64; 3]) {
    let pack = shipped("levels-of-need");
    let path = root().join("scenarios").join(scenario);
    let scenario = scenario_file::read(&path).unwrap().scenario;
    let model = FrontDoorModel::new(&scenario, &pack, EngineKind::Compiled, None).unwrap();
    let of = |replication| hash(&model.records(7, replication, &mut Silent).unwrap());
    let [first, second] = [0, 1].map(of);
    let model = model.with_value_of_information();
    let third = hash(&model.records(7, 0, &mut Silent).unwrap());
    assert_eq!([first, second, third], expect, "{:#018x?}", [first, second, third]);
}

#[test]
fn england_average() {
    check("england-average.json", [0xc037_7a5d_8b70_a22e, 0x4f5b_cc02_5a3d_39d4, 0x6b4f_e197_ae96_2f80]);
}

#[test]
fn herefordshire_like_2022() {
    check(
        "herefordshire-like-2022.json",
        [0x2a68_b615_7280_7d3f, 0x0986_627e_41f8_dff4, 0x51ea_f9d0_c3cf_463b],
    );
}

#[test]
fn herefordshire_like_2023() {
    check(
        "herefordshire-like-2023.json",
        [0xab81_628a_fb8e_dd43, 0xf716_4ea8_7ba7_9df7, 0xe274_1bc6_5d27_abcb],
    );
}

#[test]
fn herefordshire_like_2024() {
    check(
        "herefordshire-like-2024.json",
        [0x94a0_20f6_ee60_a668, 0x2484_75f7_8f5c_2a8b, 0x2ea1_f97a_a095_29c4],
    );
}

#[test]
fn london_borough() {
    check("london-borough.json", [0x2d3e_3071_5bc1_1f59, 0xc47a_c06b_8397_778b, 0x24e1_7f54_1625_eb22]);
}
