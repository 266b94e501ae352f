//! Helpers for tests that run programs: a new network namespace, and checks of the output.
//!
//! A test passes [`in_namespace`] a shell script, and the programs that the script runs, each by
//! the name of an environment variable; [`assert_prints`] checks what the script printed.
//! [`examples_in_namespace`] is the same for cargo examples of the package under test.

use std::process::{Command, Output, Stdio};

/// Runs a shell script in a new network namespace; prints the reason and returns `None` where that
/// is not permitted.
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

/// Runs a shell script as [`in_namespace`] does, with examples of the package under test for programs:
/// pairs of an environment variable and an example's name.
///
/// `cargo test` builds the examples; `cargo test --test NAME` and `cargo test --tests` do not, so that
/// `None` is returned, with the reason printed.
pub fn examples_in_namespace(script: &str, examples: &[(&str, &str)]) -> Option<Output> {
    let mut programs = Vec::new();
    for (variable, name) in examples {
        let Some(path) = example(name) else {
            println!("skipped: the example {name} is not built");
            return None;
        };
        programs.push((*variable, path));
    }
    let programs: Vec<_> =
        programs.iter().map(|(variable, path)| (*variable, path.as_str())).collect();
    in_namespace(script, &programs)
}

/// Returns the path of an example, which cargo puts beside the tests of the same profile.
fn example(name: &str) -> Option<String> {
    let test = std::env::current_exe().ok()?;
    let path = test.parent()?.parent()?.join("examples").join(name);
    path.is_file().then(|| path.to_string_lossy().into_owned())
}

/// Asserts that a script succeeded, and that its standard output contains each of these texts.
///
/// # Panics
///
/// If the script failed, or a text is missing.
#[track_caller]
pub fn assert_prints(output: &Output, words: &[&str]) {
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
    for word in words {
        assert!(text.contains(word), "{word:?} is not in:\n{text}{errors}");
    }
}
