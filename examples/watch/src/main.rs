//! Shows the kernel's links, addresses, routes and neighbours, live: `watch [--json] [--once] [OBJECT...]`.

use std::process::ExitCode;
use std::sync::Mutex;

use barelink_watch::caches::WatchCaches;
use barelink_watch::options::{Options, USAGE};
use barelink_watch::run::{report, run};

/// Caches of some megabytes, whose pages are allocated when they are first written.
static CACHES: Mutex<WatchCaches> = Mutex::new(WatchCaches::new());

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args_os().skip(1)) {
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
    // Locked only here.
    let Ok(mut caches) = CACHES.lock() else { return ExitCode::FAILURE };
    match run(&options, &mut caches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}
