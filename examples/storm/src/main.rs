//! Changes routes, links, addresses and neighbours as fast as the kernel allows, in a network
//! namespace of its own, and looks whether caches stay true meanwhile:
//! `storm [--routes N] [--rounds R] [--receive-buffer BYTES] [--seed S]`.

use std::process::ExitCode;
use std::sync::Mutex;

use barelink_storm::round::{Net, Report, Setting, rage};
use lexopt::{Arg, ValueExt};
use rustix::thread::UnshareFlags;

const USAGE: &str = "usage: storm [--routes N] [--rounds R] [--receive-buffer BYTES] [--seed S]

Inserts and deletes N routes (100000; at most 120000) in each of R rounds (20), with links, addresses
and neighbours in proportion, in a network namespace of its own. A manager follows with BYTES of
receive buffer (what is usual). After each round, what it keeps is compared with a fresh dump, and
with a replay of the changes that it told. Exit status: 0 if nothing is wrong, 1 if anything is, 2 if
it could not be tried.";

static OURS: Mutex<Net> = Mutex::new(Net::new());
static FRESH: Mutex<Net> = Mutex::new(Net::new());

fn setting() -> Result<Option<Setting>, lexopt::Error> {
    let mut setting = Setting { routes: 100_000, rounds: 20, receive_buffer: None, seed: 1 };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("routes") => {
                setting.routes = arguments.value()?.parse_with(|text| match text.parse() {
                    Ok(routes @ 1..=120_000) => Ok(routes),
                    _ => Err("from 1 to 120000"),
                })?;
            }
            Arg::Long("rounds") => setting.rounds = arguments.value()?.parse()?,
            Arg::Long("receive-buffer") => {
                setting.receive_buffer = Some(arguments.value()?.parse()?);
            }
            Arg::Long("seed") => setting.seed = arguments.value()?.parse()?,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(setting))
}

/// Moves this thread to a network namespace of its own; as no one in particular, if need be.
#[allow(deprecated)] // Its successor guards file descriptor tables; namespaces have no such trap.
fn new_namespace() -> rustix::io::Result<()> {
    rustix::thread::unshare(UnshareFlags::NEWNET)
        .or_else(|_| rustix::thread::unshare(UnshareFlags::NEWUSER | UnshareFlags::NEWNET))
}

/// Prints a line for a round; whether all was well.
fn print(round: u32, report: &Report) -> bool {
    let Report { storm, counters, kept: [links, addresses, routes, neighbours], .. } = report;
    let wrong = report.wrong.len() + report.mistold.len();
    println!(
        "round {round}: {} changes made ({} refused) in {} ms; {} events, {} overruns, {} rounds of \
         reading ({} interrupted), synced {} ms after the end, {} changes told; {links} links, \
         {addresses} addresses, {routes} routes, {neighbours} neighbours kept, {wrong} wrong",
        storm.done,
        storm.refused,
        report.raged.as_millis(),
        counters.events,
        counters.overruns,
        counters.rounds,
        counters.interrupted,
        report.settled.as_millis(),
        report.told,
    );
    for (list, what) in [(&report.wrong, "a fresh dump"), (&report.mistold, "what was told")] {
        if !list.is_empty() {
            println!("  {} other than {what}:", list.len());
        }
        list.iter().take(10).for_each(|wrong| println!("  {wrong}"));
    }
    // A storm that could do next to nothing proves nothing.
    let raged = storm.refused <= storm.done / 4;
    if let Some(refusal) = storm.first.filter(|_| !raged) {
        println!("  the kernel refused too much, first: {refusal}");
    }
    wrong == 0 && raged && counters.invalid == 0
}

fn main() -> ExitCode {
    let setting = match setting() {
        Ok(Some(setting)) => setting,
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
        println!("skipped: no network namespace of its own ({errno}); as root, or `unshare -r`");
        return ExitCode::SUCCESS;
    }
    let (Ok(mut ours), Ok(mut fresh)) = (OURS.lock(), FRESH.lock()) else {
        return ExitCode::from(2);
    };
    let (mut well, mut rounds) = (true, 0);
    let raged = rage(setting, &mut ours, &mut fresh, |round, report| {
        well &= print(round, &report);
        rounds = round;
    });
    match raged {
        Err(error) => {
            println!("storm: after {rounds} of {} rounds: {error}", setting.rounds);
            ExitCode::from(if rounds > 0 { 1 } else { 2 })
        }
        Ok(()) if well && rounds == setting.rounds => ExitCode::SUCCESS,
        Ok(()) => ExitCode::FAILURE,
    }
}
