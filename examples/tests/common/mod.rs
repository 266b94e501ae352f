//! What tests of programs share: a network namespace of their own, and a look at what was printed.
#![allow(dead_code, unreachable_pub)]

use std::process::{Command, Output, Stdio};

/// Runs a shell script in a new network namespace; none, said why, where that is not allowed.
pub fn in_namespace(script: &str, programs: &[(&str, &str)]) -> Option<Output> {
    let allowed = |flags: &str| {
        let status = Command::new("unshare").args([flags, "true"]).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    let Some(flags) = ["-n", "-rn"].into_iter().find(|flags| allowed(flags)) else {
        println!("skipped: no network namespace of its own: not root, and no user namespaces");
        return None;
    };
    let mut command = Command::new("unshare");
    command.args([flags, "sh", "-euc", script]);
    for (name, path) in programs {
        command.env(name, path);
    }
    Some(command.output().expect("a shell"))
}

#[track_caller]
pub fn says(output: &Output, words: &[&str]) {
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
    for word in words {
        assert!(text.contains(word), "{word:?} is not in:\n{text}{errors}");
    }
}
