//! Statistics that the manager should report, by the datagrams that it received.

use barelink_cache::manager::ManagerStats;
use barelink_codec::Flags;
use barelink_codec::control::Control;
use barelink_transport::KERNEL;

use super::messages::each;
use super::queue::Item;
use crate::cache::thing;

/// Expected statistics, and the state of the dump that the manager reads.
#[derive(Debug, Default)]
pub struct Expected {
    pub counters: ManagerStats,
    seq: u32,
    open: bool,
    flagged: bool,
}

/// Returns whether a message is of a thing that cannot be decoded.
fn is_odd(control: Control, payload: &[u8]) -> bool {
    [thing::NEW.number(), thing::DEL.number()].contains(&control.0) && payload[3] != 0
}

impl Expected {
    /// Records a dump request.
    pub(super) fn dump_request(&mut self, seq: u32) {
        (self.seq, self.open, self.flagged) = (seq, true, false);
    }

    /// Counts an item from the event socket.
    pub(super) fn event(&mut self, item: &Item) {
        let counters = &mut self.counters;
        match item {
            Item::DatagramTruncated => counters.truncated += 1,
            Item::Overrun => counters.overruns += 1,
            Item::Datagram { from, .. } if *from != KERNEL => counters.foreign += 1,
            Item::Datagram { bytes, .. } => {
                let whole = each(bytes, |control, _, _, payload| match control {
                    Control::OVERRUN => counters.overruns += 1,
                    Control::NOOP | Control::ERROR | Control::DONE => {}
                    _ => {
                        counters.events += 1;
                        counters.invalid += u32::from(is_odd(control, payload));
                    }
                });
                counters.invalid += u32::from(!whole);
            }
        }
    }

    /// Counts an item from the request socket.
    pub(super) fn part(&mut self, item: &Item) {
        let Expected { counters, seq, open, flagged } = self;
        match item {
            Item::DatagramTruncated => counters.truncated += 1,
            Item::Overrun => counters.overruns += 1,
            Item::Datagram { from, .. } if *from != KERNEL => counters.foreign += 1,
            Item::Datagram { bytes, .. } => {
                let whole = each(bytes, |control, flags, number, payload| {
                    if !*open
                        || number != *seq
                        || matches!(control, Control::OVERRUN | Control::NOOP)
                    {
                        return;
                    }
                    *flagged |= flags.contains(Flags::DUMP_INTR);
                    match control {
                        Control::ERROR | Control::DONE => {
                            *open = false;
                            let failed = control == Control::ERROR || payload != [0; 4];
                            counters.interrupted += u32::from(*flagged && !failed);
                        }
                        _ => {
                            counters.read += 1;
                            counters.invalid += u32::from(is_odd(control, payload));
                        }
                    }
                });
                counters.invalid += u32::from(!whole);
            }
        }
    }
}
