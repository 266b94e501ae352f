#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| barelink_fuzz::policy::run(data));
