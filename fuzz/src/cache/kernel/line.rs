//! What becomes of datagrams on their way: some are lost, some harmed, some come together.
//!
//! As with the real kernel, once an event has been lost, all are until what waits has been received.

use std::collections::VecDeque;

use barelink_codec::Flags;
use barelink_codec::control::Control;
use barelink_transport::{Error, KERNEL, Received};

use super::messages::control;

/// The port of somebody else.
const FOREIGN: u32 = 4711;

/// What waits to be received.
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

/// What can happen to a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mishap {
    DatagramTruncated,
    Garbled,
    Short,
    /// Something comes before it.
    Foreign,
    Namespace,
    Overrun,
    Lost,
    Stray,
}

impl Mishap {
    pub(super) fn of(byte: u8) -> Mishap {
        use Mishap::*;
        [DatagramTruncated, Garbled, Short, Foreign, Namespace, Overrun, Lost, Stray]
            [usize::from(byte & 7)]
    }
}

/// What becomes of a datagram; `lie` makes one that would do harm if somebody believed it.
pub(super) fn met_with(
    mishap: Option<Mishap>,
    mut bytes: Vec<u8>,
    lie: impl Fn() -> Vec<u8>,
) -> Vec<Item> {
    let broken = |bytes| Item::Datagram { bytes, from: KERNEL, nsid: None, whole: false };
    let untrue = |from, nsid| Item::Datagram { bytes: lie(), from, nsid, whole: false };
    match mishap {
        None => vec![Item::of(bytes)],
        Some(Mishap::DatagramTruncated) => vec![Item::DatagramTruncated],
        Some(Mishap::Lost) => vec![Item::Overrun],
        Some(Mishap::Garbled) => {
            bytes[..4].copy_from_slice(&3u32.to_ne_bytes());
            vec![broken(bytes)]
        }
        Some(Mishap::Short) => {
            bytes.truncate(bytes.len() - 4);
            vec![broken(bytes)]
        }
        Some(Mishap::Foreign) => vec![untrue(FOREIGN, None), Item::of(bytes)],
        Some(Mishap::Namespace) => vec![untrue(KERNEL, Some(3)), Item::of(bytes)],
        Some(Mishap::Overrun) => {
            vec![Item::of(control(Control::OVERRUN, Flags::NONE, 0, &[])), Item::of(bytes)]
        }
        Some(Mishap::Stray) => {
            let stray = control(Control::DONE, Flags::MULTI, u32::MAX, &[0; 4]);
            vec![Item::of(stray), Item::of(bytes)]
        }
    }
}

/// Where events wait.
#[derive(Debug)]
pub(super) struct Line {
    waiting: VecDeque<Item>,
    /// So many have room.
    pub(super) limit: usize,
    overrun: bool,
    congested: bool,
    /// So many yet come together with the one before.
    pub(super) together: u8,
}

impl Line {
    pub(super) fn new() -> Self {
        Line { waiting: VecDeque::new(), limit: 8, overrun: false, congested: false, together: 0 }
    }

    /// Whether all has been received, and nothing was lost that has not been said.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && !self.overrun
    }

    /// Puts an event in the queue, if there is room.
    pub(super) fn queue(&mut self, item: Item) {
        if matches!(item, Item::Overrun) || self.congested || self.waiting.len() >= self.limit {
            return self.overrun_now();
        }
        if self.together > 0 {
            self.together -= 1;
            if let (
                Some(Item::Datagram { bytes, nsid: None, whole: true, .. }),
                Item::Datagram { bytes: more, from: KERNEL, nsid: None, whole: more_whole },
            ) = (self.waiting.back_mut(), &item)
            {
                bytes.extend(more);
                if let (false, Some(Item::Datagram { whole, .. })) =
                    (*more_whole, self.waiting.back_mut())
                {
                    *whole = false;
                }
                return;
            }
        }
        self.waiting.push_back(item);
    }

    /// Loses an event. That is said once; others are lost until all that waits has been received.
    pub(super) fn overrun_now(&mut self) {
        self.overrun |= !self.congested;
        self.congested = !self.waiting.is_empty();
    }

    /// What is received next.
    pub(super) fn next(&mut self) -> Option<Item> {
        if std::mem::take(&mut self.overrun) {
            return Some(Item::Overrun);
        }
        let item = self.waiting.pop_front()?;
        self.congested &= !self.waiting.is_empty();
        Some(item)
    }
}

/// Gives what was received.
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
