//! Prints how well recorded traffic is read, named, understood and built anew:
//! `score CAPTURES [SPECS] [--letters]`. Fails if anything is not as it should be; with
//! `--letters`, says besides where our JSON is another than the kernel's own tool's.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use barelink_score::report::report;

fn main() -> ExitCode {
    let (options, folders): (Vec<_>, Vec<_>) =
        std::env::args_os().skip(1).partition(|argument| argument == "--letters");
    let mut folders = folders.into_iter().map(PathBuf::from);
    let Some(captures) = folders.next() else {
        eprintln!("usage: score CAPTURES [SPECS] [--letters]");
        return ExitCode::from(2);
    };
    let beside = captures.join("../specs/json");
    let specs = folders.next().or_else(|| beside.is_dir().then_some(beside));
    match report(&captures, specs.as_deref().map(Path::new)) {
        Err(error) => {
            eprintln!("score: {error}; captures {}, specs {specs:?}", captures.display());
            ExitCode::from(2)
        }
        Ok(report) => {
            print!("{report}");
            if !options.is_empty() {
                report.letters().iter().for_each(|letter| println!("{letter}"));
            }
            let failures = report.failures();
            failures.iter().for_each(|failure| println!("{failure}"));
            println!("{} failures", failures.len());
            ExitCode::from(u8::from(!failures.is_empty()))
        }
    }
}
