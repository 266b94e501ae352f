//! Runs a small storm, and compares its output.

use std::process::Command;

use barelink_test_support::assert_prints;

#[test]
fn after_a_storm_the_caches_equal_the_kernels_state() {
    for buffer in [&[][..], &["--receive-buffer", "4096"]] {
        let mut storm = Command::new(env!("CARGO_BIN_EXE_storm"));
        let output = storm.args(["--routes", "3000", "--rounds", "2"]).args(buffer).output();
        let output = output.expect("the program");
        if output.stdout.starts_with(b"skipped: ") {
            println!("{}", String::from_utf8_lossy(&output.stdout).trim_end());
            return;
        }
        assert_prints(&output, &["round 1: ", "round 2: ", " 0 differences\n"]);
        let text = String::from_utf8_lossy(&output.stdout);
        let overran = |line: &str| !line.contains(" 0 overruns");
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(buffer.is_empty() || text.lines().any(overran), "no overrun:\n{text}");
    }
}
