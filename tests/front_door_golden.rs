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
    check("england-average.json", [0x1803_758c_f352_e222, 0x1913_37b3_5933_8b89, 0x1006_ab6e_6870_7106]);
}

#[test]
fn herefordshire_like_2022() {
    check(
        "herefordshire-like-2022.json",
        [0xf4e4_79f6_079c_ff24, 0xe3e6_5e66_1ec9_db8b, 0x6681_bd51_68e8_f092],
    );
}

#[test]
fn herefordshire_like_2023() {
    check(
        "herefordshire-like-2023.json",
        [0x40f0_c5fb_a4e0_5b65, 0xa6b6_1678_ff95_7b68, 0x2c9e_c660_54c8_0556],
    );
}

#[test]
fn herefordshire_like_2024() {
    check(
        "herefordshire-like-2024.json",
        [0x1e43_1264_e062_2cb2, 0xc577_d81b_c20b_9318, 0x625d_bbed_221a_fdac],
    );
}

#[test]
fn london_borough() {
    check("london-borough.json", [0x82a4_df9a_fed7_9ead, 0x2894_0b84_0746_f6aa, 0xcfa0_3bcb_04a2_c698]);
}
