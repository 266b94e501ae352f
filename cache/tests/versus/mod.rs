//! Helpers of tests against the real kernel that have caches of their own.
#![allow(dead_code, missing_docs, unreachable_pub)]

use std::fmt::Debug;
use std::process::Command;
use std::time::Duration;

use barelink_cache::caches::Caches;
use barelink_cache::{Backoff, Manager, Progress};

/// Runs a command. Returns whether it succeeded.
pub fn run(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let out = Command::new(words.next().unwrap()).args(words).output().unwrap();
    if !out.status.success() {
        println!("(failed) {line}: {}", String::from_utf8_lossy(&out.stderr).trim());
    }
    out.status.success()
}

/// Shortens the time between resyncs.
pub fn quick<T: Caches>(manager: &mut Manager<'_, T>) {
    manager.set_backoff(Backoff { min: Duration::from_millis(5), ..Backoff::default() });
}

/// Processes every event and resync. Returns the events.
pub fn settle<T: Caches>(manager: &mut Manager<'_, T>) -> Vec<String>
where
    for<'c> T::Change<'c>: Debug,
{
    let mut changes = vec![];
    let mut idle = 0;
    while idle < 2 {
        let limit = Some(Duration::from_millis(10));
        let progress =
            manager.poll_for(limit, |_, event| changes.push(format!("{event:?}"))).unwrap();
        idle = if progress == Progress::Idle && manager.is_synced() { idle + 1 } else { 0 };
    }
    changes
}

/// Dumps into these caches.
pub fn read<T: Caches>(mut caches: Box<T>) -> Box<T> {
    let mut buffer = vec![0; 32 * 1024];
    let mut manager = Manager::open(&mut *caches, &mut buffer).unwrap();
    manager.sync(Duration::from_secs(5), |_, _| {}).unwrap();
    caches
}
