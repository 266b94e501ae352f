//! Shows what the kernel has, and what changes, live: `watch [--json] [--once] [OBJECT...]`.

use std::process::ExitCode;
use std::sync::Mutex;

use barelink_watch::known::Known;
use barelink_watch::options::{USAGE, options};
use barelink_watch::run::{complain, run};

/// Some megabytes, of which those are used that are needed.
static KNOWN: Mutex<Known> = Mutex::new(Known::new());

fn main() -> ExitCode {
    let options = match options(std::env::args_os().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("watch: {error}\ntry: watch --help");
            return ExitCode::from(2);
        }
    };
    // Nobody else has it.
    let Ok(mut known) = KNOWN.lock() else { return ExitCode::FAILURE };
    match run(&options, &mut known) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&failure);
            ExitCode::FAILURE
        }
    }
}
