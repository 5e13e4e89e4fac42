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
    check("england-average.json", [0x08b2_af9e_2c25_5f67, 0x1eb5_7007_df89_9b1f, 0xae60_3e9f_f79d_70d1]);
}

#[test]
fn herefordshire_like_2022() {
    check(
        "herefordshire-like-2022.json",
        [0xba14_6bce_f5bf_6e64, 0x2ee9_12ac_9723_3130, 0xb686_3c7f_4b2e_a082],
    );
}

#[test]
fn herefordshire_like_2023() {
    check(
        "herefordshire-like-2023.json",
        [0xd64a_cace_f461_a205, 0xbeb0_cb60_6f46_5667, 0xcd2c_64ff_86ef_1299],
    );
}

#[test]
fn herefordshire_like_2024() {
    check(
        "herefordshire-like-2024.json",
        [0xded0_f9f3_f2b1_1905, 0xd358_c0ca_e4bd_9f63, 0x4c03_967b_cba3_500b],
    );
}

#[test]
fn london_borough() {
    check("london-borough.json", [0x9652_9a75_8f2d_b19a, 0xdee4_5bcc_bf91_f78d, 0x85e3_4e3e_bde0_4241]);
}
