//! Scenario files.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| mash_tests_support::fuzzed::scenario(bytes));
