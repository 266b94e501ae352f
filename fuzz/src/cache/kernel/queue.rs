//! Socket queue: datagrams are lost, damaged, or joined to one.
//!
//! As in the real kernel, an overrun loses every event until the queue has been emptied.

use std::collections::VecDeque;

use barelink_codec::Flags;
use barelink_codec::control::Control;
use barelink_transport::{Error, KERNEL, Received};

use super::messages::control;

/// Port id of another process.
const FOREIGN: u32 = 4711;

/// Item of the queue: a datagram, or an error of the next receive.
#[derive(Debug)]
pub(super) enum Item {
    Datagram { bytes: Vec<u8>, from: u32, nsid: Option<i32>, whole: bool },
    DatagramTruncated,
    Overrun,
}

impl Item {
    pub(super) fn of(bytes: Vec<u8>) -> Item {
        Item::Datagram { bytes, from: KERNEL, nsid: None, whole: true }
    }
}

/// Fault of a datagram in transit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    DatagramTruncated,
    Garbled,
    Short,
    /// A forged datagram from another process comes before it.
    Foreign,
    Namespace,
    Overrun,
    Lost,
    Stray,
}

impl Fault {
    pub(super) fn of(byte: u8) -> Fault {
        use Fault::*;
        [DatagramTruncated, Garbled, Short, Foreign, Namespace, Overrun, Lost, Stray]
            [usize::from(byte & 7)]
    }
}

/// Returns the items that a datagram becomes by a fault; `forge` builds one that must be ignored.
pub(super) fn apply_fault(
    fault: Option<Fault>,
    mut bytes: Vec<u8>,
    forge: impl Fn() -> Vec<u8>,
) -> Vec<Item> {
    let broken = |bytes| Item::Datagram { bytes, from: KERNEL, nsid: None, whole: false };
    let forged = |from, nsid| Item::Datagram { bytes: forge(), from, nsid, whole: false };
    match fault {
        None => vec![Item::of(bytes)],
        Some(Fault::DatagramTruncated) => vec![Item::DatagramTruncated],
        Some(Fault::Lost) => vec![Item::Overrun],
        Some(Fault::Garbled) => {
            bytes[..4].copy_from_slice(&3u32.to_ne_bytes());
            vec![broken(bytes)]
        }
        Some(Fault::Short) => {
            bytes.truncate(bytes.len() - 4);
            vec![broken(bytes)]
        }
        Some(Fault::Foreign) => vec![forged(FOREIGN, None), Item::of(bytes)],
        Some(Fault::Namespace) => vec![forged(KERNEL, Some(3)), Item::of(bytes)],
        Some(Fault::Overrun) => {
            vec![Item::of(control(Control::OVERRUN, Flags::NONE, 0, &[])), Item::of(bytes)]
        }
        Some(Fault::Stray) => {
            let stray = control(Control::DONE, Flags::MULTI, u32::MAX, &[0; 4]);
            vec![Item::of(stray), Item::of(bytes)]
        }
    }
}

/// Queue of events.
#[derive(Debug)]
pub(super) struct EventQueue {
    items: VecDeque<Item>,
    /// Maximum number of items.
    pub(super) limit: usize,
    overrun: bool,
    congested: bool,
    /// Number of events still to be joined to the one before.
    pub(super) join: u8,
}

impl EventQueue {
    pub(super) fn new() -> Self {
        EventQueue { items: VecDeque::new(), limit: 8, overrun: false, congested: false, join: 0 }
    }

    /// Returns whether every event was received, and every loss reported.
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty() && !self.overrun
    }

    /// Appends an event; when the queue is full, the event is lost.
    pub(super) fn push(&mut self, item: Item) {
        if matches!(item, Item::Overrun) || self.congested || self.items.len() >= self.limit {
            return self.overrun_now();
        }
        if self.join > 0 {
            self.join -= 1;
            if let (
                Some(Item::Datagram { bytes, nsid: None, whole: true, .. }),
                Item::Datagram { bytes: more, from: KERNEL, nsid: None, whole: more_whole },
            ) = (self.items.back_mut(), &item)
            {
                bytes.extend(more);
                if let (false, Some(Item::Datagram { whole, .. })) =
                    (*more_whole, self.items.back_mut())
                {
                    *whole = false;
                }
                return;
            }
        }
        self.items.push_back(item);
    }

    /// Loses an event. The overrun is reported once; further events are lost until the queue is
    /// empty.
    pub(super) fn overrun_now(&mut self) {
        self.overrun |= !self.congested;
        self.congested = !self.items.is_empty();
    }

    /// Returns the next item to receive.
    pub(super) fn next(&mut self) -> Option<Item> {
        if std::mem::take(&mut self.overrun) {
            return Some(Item::Overrun);
        }
        let item = self.items.pop_front()?;
        self.congested &= !self.items.is_empty();
        Some(item)
    }
}

/// Receives an item into the buffer.
pub(super) fn deliver(item: Item, buffer: &mut [u8]) -> Result<Received, Error> {
    match item {
        Item::DatagramTruncated => {
            Err(Error::DatagramTruncated { needed: 1 << 16, room: buffer.len() })
        }
        Item::Overrun => Err(Error::Overrun),
        Item::Datagram { bytes, from, nsid, .. } => {
            buffer[..bytes.len()].copy_from_slice(&bytes);
            Ok(Received { len: bytes.len(), from, nsid, ..Received::default() })
        }
    }
}
