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
    check("england-average.json", [0x11b6_8a49_d84c_9d95, 0x7459_555d_212c_3f74, 0x36e1_ab09_71ff_ca71]);
}

#[test]
fn herefordshire_like_2022() {
    check(
        "herefordshire-like-2022.json",
        [0xf06f_1a58_174a_4bca, 0xaf98_f381_7787_24f8, 0x9d5e_b749_3558_c2dc],
    );
}

#[test]
fn herefordshire_like_2023() {
    check(
        "herefordshire-like-2023.json",
        [0x2c64_4799_e158_3dd8, 0xd15a_f873_67d7_e4bc, 0x86e6_ded1_306d_cb88],
    );
}

#[test]
fn herefordshire_like_2024() {
    check(
        "herefordshire-like-2024.json",
        [0x782c_a281_9719_3293, 0x72ae_2995_b8a4_dccc, 0x65fc_2b1a_9a72_207f],
    );
}

#[test]
fn london_borough() {
    check("london-borough.json", [0x3926_67e9_9419_1b1b, 0xcf16_c93d_df93_6706, 0xcd6c_7a22_8d67_9865]);
}
