//! Tracks whether the caches are stale, resyncing or synced.

use std::fmt;

use barelink_cache::manager::ManagerStats;
use barelink_cache::{Event, StaleReason};
use serde_json::{Value, json};

/// State of the caches, by the manager's last event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Entries may differ from the kernel's.
    Stale(StaleReason),
    /// Dumps are running.
    Resyncing {
        /// Resync attempt, counting from 1 since the caches were last synced.
        attempt: u32,
        /// Reason for which the caches became stale.
        reason: StaleReason,
    },
    /// Entries are those of the kernel.
    Synced {
        /// Number of times the caches have been synced.
        generation: u32,
    },
}

impl State {
    /// State before the first dump.
    pub const NEW: State = State::Stale(StaleReason::NotLoaded);

    /// Updates the state by an event of the manager.
    pub fn update<C>(&mut self, event: &Event<C>) {
        *self = match (event, *self) {
            (Event::Stale(reason), _) => State::Stale(*reason),
            (
                Event::Resyncing { attempt },
                State::Stale(reason) | State::Resyncing { reason, .. },
            ) => State::Resyncing { attempt: *attempt, reason },
            (Event::Resyncing { attempt }, _) => {
                State::Resyncing { attempt: *attempt, reason: StaleReason::NotLoaded }
            }
            (Event::Synced { generation }, _) => State::Synced { generation: *generation },
            (_, state) => state,
        };
    }
}

/// Describes a reason in a few words.
pub fn reason_text(reason: StaleReason) -> String {
    match reason {
        StaleReason::NotLoaded => "not loaded yet".into(),
        StaleReason::Overrun => "receive buffer overrun".into(),
        StaleReason::Interrupted => "dump interrupted".into(),
        StaleReason::DatagramTruncated { needed } => {
            format!("datagram of {needed} bytes truncated")
        }
        StaleReason::Invalid(error) => format!("invalid message: {error}"),
        StaleReason::DumpError { errno } => {
            format!("dump failed: {}", std::io::Error::from_raw_os_error(errno))
        }
        StaleReason::TimedOut => "dump timed out".into(),
        StaleReason::Request(error) => format!("invalid dump request: {error}"),
        StaleReason::Ambiguous => "ambiguous notification".into(),
        StaleReason::Requested => "resync requested".into(),
        other => format!("{other:?}"),
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            State::Stale(reason) => write!(f, "Stale: {}", reason_text(*reason)),
            State::Resyncing { attempt, reason } => {
                write!(f, "Resyncing, attempt {attempt}: {}", reason_text(*reason))
            }
            State::Synced { generation } => write!(f, "Synced, generation {generation}"),
        }
    }
}

/// Returns the manager's statistics as JSON.
pub fn stats_json(stats: ManagerStats) -> Value {
    json!({
        "events": stats.events,
        "read": stats.read,
        "rounds": stats.rounds,
        "overruns": stats.overruns,
        "interrupted": stats.interrupted,
        "truncated": stats.truncated,
        "foreign": stats.foreign,
        "invalid": stats.invalid,
    })
}
