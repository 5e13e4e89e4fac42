//! Files of networks of queues.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| mash_tests_support::fuzzed::network(bytes));
