//! Shell in a new network namespace, for differential tests.
#![allow(dead_code)]

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// Runs a script of any length; `None` if namespaces cannot be created.
pub(crate) fn run(script: String) -> Option<Output> {
    let mut shell = Command::new("unshare")
        .args(["-rn", "sh", "-s"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut stdin = shell.stdin.take()?;
    let writer = std::thread::spawn(move || stdin.write_all(script.as_bytes()));
    let output = shell.wait_with_output().ok()?;
    writer.join().ok()?.ok()?;
    Some(output)
}
