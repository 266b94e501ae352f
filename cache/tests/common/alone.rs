//! Follows a cache while commands run, and compares it with a dump after each.

use std::fmt::Debug;
use std::process::Command;
use std::time::{Duration, Instant};

use barelink_cache::{Backoff, Cache, Caches, Change, Event, KernelRules, Manager, Progress};
use barelink_transport::Channel;

use super::kernel::compare;

/// Runs a command, such as `ip`. Returns its error output if it fails.
pub fn attempt(line: &str) -> Result<(), String> {
    let mut words = line.split_whitespace();
    let output = Command::new(words.next().unwrap()).args(words).output();
    let output = output.map_err(|error| error.to_string())?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// Runs commands, one per line, that have to succeed; a line that begins with `try` may fail.
pub fn run(lines: &str) {
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(line) = line.strip_prefix("try ") {
            let _ = attempt(line);
            continue;
        }
        attempt(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    }
}

/// Returns the interface index of a link.
pub fn index(name: &str) -> u32 {
    let index = std::fs::read_to_string(format!("/proc/thread-self/net/dev_snmp6/{name}"));
    let index = index.unwrap_or_else(|error| panic!("{name}: {error}"));
    let line = index.lines().next().unwrap_or_default();
    line.split_whitespace().nth(1).unwrap_or_default().parse().unwrap()
}

/// Polls until nothing has happened for 50 ms and the cache is in sync.
pub fn settle<T: Caches, C: Channel>(manager: &mut Manager<'_, T, C>) {
    settle_with(manager, |_, _| {});
}

/// As `settle`, with a handler.
pub fn settle_with<T: Caches, C: Channel>(
    manager: &mut Manager<'_, T, C>,
    mut on: impl for<'c> FnMut(&'c T, Event<T::Change<'c>>),
) {
    let start = Instant::now();
    loop {
        let before = manager.stats();
        let progress = manager.poll_for(Some(Duration::from_millis(50)), &mut on).unwrap();
        let quiet = progress == Progress::Idle && manager.stats() == before;
        if quiet && manager.is_synced() {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "never idle");
    }
}

/// Dumps into a new cache of the same index.
pub fn dump<E: KernelRules<Index: Clone> + 'static, const N: usize>(
    ours: &Cache<E, N>,
) -> Box<Cache<E, N>> {
    let mut fresh = Box::new(Cache::<E, N>::with_index(ours.index().clone()));
    let mut buffer = vec![0; 32 * 1024];
    let mut manager = Manager::open(&mut *fresh, &mut buffer).unwrap();
    manager.sync(Duration::from_secs(5), |_, _| {}).unwrap();
    drop(manager);
    fresh
}

/// Runs one command after the other, and checks after each that the cache equals a dump. Returns
/// the reported changes, each after its command.
#[track_caller]
pub fn follow<E, const N: usize>(
    cache: &mut Cache<E, N>,
    lines: &str,
    changes: impl Fn(Change<'_, E>) -> String,
) -> Vec<String>
where
    E: KernelRules<Index: Clone> + Debug + 'static,
{
    let mut buffer = vec![0; 32 * 1024];
    let mut manager = Manager::open(cache, &mut buffer).unwrap();
    manager.set_backoff(Backoff { min: Duration::from_millis(10), ..Backoff::default() });
    manager.sync(Duration::from_secs(5), |_, _| {}).unwrap();
    let mut all = Vec::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        run(line);
        settle_with(&mut manager, |_, event| {
            if let Event::Change(change) = event {
                all.push(format!("{line}: {}", changes(change)));
            }
        });
        let differences = compare(manager.caches(), &dump(manager.caches()));
        assert!(differences.is_empty(), "{line}\n{}", differences.join("\n"));
    }
    all
}
