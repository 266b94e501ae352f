//! Fake kernel that replies from a recording, and keeps the requests.
#![allow(dead_code)]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use barelink_codec::Message;
use barelink_codec::message::{Flags, Messages};
use barelink_codec::rtnl::link::{self, Link};
use barelink_codec::rtnl::route::nexthop::{self, NextHop};
use barelink_ip::System;
use barelink_transport::{Channel, Connection, Deadline, Errno, Error, Monitor, Received};

use super::recorded::{PORT, Record, error, header, parse};

/// Recorded request with its replies.
pub(crate) struct RecordedRequest {
    message_type: u16,
    dump: bool,
    seq: u32,
    family: u8,
    /// Complete messages, with their headers.
    replies: Vec<Vec<u8>>,
}

/// Requests of a recorded command, and the links that were reported before.
#[derive(Default)]
pub(crate) struct Recording {
    pub(crate) requests: Vec<RecordedRequest>,
    pub(crate) links: Vec<Vec<u8>>,
}

/// Channel to the fake kernel.
pub(crate) struct RecordedKernel {
    recording: Rc<Recording>,
    sent: Rc<RefCell<Vec<Vec<u8>>>>,
    queue: Rc<RefCell<VecDeque<Vec<u8>>>>,
}

/// Returns whether a reply is the link that a request selects by index or by name.
fn is_link(reply: &[u8], index: i32, name: Option<&[u8]>) -> bool {
    let Some(link) = parse(reply).and_then(|message| message.parse(link::NEW)) else {
        return false;
    };
    let Some(name) = name else { return link.header.index == index };
    let other = link.get(Link::PROP_LIST).ok().flatten().is_some_and(|list| {
        list.all(link::PropList::ALT_IFNAME).flatten().any(|other| other.0 == name)
    });
    other || link.get(Link::IFNAME).ok().flatten().is_some_and(|own| own.0 == name)
}

impl RecordedKernel {
    /// Returns the recorded request of a dump, for its replies.
    fn dump_replies(&self, message_type: u16, family: u8) -> Option<&RecordedRequest> {
        let same =
            |request: &&RecordedRequest| request.message_type == message_type && request.dump;
        let exact =
            self.recording.requests.iter().filter(same).find(|request| request.family == family);
        exact.or_else(|| {
            // All families but `AF_INET6` get the same view of links.
            let plain = |family| message_type != link::GET.number() || family != 10;
            self.recording
                .requests
                .iter()
                .filter(same)
                .find(|request| plain(request.family) && plain(family))
        })
    }

    /// Returns the recorded reply to a request for one object.
    fn reply_to(&self, message: &Message<'_>) -> Option<Vec<u8>> {
        let of_kind = || {
            self.recording
                .requests
                .iter()
                .filter(|request| request.message_type == message.message_type && !request.dump)
        };
        if message.message_type == link::GET.number() {
            let request = message.read(link::GET);
            let name = [request.get(Link::IFNAME), request.get(Link::ALT_IFNAME)];
            let name = name.into_iter().flatten().flatten().next().map(|name| name.0);
            let every = || self.recording.requests.iter().flat_map(|request| &request.replies);
            let found = of_kind().flat_map(|request| &request.replies).chain(every());
            let mut found = found.chain(self.recording.links.iter().rev());
            let found = found.by_ref().filter(|it| is_link(it, request.header.index, name));
            // Some requests asked for short replies (`RTEXT_FILTER_SKIP_STATS`).
            let found: Vec<_> = found.collect();
            let longest = found.iter().map(|it| it.len()).max();
            return found.into_iter().find(|it| Some(it.len()) == longest).cloned();
        }
        if message.message_type == nexthop::GET.number() {
            let id = message.read(nexthop::GET).get(NextHop::ID).ok()?;
            let mut every = self.recording.requests.iter().flat_map(|request| &request.replies);
            let found = every.find(|reply| {
                let hop = parse(reply).and_then(|message| message.parse(nexthop::NEW));
                hop.is_some_and(|hop| hop.get(NextHop::ID) == Ok(id))
            });
            return found.cloned();
        }
        of_kind().flat_map(|request| &request.replies).next().cloned()
    }

    fn reply(&mut self, request: &[u8]) {
        let Some(message) = parse(request) else { return };
        let seq = message.seq;
        let mut queue = self.queue.borrow_mut();
        if message.flags.contains(Flags::DUMP) {
            let family = message.payload.first().copied().unwrap_or(0);
            let found = self.dump_replies(message.message_type, family);
            let links =
                (message.message_type == link::GET.number()).then_some(&self.recording.links);
            let replies = found.map(|request| &request.replies).or(links);
            for reply in replies.into_iter().flatten() {
                let Some(reply) = parse(reply) else { continue };
                let flags = reply.flags.0 | Flags::MULTI.0;
                queue.push_back(header(reply.message_type, flags, seq, reply.payload));
            }
            if !queue.back().is_some_and(|last| matches!(last[4], 2 | 3) && last[5] == 0) {
                queue.push_back(header(3, 2, seq, &0i32.to_ne_bytes()));
            }
            return;
        }
        // Of four message types one reads; the others change something.
        if message.message_type % 4 != 2 {
            let mut same = self.recording.requests.iter();
            let recorded = same.find(|request| request.message_type == message.message_type);
            let reply = recorded.and_then(|request| request.replies.first());
            match reply.and_then(|it| parse(it)) {
                Some(reply) if reply.message_type == 2 => {
                    queue.push_back(header(2, reply.flags.0, seq, reply.payload));
                }
                _ => queue.push_back(header(2, 0x100, seq, &error(0, request))),
            }
            return;
        }
        match self.reply_to(&message) {
            Some(reply) => {
                let Some(reply) = parse(&reply) else { return };
                queue.push_back(header(reply.message_type, reply.flags.0, seq, reply.payload));
                if reply.message_type != 2 && message.flags.contains(Flags::ACK) {
                    queue.push_back(header(2, 0x100, seq, &error(0, request)));
                }
            }
            None => queue.push_back(header(2, 0x100, seq, &error(-19, request))),
        }
    }
}

impl Channel for RecordedKernel {
    fn port(&mut self) -> Result<u32, Error> {
        Ok(PORT)
    }
    fn send(&mut self, datagram: &[u8], _: Option<Deadline>) -> Result<(), Error> {
        for message in Messages::new(datagram).map_while(Result::ok) {
            let bytes = header(message.message_type, message.flags.0, message.seq, message.payload);
            self.reply(&bytes);
            self.sent.borrow_mut().push(bytes);
        }
        Ok(())
    }
    fn receive(&mut self, buffer: &mut [u8], _: Option<Deadline>) -> Result<Received, Error> {
        let datagram = self.queue.borrow_mut().pop_front().ok_or(Error::TimedOut)?;
        let len = datagram.len();
        buffer
            .get_mut(..len)
            .ok_or(Error::DatagramTruncated { needed: len, room: 0 })?
            .copy_from_slice(&datagram);
        Ok(Received { len, ..Received::default() })
    }
}

/// Fake system: the recorded kernel for both connections of the program.
pub(crate) struct Machine {
    pub(crate) recording: Rc<Recording>,
    /// Requests that the program sent, as complete messages.
    pub(crate) sent: Rc<RefCell<Vec<Vec<u8>>>>,
    /// Descriptor of every network namespace; -1 if there is none.
    pub(crate) namespace: i32,
}

impl Machine {
    fn channel(&self, queue: VecDeque<Vec<u8>>) -> RecordedKernel {
        let queue = Rc::new(RefCell::new(queue));
        RecordedKernel { recording: self.recording.clone(), sent: self.sent.clone(), queue }
    }

    pub(crate) fn new(recording: Recording) -> Self {
        Machine { recording: Rc::new(recording), sent: Rc::default(), namespace: -1 }
    }
}

impl<'b> System<'b> for Machine {
    type Channel = RecordedKernel;

    fn connection(
        &mut self,
        buffer: &'b mut [u8],
    ) -> Result<Connection<'b, RecordedKernel>, Error> {
        Connection::with_channel(self.channel(VecDeque::new()), buffer)
    }

    fn monitor(
        &mut self,
        _: &[u32],
        buffer: &'b mut [u8],
    ) -> Result<Monitor<'b, RecordedKernel>, Error> {
        let requests = self.recording.requests.iter();
        let queue = requests.flat_map(|request| request.replies.clone()).collect();
        Ok(Monitor::with_channel(self.channel(queue), buffer))
    }

    fn namespace(&mut self, _: &str) -> Result<i32, Errno> {
        if self.namespace < 0 { Err(Errno::NOENT) } else { Ok(self.namespace) }
    }
}

/// Returns the recording of a command from its records.
pub(crate) fn recording(records: &[Record<'_>], links: &[Vec<u8>]) -> Recording {
    let mut recording = Recording { requests: Vec::new(), links: links.to_vec() };
    for (up, _, datagram) in records.iter().filter(|record| record.1 == 0) {
        for message in Messages::new(datagram).map_while(Result::ok) {
            if *up {
                recording.requests.push(RecordedRequest {
                    message_type: message.message_type,
                    dump: message.flags.contains(Flags::DUMP),
                    seq: message.seq,
                    family: message.payload.first().copied().unwrap_or(0),
                    replies: Vec::new(),
                });
                continue;
            }
            let bytes = header(message.message_type, message.flags.0, message.seq, message.payload);
            // Two sockets may use the same sequence numbers.
            let fits = |request: &&mut RecordedRequest| {
                request.seq == message.seq
                    && match message.message_type {
                        2 => true,
                        3 => request.dump,
                        new => request.message_type == new + 2,
                    }
            };
            let request = recording.requests.iter_mut().rev().find(fits);
            if let Some(request) = request {
                request.replies.push(bytes);
            }
        }
    }
    // A peek and a read of the same datagram are two records.
    for request in &mut recording.requests {
        request.replies.dedup();
        // The acknowledgement is built by the fake kernel.
        if !request.dump {
            request.replies.retain(|reply| reply[4] != 2 || reply[16..20] != [0; 4]);
        }
    }
    recording
}
