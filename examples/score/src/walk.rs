//! Walks every datagram, message and attribute.

use std::collections::BTreeMap;

use barelink_codec::control::{Control, Status};
use barelink_codec::frame::{self, align};
use barelink_codec::message::HEADER;
use barelink_codec::{Message, Messages};
use barelink_examples_support::tree::Tree;

use crate::capture::{Capture, Record, UEVENT};
use crate::families::{GENERIC, NETFILTER, ROUTE};

/// What came of walking.
#[derive(Debug, Default)]
pub struct Walk {
    /// Datagrams walked.
    pub datagrams: usize,
    /// Datagrams that are no netlink.
    pub foreign: usize,
    /// Messages walked.
    pub messages: usize,
    /// Messages whose attributes were walked as well.
    pub attributes: usize,
    /// Faults that are the record's own, by the reason.
    pub excepted: BTreeMap<&'static str, usize>,
    /// Faults that have no reason.
    pub faults: Vec<String>,
}

/// Linux's audit, `NETLINK_AUDIT`.
const AUDIT: u8 = 9;

impl Walk {
    /// Walks a datagram, and hands over its messages with their places in it.
    pub fn datagram<'r>(
        &mut self,
        capture: &Capture,
        index: usize,
        record: &'r Record,
    ) -> Vec<Message<'r>> {
        if record.protocol == UEVENT {
            self.foreign += 1;
            return Vec::new();
        }
        self.datagrams += 1;
        let mut found = Vec::new();
        for message in Messages::new(&record.bytes) {
            match message {
                Ok(message) => found.push(message),
                Err(error) => match own_fault(capture, index, record, &found) {
                    Some(why) => *self.excepted.entry(why).or_default() += 1,
                    None => self.faults.push(format!("{} #{index}: {error}", capture.name)),
                },
            }
        }
        self.messages += found.len();
        found
    }

    /// Walks a message's attributes: by its family's tables if there are any, else the outer ones
    /// if it is known where they start.
    pub fn message(
        &mut self,
        capture: &Capture,
        index: usize,
        record: &Record,
        message: &Message<'_>,
        tree: Option<&Tree<'_>>,
    ) {
        let mut faults = Vec::new();
        if let Some(tree) = tree {
            self.attributes += 1;
            tree.visit_runs(&mut |run| faults.extend(run.fault));
        } else if is_verdict(record.protocol, message) {
            self.attributes += 1;
            match Status::read(message) {
                Ok(status) => faults.extend(frame::check(status.ext_ack.bytes()).err()),
                Err(error) => faults.push(error),
            }
        } else if let Some(header) = header_len(capture, record.protocol, message) {
            self.attributes += 1;
            let attrs = message.payload.get(align(header)..).unwrap_or_default();
            faults.extend(frame::check(attrs).err());
        }
        for error in faults {
            if record.to_kernel && capture.name.contains("/err/") {
                *self.excepted.entry("attributes sent wrong on purpose").or_default() += 1;
            } else if record.to_kernel
                && let Some(why) = links_header(message)
            {
                *self.excepted.entry(why).or_default() += 1;
            } else {
                let kind = message.message_type;
                self.faults.push(format!("{} #{index}, kind {kind}: {error}", capture.name));
            }
        }
    }
}

/// Whether the message is one of netlink's own that carries an error number. The connector has
/// its data in such messages.
pub fn is_verdict(protocol: u8, message: &Message<'_>) -> bool {
    const CONNECTOR: u8 = 11;
    let kinds = [Control::ERROR.0, Control::DONE.0];
    protocol != CONNECTOR && kinds.contains(&message.message_type)
}

/// Why a datagram's messages need not hold up, if there is a reason.
fn own_fault(
    capture: &Capture,
    index: usize,
    record: &Record,
    before: &[Message<'_>],
) -> Option<&'static str> {
    if capture.truncated.contains(&index) {
        return Some("the receiver's buffer was too small");
    }
    if record.to_kernel && (capture.name.contains("/err/") || capture.name.contains("/core/")) {
        return Some("sent wrong on purpose");
    }
    let [only] = before else { return None };
    let said = HEADER + only.payload.len();
    let short = record.bytes.len() - HEADER;
    (record.protocol == AUDIT && (said == short || align(said) == short))
        .then_some("audit leaves the header out of the length")
}

/// Why a request for a bridge's forwarding entries cannot be read: libnl, and the kernel of old,
/// head it with `struct ifinfomsg`.
pub fn links_header(message: &Message<'_>) -> Option<&'static str> {
    const GETNEIGH: u16 = 30;
    const BRIDGE: u8 = 7;
    let bridge = message.payload.first() == Some(&BRIDGE);
    (message.message_type == GETNEIGH && bridge && message.payload.len() == 16)
        .then_some("a link's header on a request about a bridge's neighbours")
}

/// How many bytes stand before the attributes, of messages that no table here has.
fn header_len(capture: &Capture, protocol: u8, message: &Message<'_>) -> Option<usize> {
    if capture.is_foreign() {
        // Without a table, nothing has been turned around.
        return None;
    }
    match (protocol, message.message_type) {
        (_, 0..16) => None,
        // Actions.
        (ROUTE, 48..=50) => Some(4),
        // The start and the end of a batch have no attributes but their own.
        (NETFILTER, _) => Some(4),
        (GENERIC, kind) => match capture.generic.get(&kind) {
            Some(name) if name.starts_with("ovs_") => Some(8),
            Some(_) => Some(4),
            None => None,
        },
        _ => None,
    }
}
