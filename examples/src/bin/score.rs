//! Prints how well recorded traffic is read, named, understood and built anew:
//! `score CAPTURES [SPECS]`. Fails if anything is not as it should be.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use barelink_examples::score::report::report;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let Some(captures) = arguments.next() else {
        eprintln!("usage: score CAPTURES [SPECS]");
        return ExitCode::from(2);
    };
    let beside = captures.join("../specs/json");
    let specs = arguments.next().or_else(|| beside.is_dir().then_some(beside));
    match report(&captures, specs.as_deref().map(Path::new)) {
        Err(error) => {
            eprintln!("score: {}: {error}", captures.display());
            ExitCode::from(2)
        }
        Ok(report) => {
            print!("{report}");
            let failures = report.failures();
            failures.iter().for_each(|failure| println!("{failure}"));
            println!("{} failures", failures.len());
            ExitCode::from(u8::from(!failures.is_empty()))
        }
    }
}
