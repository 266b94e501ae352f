//! Tests caches while routes, links, addresses and neighbours change as fast as the kernel allows:
//! `storm [--routes N] [--rounds R] [--receive-buffer BYTES] [--seed S]`.

use std::process::ExitCode;
use std::sync::Mutex;

use barelink_storm::round::{Report, Settings, StormCaches, run};
use lexopt::{Arg, ValueExt};
use rustix::thread::UnshareFlags;

const USAGE: &str = "usage: storm [--routes N] [--rounds R] [--receive-buffer BYTES] [--seed S]

Inserts and deletes N routes (100000; at most 120000) in each of R rounds (20), with links, addresses
and neighbours in proportion, in a new network namespace. A manager follows with BYTES of receive
buffer (default: the system's). After each round, its caches are compared with a fresh dump, and with
a replay of the changes that it reported. Exit status: 0 without differences, 1 with any, 2 if the
test could not run.";

static FOLLOWING: Mutex<StormCaches> = Mutex::new(StormCaches::new());
static FRESH: Mutex<StormCaches> = Mutex::new(StormCaches::new());

fn settings() -> Result<Option<Settings>, lexopt::Error> {
    let mut settings = Settings { routes: 100_000, rounds: 20, receive_buffer: None, seed: 1 };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("routes") => {
                settings.routes = arguments.value()?.parse_with(|text| match text.parse() {
                    Ok(routes @ 1..=120_000) => Ok(routes),
                    _ => Err("from 1 to 120000"),
                })?;
            }
            Arg::Long("rounds") => settings.rounds = arguments.value()?.parse()?,
            Arg::Long("receive-buffer") => {
                settings.receive_buffer = Some(arguments.value()?.parse()?);
            }
            Arg::Long("seed") => settings.seed = arguments.value()?.parse()?,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(settings))
}

/// Moves this thread to a new network namespace; without root, in a new user namespace.
#[allow(deprecated)] // Its successor is `unsafe` because of file descriptor tables, not namespaces.
fn new_namespace() -> rustix::io::Result<()> {
    rustix::thread::unshare(UnshareFlags::NEWNET)
        .or_else(|_| rustix::thread::unshare(UnshareFlags::NEWUSER | UnshareFlags::NEWNET))
}

/// Prints a line for a round, and returns whether it passed.
fn print(round: u32, report: &Report) -> bool {
    let Report { storm, stats, entries: [links, addresses, routes, neighbours], .. } = report;
    let differences = report.cache_differences.len() + report.report_differences.len();
    println!(
        "round {round}: {} changes ({} rejected) in {} ms; {} events, {} overruns, {} resync rounds ({} \
         interrupted), synced {} ms after the end, {} changes reported; {links} links, {addresses} \
         addresses, {routes} routes, {neighbours} neighbours, {differences} differences",
        storm.accepted,
        storm.rejected,
        report.duration.as_millis(),
        stats.events,
        stats.overruns,
        stats.rounds,
        stats.interrupted,
        report.sync_delay.as_millis(),
        report.reported,
    );
    for (list, source) in [
        (&report.cache_differences, "a fresh dump"),
        (&report.report_differences, "the reported changes"),
    ] {
        if !list.is_empty() {
            println!("  {} differences from {source}:", list.len());
        }
        list.iter().take(10).for_each(|difference| println!("  {difference}"));
    }
    // A storm whose requests are mostly rejected proves nothing.
    let is_meaningful = storm.rejected <= storm.accepted / 4;
    if let Some(error) = storm.first_error.filter(|_| !is_meaningful) {
        println!("  too many requests rejected, first: {error}");
    }
    differences == 0 && is_meaningful && stats.invalid == 0
}

fn main() -> ExitCode {
    let settings = match settings() {
        Ok(Some(settings)) => settings,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("storm: {error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if let Err(errno) = new_namespace() {
        println!("skipped: no new network namespace ({errno}); run as root or with `unshare -r`");
        return ExitCode::SUCCESS;
    }
    let (Ok(mut following), Ok(mut fresh)) = (FOLLOWING.lock(), FRESH.lock()) else {
        return ExitCode::from(2);
    };
    let (mut passed, mut rounds) = (true, 0);
    let result = run(settings, &mut following, &mut fresh, |round, report| {
        passed &= print(round, &report);
        rounds = round;
    });
    match result {
        Err(error) => {
            println!("storm: after {rounds} of {} rounds: {error}", settings.rounds);
            ExitCode::from(if rounds > 0 { 1 } else { 2 })
        }
        Ok(()) if passed && rounds == settings.rounds => ExitCode::SUCCESS,
        Ok(()) => ExitCode::FAILURE,
    }
}
