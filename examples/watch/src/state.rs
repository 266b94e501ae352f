//! How certain all is.

use std::fmt;

use barelink_cache::manager::ManagerStats;
use barelink_cache::{Event, StaleReason};
use serde_json::{Value, json};

/// How certain what is kept is, as a manager has told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It may be wrong.
    Stale(StaleReason),
    /// It is being read.
    Resyncing {
        /// How often, since it was last right.
        attempt: u32,
        /// StaleReason.
        why: StaleReason,
    },
    /// It is right.
    Synced {
        /// How often that was said.
        generation: u32,
    },
}

impl State {
    /// Nothing has been read yet.
    pub const NEW: State = State::Stale(StaleReason::NotLoaded);

    /// Takes in what a manager tells.
    pub fn take<C>(&mut self, event: &Event<C>) {
        *self = match (event, *self) {
            (Event::Stale(why), _) => State::Stale(*why),
            (Event::Resyncing { attempt }, State::Stale(why) | State::Resyncing { why, .. }) => {
                State::Resyncing { attempt: *attempt, why }
            }
            (Event::Resyncing { attempt }, _) => {
                State::Resyncing { attempt: *attempt, why: StaleReason::NotLoaded }
            }
            (Event::Synced { generation }, _) => State::Synced { generation: *generation },
            (_, state) => state,
        };
    }
}

/// StaleReason, in words.
pub fn words(why: StaleReason) -> String {
    match why {
        StaleReason::NotLoaded => "nothing read yet".into(),
        StaleReason::Overrun => "events were lost".into(),
        StaleReason::Interrupted => "it changed while it was read".into(),
        StaleReason::DatagramTruncated { needed } => {
            format!("a datagram of {needed} bytes had no room")
        }
        StaleReason::Invalid(error) => format!("not understood: {error}"),
        StaleReason::DumpError { errno } => {
            format!("the kernel refuses: {}", std::io::Error::from_raw_os_error(errno))
        }
        StaleReason::TimedOut => "the kernel does not answer".into(),
        StaleReason::Request(error) => format!("no request: {error}"),
        StaleReason::Ambiguous => "the kernel did not say all".into(),
        StaleReason::Requested => "asked to".into(),
        other => format!("{other:?}"),
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            State::Stale(why) => write!(f, "Stale: {}", words(*why)),
            State::Resyncing { attempt, why } => {
                write!(f, "Resyncing, attempt {attempt}: {}", words(*why))
            }
            State::Synced { generation } => write!(f, "Synced, generation {generation}"),
        }
    }
}

/// What a manager went through.
pub fn counters(counters: ManagerStats) -> Value {
    json!({
        "events": counters.events,
        "read": counters.read,
        "rounds": counters.rounds,
        "overruns": counters.overruns,
        "interrupted": counters.interrupted,
        "cut": counters.truncated,
        "foreign": counters.foreign,
        "invalid": counters.invalid,
    })
}
