//! Dumps: as in the real kernel, the request builds the first part, and each receive the next one.

use barelink_codec::control::Control;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::{addr, link};
use barelink_codec::{Flags, Messages};
use barelink_transport::Errno;

use super::Kernel;
use super::messages::{PORT, To, control, error_reply};
use super::queue::{Item, apply_fault};
use crate::cache::thing;

/// Objects of a dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Object {
    Things { odd_keys: bool },
    Links,
    Addrs { v6: bool },
}

/// Course of the next dump.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DumpPlan {
    /// Number of objects in a part, minus 1.
    pub(super) part: u8,
    /// `true` if DONE is in the datagram of the last part.
    pub(super) end_inside: bool,
    /// `true` if the dump continues by position, and may miss objects or repeat them after a
    /// change, which `NLM_F_DUMP_INTR` reports, except for things.
    pub(super) by_position: bool,
    /// `true` if `NLM_F_DUMP_INTR` is set without a reason.
    pub(super) interrupted: bool,
    /// `Some` if the dump fails: at once if `true`, in DONE otherwise.
    pub(super) fails: Option<bool>,
}

/// Running dump.
#[derive(Debug)]
pub(super) struct Dump {
    of: Object,
    seq: u32,
    plan: DumpPlan,
    after: Option<u32>,
    count: usize,
    changes: u32,
}

impl Kernel<'_> {
    /// Returns the objects of a dump as numbers, in their order.
    fn all(&self, of: Object) -> Vec<u32> {
        match of {
            Object::Things { odd_keys } => self
                .things
                .keys()
                .filter(|(key, _)| (key & 1 != 0) == odd_keys)
                .map(|(key, twin)| u32::from(*key) << 8 | u32::from(*twin))
                .collect(),
            Object::Links => self.links.keys().map(|index| *index as u32).collect(),
            Object::Addrs { v6 } => self
                .addrs
                .keys()
                .filter(|(_, which)| (which & 1 != 0) == v6)
                .map(|(index, which)| index << 8 | u32::from(*which))
                .collect(),
        }
    }

    fn one(&self, of: Object, number: u32, to: To) -> Vec<u8> {
        let pair = (number >> 8, number as u8);
        match of {
            Object::Things { .. } => self.thing((pair.0 as u8, pair.1), thing::FULL, to),
            Object::Links => self.link(number as i32, to),
            Object::Addrs { .. } => self.addr(pair, to),
        }
    }

    /// Processes a dump request.
    pub(super) fn dump_request(&mut self, datagram: &[u8]) {
        let request = Messages::new(datagram).next().unwrap().unwrap();
        assert!(request.flags.contains(Flags::DUMP));
        let seq = request.seq;
        self.expected.dump_request(seq);
        if self.running.is_some() {
            return self.replies.push_back(Item::of(error_reply(Errno::BUSY, seq)));
        }
        let of = if let Some(get) = request.parse(thing::GET) {
            Object::Things { odd_keys: get.header.half != 0 }
        } else if request.parse(link::GET).is_some() {
            Object::Links
        } else {
            Object::Addrs { v6: request.read(addr::GET).header.family == AddressFamily::INET6 }
        };
        let plan = std::mem::take(&mut self.plan);
        if plan.fails == Some(true) {
            let none = self.all(of).is_empty();
            let errno = if none { Errno::OPNOTSUPP } else { Errno::PERM };
            return self.replies.push_back(Item::of(error_reply(errno, seq)));
        }
        let changes = self.changes;
        self.running = Some(Dump { of, seq, plan, after: None, count: 0, changes });
        self.make_part();
    }

    /// Builds the next part of the running dump.
    pub(super) fn make_part(&mut self) {
        let Some(mut dump) = self.running.take() else { return };
        let all = self.all(dump.of);
        let from = match dump.plan.by_position {
            true => dump.count.min(all.len()),
            false => all.iter().position(|it| Some(*it) > dump.after).unwrap_or(all.len()),
        };
        let to = all.len().min(from + 1 + usize::from(dump.plan.part));
        let reports_it = !matches!(dump.of, Object::Things { .. });
        let changed = dump.plan.by_position && reports_it && self.changes != dump.changes;
        let flags = match changed || dump.plan.interrupted {
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
        let ends = part.is_empty() || (dump.plan.end_inside && to == all.len());
        if ends {
            let fails = dump.plan.fails.is_some();
            let code = if fails { -Errno::NOMEM.raw_os_error() } else { 0 };
            bytes.extend(control(Control::DONE, flags, dump.seq, &code.to_ne_bytes()));
        }
        let fault = self.part_fault.take();
        let items = apply_fault(fault, bytes, || self.forged());
        self.replies.extend(items);
        self.running = (!ends).then_some(dump);
    }
}
