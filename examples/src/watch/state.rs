//! How certain all is.

use std::fmt;

use barelink_cache::manager::Counters;
use barelink_cache::{Event, Why};
use serde_json::{Value, json};

/// How certain what is kept is, as a manager has told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It may be wrong.
    Stale(Why),
    /// It is being read.
    Resyncing {
        /// How often, since it was last right.
        attempt: u32,
        /// Why.
        why: Why,
    },
    /// It is right.
    Synced {
        /// How often that was said.
        generation: u32,
    },
}

impl State {
    /// Nothing has been read yet.
    pub const NEW: State = State::Stale(Why::Empty);

    /// Takes in what a manager tells.
    pub fn take<C>(&mut self, event: &Event<C>) {
        *self = match (event, *self) {
            (Event::Stale(why), _) => State::Stale(*why),
            (Event::Resyncing { attempt }, State::Stale(why) | State::Resyncing { why, .. }) => {
                State::Resyncing { attempt: *attempt, why }
            }
            (Event::Resyncing { attempt }, _) => {
                State::Resyncing { attempt: *attempt, why: Why::Empty }
            }
            (Event::Synced { generation }, _) => State::Synced { generation: *generation },
            (_, state) => state,
        };
    }
}

/// Why, in words.
pub fn words(why: Why) -> String {
    match why {
        Why::Empty => "nothing read yet".into(),
        Why::Overrun => "events were lost".into(),
        Why::Interrupted => "it changed while it was read".into(),
        Why::Cut { needed } => format!("a datagram of {needed} bytes had no room"),
        Why::Invalid(error) => format!("not understood: {error}"),
        Why::Refused { errno } => {
            format!("the kernel refuses: {}", std::io::Error::from_raw_os_error(errno))
        }
        Why::TimedOut => "the kernel does not answer".into(),
        Why::Request(error) => format!("no request: {error}"),
        Why::Unsure => "the kernel did not say all".into(),
        Why::Asked => "asked to".into(),
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
pub fn counters(counters: Counters) -> Value {
    json!({
        "events": counters.events,
        "read": counters.read,
        "rounds": counters.rounds,
        "overruns": counters.overruns,
        "interrupted": counters.interrupted,
        "cut": counters.cut,
        "foreign": counters.foreign,
        "invalid": counters.invalid,
    })
}
