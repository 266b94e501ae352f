//! Prints how recorded traffic is parsed, named, compared and rebuilt: `score CAPTURES [SPECS]
//! [--json-differences]`.
//!
//! Fails on any unexpected result; `--json-differences` also prints where our JSON differs from that
//! of the kernel's own tool.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use barelink_score::report::report;

fn main() -> ExitCode {
    let (options, directories): (Vec<_>, Vec<_>) =
        std::env::args_os().skip(1).partition(|argument| argument == "--json-differences");
    let mut directories = directories.into_iter().map(PathBuf::from);
    let Some(captures) = directories.next() else {
        eprintln!("usage: score CAPTURES [SPECS] [--json-differences]");
        return ExitCode::from(2);
    };
    let beside = captures.join("../specs/json");
    let specs = directories.next().or_else(|| beside.is_dir().then_some(beside));
    match report(&captures, specs.as_deref().map(Path::new)) {
        Err(error) => {
            eprintln!("score: {error}; captures {}, specs {specs:?}", captures.display());
            ExitCode::from(2)
        }
        Ok(report) => {
            print!("{report}");
            if !options.is_empty() {
                report.json_differences().iter().for_each(|line| println!("{line}"));
            }
            let failures = report.failures();
            failures.iter().for_each(|failure| println!("{failure}"));
            println!("{} failures", failures.len());
            ExitCode::from(u8::from(!failures.is_empty()))
        }
    }
}
