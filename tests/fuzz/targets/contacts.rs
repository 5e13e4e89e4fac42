//! Contacts as JSON Lines and CSV.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| mash_tests_support::fuzzed::contacts(bytes));
