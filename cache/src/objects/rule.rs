//! Policy routing rules: [`RuleEntry`].
//!
//! A rule is added and deleted, but never changed. The kernel computes three of its flags on
//! request and does not notify of their changes; they are not stored. `FIB_RULE_IIF_DETACHED` and
//! `FIB_RULE_OIF_DETACHED` follow from the links, `FIB_RULE_UNRESOLVED` from the other rules:
//! [`Cache::is_unresolved`].
//!
//! Rules that are equal in every field are stored as one.

use core::net::IpAddr;

use barelink_codec::rtnl::group::Group;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::{RouteProtocol, RouteTable};
use barelink_codec::rtnl::rule::{
    self, PortRange, Rule, RuleAction, RuleFlags, RuleHeader, UidRange,
};
use barelink_codec::{Attrs, Error, Flags, Message};

use crate::bits::halves;
use crate::cache::Cache;
use crate::entry::{DumpRequest, Entry, Index, Update, UpdateOp};
use crate::filter::{ClassicFilter, Condition};
use crate::hash::Hasher;
use crate::kernel_rules::{KernelRules, Plan};
use crate::lookup::Lookups;
use crate::short_bytes::ShortBytes;
use crate::view::CacheView;

/// Policy routing rule: selects the table of a packet's route lookup (`struct fib_rule_hdr`). A
/// packet has to match every selector.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RuleEntry {
    /// Priority (`FRA_PRIORITY`); the lowest is evaluated first.
    pub priority: u32,
    /// Routing table (`FRA_TABLE`).
    pub table: RouteTable,
    /// Priority of the rule to continue with (`FRA_GOTO`); 0 for none.
    pub goto: u32,
    /// Flags, without [`RuleFlags::UNRESOLVED`], [`RuleFlags::IIF_DETACHED`] and
    /// [`RuleFlags::OIF_DETACHED`], which depend on other objects.
    pub flags: RuleFlags,
    /// Selector: packet mark (`FRA_FWMARK`).
    pub mark: u32,
    /// Mask of the packet mark (`FRA_FWMASK`); 0 for any mark.
    pub mark_mask: u32,
    /// Routing realms (`FRA_FLOW`), the source realm in the upper 16 bits.
    pub realms: u32,
    /// Selector: IPv6 flow label (`FRA_FLOWLABEL`).
    pub flow_label: u32,
    /// Mask of the flow label (`FRA_FLOWLABEL_MASK`); 0 for any.
    pub flow_label_mask: u32,
    /// Longest prefix length of routes that are ignored (`FRA_SUPPRESS_PREFIXLEN`).
    pub suppress_prefix_len: Option<u8>,
    /// Link group whose routes are ignored (`FRA_SUPPRESS_IFGROUP`).
    pub suppress_group: Option<u32>,
    /// Selector: tunnel ID (`FRA_TUN_ID`); 0 for any.
    pub tunnel: u64,
    /// Selector: user IDs (`FRA_UID_RANGE`).
    pub users: Option<UidRange>,
    /// Selector: source ports (`FRA_SPORT_RANGE`); 0 to 0 for any.
    pub source_ports: PortRange,
    /// Selector: destination ports (`FRA_DPORT_RANGE`); 0 to 0 for any.
    pub destination_ports: PortRange,
    /// Mask of the source port (`FRA_SPORT_MASK`); 0 if the kernel does not report it.
    pub source_port_mask: u16,
    /// Mask of the destination port (`FRA_DPORT_MASK`); 0 if the kernel does not report it.
    pub destination_port_mask: u16,
    /// Selector: source prefix (`FRA_SRC`), with its length in bits.
    pub src: Option<(IpAddr, u8)>,
    /// Selector: destination prefix (`FRA_DST`), with its length in bits.
    pub dst: Option<(IpAddr, u8)>,
    /// Selector: name of the input link (`FRA_IIFNAME`); `lo` for locally generated packets, empty
    /// for any.
    pub iif: ShortBytes<15>,
    /// Selector: name of the output link that the sender's socket is bound to (`FRA_OIFNAME`);
    /// empty for any.
    pub oif: ShortBytes<15>,
    /// Address family, IPv4 or IPv6.
    pub family: AddressFamily,
    /// Action on packets that match (`FR_ACT_*`).
    pub action: RuleAction,
    /// Protocol that added the rule (`FRA_PROTOCOL`).
    pub protocol: RouteProtocol,
    /// Selector: TOS; 0 for any.
    pub tos: u8,
    /// Selector: DSCP (`FRA_DSCP`).
    pub dscp: Option<u8>,
    /// Mask of the DSCP (`FRA_DSCP_MASK`); 0 if the kernel does not report it.
    pub dscp_mask: u8,
    /// Selector: IP protocol (`FRA_IP_PROTO`); 0 for any.
    pub ip_proto: u8,
    /// `true` if the table is that of the packet's VRF (`FRA_L3MDEV`).
    pub l3mdev: bool,
    dump_mark: DumpMark,
}

/// Dump in which a rule was last seen, and whether it is there more than once. Not part of the
/// rule's identity.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
struct DumpMark(u32);

impl DumpMark {
    /// Several rules are equal.
    const DUPLICATE: u32 = 1;
    /// Seen in a notification.
    const NOTIFIED: DumpMark = DumpMark(0);

    /// Seen in the dump with this sequence number.
    const fn dumped(seq: u32) -> DumpMark {
        DumpMark(seq << 1)
    }
    const fn duplicate(self, duplicate: bool) -> DumpMark {
        DumpMark(self.0 & !DumpMark::DUPLICATE | duplicate as u32)
    }
    const fn is_duplicate(self) -> bool {
        self.0 & DumpMark::DUPLICATE != 0
    }
    const fn is_of_dump(self, other: DumpMark) -> bool {
        self.0 & !DumpMark::DUPLICATE == other.0
    }
}

impl PartialEq for DumpMark {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Key of rules: priority, table and prefixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RuleKey {
    src: [u64; 2],
    dst: [u64; 2],
    priority: u32,
    table: u32,
    /// Family and the two prefix lengths.
    small: [u8; 3],
}

/// Flags that depend on other objects.
const VOLATILE: RuleFlags =
    RuleFlags(RuleFlags::UNRESOLVED.0 | RuleFlags::IIF_DETACHED.0 | RuleFlags::OIF_DETACHED.0);

impl RuleEntry {
    fn new(header: RuleHeader) -> Self {
        RuleEntry {
            priority: 0,
            table: header.table,
            goto: 0,
            flags: header.flags.without(VOLATILE),
            mark: 0,
            mark_mask: 0,
            realms: 0,
            flow_label: 0,
            flow_label_mask: 0,
            suppress_prefix_len: None,
            suppress_group: None,
            tunnel: 0,
            users: None,
            source_ports: PortRange::default(),
            destination_ports: PortRange::default(),
            source_port_mask: 0,
            destination_port_mask: 0,
            src: None,
            dst: None,
            iif: ShortBytes::EMPTY,
            oif: ShortBytes::EMPTY,
            family: header.family,
            action: header.action,
            protocol: RouteProtocol::UNSPEC,
            tos: header.tos,
            dscp: None,
            dscp_mask: 0,
            ip_proto: 0,
            l3mdev: false,
            dump_mark: DumpMark::NOTIFIED,
        }
    }

    /// Reads the attributes. Each identifies the rule, so one that cannot be read is an error.
    fn fill(&mut self, header: RuleHeader, attrs: Attrs<'_, Rule>) -> Result<(), Error> {
        for attr in attrs {
            let attr = attr?;
            macro_rules! fields {
                ($($key:ident => |$value:ident| $set:expr,)*) => {
                    match attr.number() {
                        $( number if number == Rule::$key.number() => {
                            if let Some($value) = attr.get(Rule::$key)? { $set; }
                        } )*
                        _ => {}
                    }
                };
            }
            fields! {
                PRIORITY => |priority| self.priority = priority,
                TABLE => |table| self.table = table,
                GOTO => |goto| self.goto = goto,
                FWMARK => |mark| self.mark = mark,
                FWMASK => |mask| self.mark_mask = mask,
                FLOW => |realms| self.realms = realms,
                FLOWLABEL => |label| self.flow_label = label,
                FLOWLABEL_MASK => |mask| self.flow_label_mask = mask,
                SUPPRESS_PREFIXLEN => |len| self.suppress_prefix_len =
                    (len >= 0).then(|| u8::try_from(len).unwrap_or(u8::MAX)),
                SUPPRESS_IFGROUP => |group| self.suppress_group = Some(group),
                TUN_ID => |tunnel| self.tunnel = tunnel,
                UID_RANGE => |users| self.users = Some(users),
                SPORT_RANGE => |ports| self.source_ports = ports,
                DPORT_RANGE => |ports| self.destination_ports = ports,
                SPORT_MASK => |mask| self.source_port_mask = mask,
                DPORT_MASK => |mask| self.destination_port_mask = mask,
                SRC => |src| self.src = Some((src, header.src_len)),
                DST => |dst| self.dst = Some((dst, header.dst_len)),
                IIFNAME => |name| self.iif = ShortBytes::new(name.0),
                OIFNAME => |name| self.oif = ShortBytes::new(name.0),
                PROTOCOL => |protocol| self.protocol = protocol,
                DSCP => |dscp| self.dscp = Some(dscp),
                DSCP_MASK => |mask| self.dscp_mask = mask,
                IP_PROTO => |proto| self.ip_proto = proto,
                L3MDEV => |l3mdev| self.l3mdev = l3mdev != 0,
            }
        }
        Ok(())
    }
}

/// Selection of the wanted rules. Look-up: by priority.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RuleIndex {
    family: Option<AddressFamily>,
}

impl RuleIndex {
    /// Every rule of IPv4 and IPv6.
    pub const ALL: Self = RuleIndex { family: None };

    /// Restricts the selection to a family, IPv4 or IPv6.
    pub const fn with_family(self, family: AddressFamily) -> Self {
        RuleIndex { family: Some(family) }
    }

    /// Look-up by priority.
    const BY_PRIORITY: usize = 0;

    /// Returns the wanted families.
    fn families(&self) -> impl Iterator<Item = AddressFamily> {
        let wanted = self.family;
        [AddressFamily::INET, AddressFamily::INET6]
            .into_iter()
            .filter(move |family| wanted.is_none_or(|wanted| wanted == *family))
    }
}

impl Index<RuleEntry> for RuleIndex {
    type Lookups = Lookups<1>;
    const NEW: Self = RuleIndex::ALL;

    fn hash(entry: &RuleEntry, _: usize, hasher: Hasher) -> Option<u32> {
        Some(hasher.hash_one(&entry.priority))
    }
    fn wants(&self, entry: &RuleEntry) -> bool {
        self.families().any(|family| family == entry.family)
    }
}

impl Entry for RuleEntry {
    type Key = RuleKey;
    type Diff = bool;
    type Index = RuleIndex;
    const GROUPS: &'static [u32] = &[Group::IPV4_RULE.0, Group::IPV6_RULE.0];

    fn key(&self) -> RuleKey {
        let split = |network: Option<(IpAddr, u8)>| match network {
            Some((IpAddr::V4(v4), len)) => ([u32::from_ne_bytes(v4.octets()).into(), 0], len),
            Some((IpAddr::V6(v6), len)) => (halves(v6.octets()), len),
            None => ([0, 0], 0),
        };
        let ((src, src_len), (dst, dst_len)) = (split(self.src), split(self.dst));
        let small = [self.family.0, src_len, dst_len];
        RuleKey { src, dst, priority: self.priority, table: self.table.0, small }
    }

    fn identical(&self, other: &Self) -> bool {
        self == other
    }

    fn diff(&self, new: &Self) -> bool {
        self != new
    }

    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
        let (rule, deleted) = match message.parse(rule::NEW) {
            Some(rule) => (rule, false),
            None => match message.parse(rule::DEL) {
                Some(rule) => (rule, true),
                None => return Ok(None),
            },
        };
        if !matches!(rule.header.family, AddressFamily::INET | AddressFamily::INET6) {
            return Ok(None);
        }
        let mut entry = RuleEntry::new(rule.header);
        entry.fill(rule.header, rule.attrs)?;
        let op = match (deleted, message.flags.contains(Flags::MULTI)) {
            (true, _) => UpdateOp::Delete,
            (false, true) => UpdateOp::Full,
            (false, false) => UpdateOp::Append,
        };
        if op == UpdateOp::Full {
            entry.dump_mark = DumpMark::dumped(message.seq);
        }
        Ok(Some(Update { entry, op }))
    }

    fn dump_request(index: &RuleIndex, step: usize, request: &mut DumpRequest<'_>) -> bool {
        // One dump per family, as a kernel without IPv6 answers its dump with an error.
        let Some(family) = index.families().nth(step) else { return false };
        request.dump(rule::GET, RuleHeader { family, ..Default::default() }, |_| {})
    }

    fn wants_group(index: &RuleIndex, group: u32) -> bool {
        let family = match Group(group) {
            Group::IPV4_RULE => AddressFamily::INET,
            _ => AddressFamily::INET6,
        };
        index.families().any(|wanted| wanted == family)
    }

    fn socket_filter(index: &RuleIndex, filter: &mut ClassicFilter) {
        // `struct fib_rule_hdr`: the family is at offset 0.
        for message_type in [rule::NEW.number(), rule::DEL.number()] {
            for family in index.families() {
                filter.accept(message_type, &[Condition::byte(0, family.0)]);
            }
        }
    }
}

impl KernelRules for RuleEntry {
    fn reconcile(update: Update<Self>, view: &CacheView<'_, Self>) -> Plan<Self> {
        let Update { mut entry, op } = update;
        let at = view.find(&entry);
        let Some(stored) = at.and_then(|slot| view.at(slot)) else {
            return Plan::simple(Update { entry, op }, view);
        };
        match op {
            // One of several equal rules.
            UpdateOp::Delete if stored.dump_mark.is_duplicate() => return Plan::Resync,
            UpdateOp::Delete => return Plan::Remove { at, entry },
            // Twice in one dump.
            UpdateOp::Full => {
                entry.dump_mark =
                    entry.dump_mark.duplicate(stored.dump_mark.is_of_dump(entry.dump_mark))
            }
            _ => entry.dump_mark = entry.dump_mark.duplicate(true),
        }
        Plan::Put { at, entry, before: None, resync: false }
    }
}

impl<const N: usize> Cache<RuleEntry, N> {
    /// Returns the rules with this family and priority.
    pub fn at_priority(
        &self,
        family: AddressFamily,
        priority: u32,
    ) -> impl Iterator<Item = &RuleEntry> {
        self.lookup(RuleIndex::BY_PRIORITY, &priority)
            .filter(move |rule| rule.family == family && rule.priority == priority)
    }

    /// Returns whether the target rule of a goto is missing (`FIB_RULE_UNRESOLVED`).
    pub fn is_unresolved(&self, rule: &RuleEntry) -> bool {
        rule.action == RuleAction::GOTO && self.at_priority(rule.family, rule.goto).next().is_none()
    }
}
