//! Dumps: as the real kernel, this one makes the first part when it is asked, and each further part
//! when something has been received.

use barelink_codec::control::Control;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::{addr, link};
use barelink_codec::{Flags, Messages};
use barelink_transport::Errno;

use super::Kernel;
use super::line::{Item, met_with};
use super::messages::{PORT, To, control, refusal};
use crate::cache::thing;

/// What a dump is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Things { odd_keys: bool },
    Links,
    Addrs { v6: bool },
}

/// How the next dump is to go.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct UpdateOp {
    /// How many objects a part has.
    pub(super) part: u8,
    /// The end comes with the last part.
    pub(super) end_inside: bool,
    /// It goes on by counting, and may so miss some or tell some twice; which it then says, but of
    /// things.
    pub(super) counts: bool,
    /// It says that it was interrupted though nothing is wrong.
    pub(super) flagged: bool,
    /// It is refused at once, or at its end.
    pub(super) refused: Option<bool>,
}

/// One that is under way.
#[derive(Debug)]
pub(super) struct Dump {
    of: Of,
    seq: u32,
    op: UpdateOp,
    after: Option<u32>,
    count: usize,
    changes: u32,
}

impl Kernel<'_> {
    /// What is dumped, each by a number that it is in the order of.
    fn all(&self, of: Of) -> Vec<u32> {
        match of {
            Of::Things { odd_keys } => self
                .things
                .keys()
                .filter(|(key, _)| (key & 1 != 0) == odd_keys)
                .map(|(key, twin)| u32::from(*key) << 8 | u32::from(*twin))
                .collect(),
            Of::Links => self.links.keys().map(|index| *index as u32).collect(),
            Of::Addrs { v6 } => self
                .addrs
                .keys()
                .filter(|(_, which)| (which & 1 != 0) == v6)
                .map(|(index, which)| index << 8 | u32::from(*which))
                .collect(),
        }
    }

    fn one(&self, of: Of, number: u32, to: To) -> Vec<u8> {
        let pair = (number >> 8, number as u8);
        match of {
            Of::Things { .. } => self.thing((pair.0 as u8, pair.1), thing::WHOLE, to),
            Of::Links => self.link(number as i32, to),
            Of::Addrs { .. } => self.addr(pair, to),
        }
    }

    /// A request has come.
    pub(super) fn dump_request(&mut self, datagram: &[u8]) {
        let request = Messages::new(datagram).next().unwrap().unwrap();
        assert!(request.flags.contains(Flags::DUMP));
        let seq = request.seq;
        self.expected.dump_request(seq);
        if self.running.is_some() {
            return self.replies.push_back(Item::of(refusal(Errno::BUSY, seq)));
        }
        let of = if let Some(get) = request.parse(thing::GET) {
            Of::Things { odd_keys: get.header.half != 0 }
        } else if request.parse(link::GET).is_some() {
            Of::Links
        } else {
            Of::Addrs { v6: request.read(addr::GET).header.family == AddressFamily::INET6 }
        };
        let op = std::mem::take(&mut self.op);
        if op.refused == Some(true) {
            let none = self.all(of).is_empty();
            let errno = if none { Errno::OPNOTSUPP } else { Errno::PERM };
            return self.replies.push_back(Item::of(refusal(errno, seq)));
        }
        let changes = self.changes;
        self.running = Some(Dump { of, seq, op, after: None, count: 0, changes });
        self.make_part();
    }

    /// Makes the next part of what is being dumped.
    pub(super) fn make_part(&mut self) {
        let Some(mut dump) = self.running.take() else { return };
        let all = self.all(dump.of);
        let from = match dump.op.counts {
            true => dump.count.min(all.len()),
            false => all.iter().position(|it| Some(*it) > dump.after).unwrap_or(all.len()),
        };
        let to = all.len().min(from + 1 + usize::from(dump.op.part));
        let says_so = !matches!(dump.of, Of::Things { .. });
        let changed = dump.op.counts && says_so && self.changes != dump.changes;
        let flags = match changed || dump.op.flagged {
            true => Flags::MULTI | Flags::DUMP_INTR,
            false => Flags::MULTI,
        };
        let part = &all[from..to];
        let mut bytes = Vec::new();
        for number in part {
            bytes.extend(self.one(dump.of, *number, (dump.seq, PORT, flags)));
        }
        dump.count = to;
        dump.after = part.last().copied().or(dump.after);
        dump.changes = self.changes;
        let ends = part.is_empty() || (dump.op.end_inside && to == all.len());
        if ends {
            let refused = dump.op.refused.is_some();
            let code = if refused { -Errno::NOMEM.raw_os_error() } else { 0 };
            bytes.extend(control(Control::DONE, flags, dump.seq, &code.to_ne_bytes()));
        }
        let mishap = self.part_mishap.take();
        let items = met_with(mishap, bytes, || self.lie());
        self.replies.extend(items);
        self.running = (!ends).then_some(dump);
    }
}
