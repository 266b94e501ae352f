//! Walks the messages and attributes of every datagram, and reports framing errors.

use std::collections::BTreeMap;

use barelink_codec::control::{Control, Status};
use barelink_codec::frame::{self, align};
use barelink_codec::message::HEADER;
use barelink_codec::{Message, Messages};
use barelink_examples_support::tree::Tree;

use crate::capture::{Capture, Record, UEVENT};
use crate::families::{GENERIC, NETFILTER, ROUTE};

/// Counts of walking.
#[derive(Debug, Default)]
pub struct WalkScore {
    /// Number of datagrams walked.
    pub datagrams: usize,
    /// Number of datagrams that are not netlink messages.
    pub foreign: usize,
    /// Number of messages walked.
    pub messages: usize,
    /// Number of messages whose attributes were walked.
    pub attributes: usize,
    /// Numbers of expected framing errors, by reason.
    pub expected: BTreeMap<&'static str, usize>,
    /// Descriptions of unexpected framing errors.
    pub faults: Vec<String>,
}

/// `NETLINK_AUDIT`.
const AUDIT: u8 = 9;

impl WalkScore {
    /// Walks a datagram, and returns its messages.
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
                Err(error) => match expected_fault(capture, index, record, &found) {
                    Some(reason) => *self.expected.entry(reason).or_default() += 1,
                    None => self.faults.push(format!("{} #{index}: {error}", capture.name)),
                },
            }
        }
        self.messages += found.len();
        found
    }

    /// Walks a message's attributes: by its family's tables, or the outer ones alone without tables.
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
        } else if has_status(record.protocol, message) {
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
                *self.expected.entry("attributes malformed on purpose").or_default() += 1;
            } else if let Some(reason) = legacy_fdb_request(message).filter(|_| record.to_kernel) {
                *self.expected.entry(reason).or_default() += 1;
            } else {
                let message_type = message.message_type;
                self.faults
                    .push(format!("{} #{index}, type {message_type}: {error}", capture.name));
            }
        }
    }
}

/// Returns whether the message is `NLMSG_ERROR` or `NLMSG_DONE` with a status.
///
/// The connector protocol has its data in such messages.
pub fn has_status(protocol: u8, message: &Message<'_>) -> bool {
    const CONNECTOR: u8 = 11;
    let status_types = [Control::ERROR.0, Control::DONE.0];
    protocol != CONNECTOR && status_types.contains(&message.message_type)
}

/// Returns the reason for which a framing error of the datagram is expected, if there is one.
fn expected_fault(
    capture: &Capture,
    index: usize,
    record: &Record,
    before: &[Message<'_>],
) -> Option<&'static str> {
    if capture.truncated.contains(&index) {
        return Some("the receiver's buffer was too small");
    }
    if record.to_kernel && (capture.name.contains("/err/") || capture.name.contains("/core/")) {
        return Some("malformed on purpose");
    }
    let [only] = before else { return None };
    let stated = HEADER + only.payload.len();
    let without_header = record.bytes.len() - HEADER;
    (record.protocol == AUDIT && (stated == without_header || align(stated) == without_header))
        .then_some("audit leaves the header out of the length")
}

/// Returns the reason for which a request for a bridge's forwarding entries cannot be parsed.
///
/// libnl sends it with `struct ifinfomsg` as header, as old kernels expected it.
pub fn legacy_fdb_request(message: &Message<'_>) -> Option<&'static str> {
    const GETNEIGH: u16 = 30;
    const BRIDGE: u8 = 7;
    let bridge = message.payload.first() == Some(&BRIDGE);
    (message.message_type == GETNEIGH && bridge && message.payload.len() == 16)
        .then_some("FDB request with `struct ifinfomsg`, of libnl")
}

/// Returns the length of the header before the attributes, for messages that no table has.
fn header_len(capture: &Capture, protocol: u8, message: &Message<'_>) -> Option<usize> {
    if capture.is_foreign() {
        // Without a table, the payload has not been converted.
        return None;
    }
    match (protocol, message.message_type) {
        (_, 0..16) => None,
        // Actions of traffic control.
        (ROUTE, 48..=50) => Some(4),
        // `struct nfgenmsg`.
        (NETFILTER, _) => Some(4),
        (GENERIC, id) => match capture.generic.get(&id) {
            Some(name) if name.starts_with("ovs_") => Some(8),
            Some(_) => Some(4),
            None => None,
        },
        _ => None,
    }
}
