//! Statistics of a manager, and the progress of a poll.

/// Manager statistics since it was opened.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ManagerStats {
    /// Number of receive buffer overruns.
    pub overruns: u32,
    /// Number of resyncs started.
    pub rounds: u32,
    /// Number of interrupted dumps (`NLM_F_DUMP_INTR`).
    pub interrupted: u32,
    /// Number of datagrams longer than the buffer.
    pub truncated: u32,
    /// Number of datagrams of other senders than the kernel.
    pub foreign: u32,
    /// Number of messages that could not be parsed.
    pub invalid: u32,
    /// Number of notifications received.
    pub events: u64,
    /// Number of messages received in dumps.
    pub read: u64,
}

/// Progress of a poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Progress {
    /// Nothing to do until an event arrives or the next deadline passes.
    Idle,
    /// More to do: poll again.
    More,
}
