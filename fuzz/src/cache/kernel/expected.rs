//! What the manager should have counted, by what it has been given.

use barelink_cache::manager::ManagerStats;
use barelink_codec::Flags;
use barelink_codec::control::Control;
use barelink_transport::KERNEL;

use super::line::Item;
use super::messages::each;
use crate::cache::thing;

/// What the manager should have counted, and of what it is reading.
#[derive(Debug, Default)]
pub struct Expected {
    pub counters: ManagerStats,
    seq: u32,
    open: bool,
    flagged: bool,
}

/// Whether it is about a thing that cannot be understood.
fn is_odd(kind: Control, payload: &[u8]) -> bool {
    [thing::NEW.number(), thing::DEL.number()].contains(&kind.0) && payload[3] != 0
}

impl Expected {
    /// Something is asked for.
    pub(super) fn dump_request(&mut self, seq: u32) {
        (self.seq, self.open, self.flagged) = (seq, true, false);
    }

    /// This comes where events come from.
    pub(super) fn event(&mut self, item: &Item) {
        let counters = &mut self.counters;
        match item {
            Item::DatagramTruncated => counters.truncated += 1,
            Item::Overrun => counters.overruns += 1,
            Item::Datagram { from, .. } if *from != KERNEL => counters.foreign += 1,
            Item::Datagram { bytes, .. } => {
                let whole = each(bytes, |kind, _, _, payload| match kind {
                    Control::OVERRUN => counters.overruns += 1,
                    Control::NOOP | Control::ERROR | Control::DONE => {}
                    _ => {
                        counters.events += 1;
                        counters.invalid += u32::from(is_odd(kind, payload));
                    }
                });
                counters.invalid += u32::from(!whole);
            }
        }
    }

    /// This comes where answers come from.
    pub(super) fn part(&mut self, item: &Item) {
        let Expected { counters, seq, open, flagged } = self;
        match item {
            Item::DatagramTruncated => counters.truncated += 1,
            Item::Overrun => counters.overruns += 1,
            Item::Datagram { from, .. } if *from != KERNEL => counters.foreign += 1,
            Item::Datagram { bytes, .. } => {
                let whole = each(bytes, |kind, flags, number, payload| {
                    if !*open || number != *seq || matches!(kind, Control::OVERRUN | Control::NOOP)
                    {
                        return;
                    }
                    *flagged |= flags.contains(Flags::DUMP_INTR);
                    match kind {
                        Control::ERROR | Control::DONE => {
                            *open = false;
                            let refused = kind == Control::ERROR || payload != [0; 4];
                            counters.interrupted += u32::from(*flagged && !refused);
                        }
                        _ => {
                            counters.read += 1;
                            counters.invalid += u32::from(is_odd(kind, payload));
                        }
                    }
                });
                counters.invalid += u32::from(!whole);
            }
        }
    }
}
