//! Links: [`LinkEntry`], [`LinkWithStats`].
//!
//! While a link is down, the kernel does not notify of added and deleted alternative names; it
//! reports all of them when the link goes up.

use barelink_codec::rtnl::group::Group;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::{
    self, ExtMask, Hardware, Link, LinkFlags, LinkHeader, LinkInfo, LinkStats64, OperState,
    PropList,
};
use barelink_codec::{Attrs, Error, Message};

use crate::bits::mask_of;
use crate::cache::Cache;
use crate::entry::{Diff, DumpRequest, Entry, Index, Update, UpdateOp};
use crate::filter::ClassicFilter;
use crate::hash::Hasher;
use crate::kernel_rules::{Candidates, Effect, KernelRules, Plan};
use crate::lookup::Lookups;
use crate::short_bytes::ShortBytes;
use crate::trigger::{LinkState, Trigger, is_running};
use crate::view::CacheView;

/// Link (`struct ifinfomsg`). [`LinkWithStats`] adds statistics.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LinkEntry {
    /// Interface index (`ifi_index`).
    pub index: i32,
    /// Name (`IFLA_IFNAME`).
    pub name: ShortBytes<15>,
    /// Alternative names (`IFLA_ALT_IFNAME`), as many as fit.
    pub alt_names: AltNames,
    /// Link kind (`IFLA_INFO_KIND`), truncated to 15 bytes; empty for physical devices.
    pub kind: ShortBytes<15>,
    /// Flags (`ifi_flags`).
    pub flags: LinkFlags,
    /// Hardware type (`ifi_type`, `ARPHRD_*`).
    pub hardware: Hardware,
    /// Operational state (`IFLA_OPERSTATE`, RFC 2863).
    pub state: OperState,
    /// `true` if the link has a carrier (`IFLA_CARRIER`). May be outdated while the link is down.
    pub carrier: bool,
    /// MTU in bytes (`IFLA_MTU`).
    pub mtu: u32,
    /// Hardware address (`IFLA_ADDRESS`).
    pub address: ShortBytes<32>,
    /// Interface index of the master (`IFLA_MASTER`); 0 for none.
    pub master: u32,
    /// Interface index of the underlying link, or of the peer of a pair (`IFLA_LINK`); 0 for none.
    pub link: u32,
    /// Namespace ID (nsid) of the network namespace of `link`, if it is another one
    /// (`IFLA_LINK_NETNSID`).
    pub link_nsid: Option<i32>,
    /// Group of the link (`IFLA_GROUP`).
    pub group: u32,
    /// Transmit queue length in packets (`IFLA_TXQLEN`).
    pub txqlen: u32,
    /// Number of carrier changes (`IFLA_CARRIER_CHANGES`). May be outdated while the link is down.
    pub carrier_changes: u32,
}

/// Alternative names of a link (`IFLA_ALT_IFNAME`): at most four, of 80 bytes in total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AltNames {
    /// Names, each after its length.
    bytes: ShortBytes<84>,
    truncated: bool,
}

/// Maximum number of alternative names, each with a look-up.
pub(crate) const ALT_NAMES: usize = 4;

impl AltNames {
    fn add(&mut self, name: &[u8]) {
        let fits = self.iter().nth(ALT_NAMES.saturating_sub(1)).is_none()
            && self.bytes.extend(&[u8::try_from(name.len()).unwrap_or(u8::MAX)], name);
        self.truncated |= !fits;
    }

    /// Returns the names that fit.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.bytes.as_bytes();
        core::iter::from_fn(move || {
            let (len, after) = rest.split_first()?;
            let (name, after) = after.split_at_checked(usize::from(*len))?;
            rest = after;
            Some(name)
        })
    }

    /// Returns whether some names did not fit.
    pub const fn is_truncated(&self) -> bool {
        self.truncated
    }
}

barelink_codec::flags! {
    /// Fields in which two links differ.
    pub LinkFields "": u32 {
        /// Interface name (`IFLA_IFNAME`).
        0x1 => NAME,
        /// Alternative names.
        0x2 => ALT_NAMES,
        /// Link kind, or hardware type.
        0x4 => KIND,
        /// Interface flags (`ifi_flags`, `IFF_*`).
        0x8 => FLAGS,
        /// Operational state.
        0x10 => STATE,
        /// Carrier, or the number of its changes.
        0x20 => CARRIER,
        /// Maximum transmission unit (`IFLA_MTU`).
        0x40 => MTU,
        /// Hardware address.
        0x80 => ADDRESS,
        /// Interface index of the master (`IFLA_MASTER`).
        0x100 => MASTER,
        /// Underlying link or peer, or its namespace.
        0x200 => LINK,
        /// Interface group (`IFLA_GROUP`).
        0x400 => GROUP,
        /// Transmit queue length.
        0x800 => TXQLEN,
        /// Statistics.
        0x1000 => STATS,
    }
}

impl Diff for LinkFields {
    fn is_empty(&self) -> bool {
        *self == LinkFields::EMPTY
    }
}

impl LinkEntry {
    /// Creates a link with an index, and defaults otherwise.
    pub(crate) fn with_index(index: i32) -> Self {
        LinkEntry {
            index,
            name: ShortBytes::EMPTY,
            alt_names: AltNames::default(),
            kind: ShortBytes::EMPTY,
            flags: LinkFlags::EMPTY,
            hardware: Hardware(0),
            state: OperState::UNKNOWN,
            carrier: false,
            mtu: 0,
            address: ShortBytes::EMPTY,
            master: 0,
            link: 0,
            link_nsid: None,
            group: 0,
            txqlen: 0,
            carrier_changes: 0,
        }
    }

    /// Reads the attributes. One that cannot be read leaves its field unchanged. Returns whether
    /// the message is complete: the kernel always includes the MTU then.
    fn fill(&mut self, attrs: Attrs<'_, Link>) -> Result<bool, Error> {
        let mut full = false;
        for attr in attrs {
            let attr = attr?;
            macro_rules! field {
                ($($key:ident => |$value:ident| $set:expr,)*) => {
                    match attr.number() {
                        $( number if number == Link::$key.number() => {
                            if let Ok(Some($value)) = attr.get(Link::$key) { $set; }
                        } )*
                        _ => {}
                    }
                };
            }
            field! {
                IFNAME => |name| self.name = ShortBytes::new(name.0),
                MTU => |mtu| (self.mtu, full) = (mtu, true),
                ADDRESS => |address| self.address = ShortBytes::new(address.0),
                OPERSTATE => |state| self.state = state,
                CARRIER => |carrier| self.carrier = carrier != 0,
                CARRIER_CHANGES => |changes| self.carrier_changes = changes,
                MASTER => |master| self.master = master,
                LINK => |link| self.link = link,
                LINK_NETNSID => |nsid| self.link_nsid = (nsid >= 0).then_some(nsid),
                GROUP => |group| self.group = group,
                TXQLEN => |len| self.txqlen = len,
                LINKINFO => |info| if let Ok(Some(kind)) = info.get(LinkInfo::KIND) {
                    self.kind = ShortBytes::new(kind.0);
                },
                PROP_LIST => |list| for name in list.all(PropList::ALT_IFNAME).flatten() {
                    self.alt_names.add(name.0);
                },
            }
        }
        Ok(full)
    }

    fn difference(&self, new: &Self) -> LinkFields {
        LinkFields(mask_of([
            (self.name != new.name, LinkFields::NAME.0),
            (self.alt_names != new.alt_names, LinkFields::ALT_NAMES.0),
            (self.kind != new.kind || self.hardware != new.hardware, LinkFields::KIND.0),
            (self.flags != new.flags, LinkFields::FLAGS.0),
            (self.state != new.state, LinkFields::STATE.0),
            // The kernel does not notify of carrier changes while the link is down.
            (
                (self.is_up() || new.is_up())
                    && (self.carrier, self.carrier_changes) != (new.carrier, new.carrier_changes),
                LinkFields::CARRIER.0,
            ),
            (self.mtu != new.mtu, LinkFields::MTU.0),
            (self.address != new.address, LinkFields::ADDRESS.0),
            (self.master != new.master, LinkFields::MASTER.0),
            (self.link != new.link || self.link_nsid != new.link_nsid, LinkFields::LINK.0),
            (self.group != new.group, LinkFields::GROUP.0),
            (self.txqlen != new.txqlen, LinkFields::TXQLEN.0),
        ]))
    }

    fn hash(&self, lookup: usize, hasher: Hasher) -> Option<u32> {
        let name = match lookup.checked_sub(1) {
            Some(ALT_NAMES) => return self.has_no_peer().then(|| hasher.hash_one(&UNPAIRED_KEY)),
            None => Some(self.name.as_bytes()).filter(|name| !name.is_empty()),
            Some(other) => self.alt_names.iter().nth(other),
        };
        Some(hasher.hash_one(name?))
    }

    fn state(&self) -> LinkState {
        LinkState { up: self.is_up(), running: is_running(self.flags), master: self.master }
    }

    fn is_up(&self) -> bool {
        self.flags.contains(LinkFlags::UP)
    }

    /// Returns whether the link is an end of a pair whose peer is not known: the kernel notifies of
    /// the first end before it creates the second, which alone names its peer.
    fn has_no_peer(&self) -> bool {
        self.link == 0 && self.kind == "veth"
    }

    /// Returns this end of a pair with its peer, if that is the other link.
    fn with_peer(&self, other: &Self) -> Option<Self> {
        let is_pair = self.has_no_peer()
            && (other.kind, other.link, other.link_nsid) == (self.kind, self.index as u32, None);
        is_pair.then(|| LinkEntry { link: other.index as u32, ..self.clone() })
    }

    pub(crate) fn has_name(&self, name: &[u8]) -> bool {
        self.name.as_bytes() == name || self.alt_names.iter().any(|other| other == name)
    }
}

/// Look-up of the ends of pairs whose peer is not known.
const UNPAIRED_LOOKUP: usize = 1 + ALT_NAMES;
/// Key of that look-up.
const UNPAIRED_KEY: u32 = 0;

fn candidates(trigger: &Trigger, nth: usize) -> Candidates {
    match trigger {
        Trigger::Link { .. } if nth == 0 => {
            Candidates::Lookup { lookup: UNPAIRED_LOOKUP, key: UNPAIRED_KEY }
        }
        _ => Candidates::None,
    }
}

/// Returns whether a link left a bond: a deleted bond restores the MTU of its ports without a
/// notification.
fn left_bond(trigger: &Trigger, kind: impl Fn(i32) -> Option<ShortBytes<15>>) -> bool {
    match *trigger {
        Trigger::Link { master, previous: Some(previous), .. } if previous.master != master => {
            kind(previous.master as i32).is_some_and(|kind| kind == "bond")
        }
        _ => false,
    }
}

/// Look-up of links by name and alternative names.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LinkIndex;

impl Index<LinkEntry> for LinkIndex {
    type Lookups = Lookups<{ 1 + UNPAIRED_LOOKUP }>;
    const NEW: Self = LinkIndex;

    fn hash(link: &LinkEntry, lookup: usize, hasher: Hasher) -> Option<u32> {
        link.hash(lookup, hasher)
    }
}

/// Link, operation, and attributes of a message. Messages of `AF_BRIDGE` and `AF_INET6` are
/// ignored, as the kernel notifies of the link itself as well.
type ReadLink<'a> = (LinkEntry, UpdateOp, Attrs<'a, Link>);

fn read<'a>(message: &Message<'a>) -> Result<Option<ReadLink<'a>>, Error> {
    let (link, deleted) = match message.parse(link::NEW) {
        Some(link) => (link, false),
        None => match message.parse(link::DEL) {
            Some(link) => (link, true),
            None => return Ok(None),
        },
    };
    if link.header.family != AddressFamily::UNSPEC {
        return Ok(None);
    }
    let mut entry = LinkEntry {
        flags: link.header.flags,
        hardware: link.header.hardware,
        ..LinkEntry::with_index(link.header.index)
    };
    if deleted {
        // For a deleted alternative name, the kernel sends `RTM_NEWLINK`.
        entry.fill(link.attrs).ok();
        return Ok(Some((entry, UpdateOp::Delete, link.attrs)));
    }
    let full = entry.fill(link.attrs)?;
    Ok(Some((entry, if full { UpdateOp::Full } else { UpdateOp::Partial }, link.attrs)))
}

fn dump_request(request: &mut DumpRequest<'_>, mask: ExtMask) -> bool {
    request.dump(link::GET, LinkHeader::default(), |link| {
        link.put(Link::EXT_MASK, mask);
    })
}

impl Entry for LinkEntry {
    type Key = i32;
    type Diff = LinkFields;
    type Index = LinkIndex;
    const GROUPS: &'static [u32] = &[Group::LINK.0];

    fn key(&self) -> i32 {
        self.index
    }
    fn diff(&self, new: &Self) -> LinkFields {
        self.difference(new)
    }
    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
        Ok(read(message)?.map(|(entry, op, _)| Update { entry, op }))
    }
    fn dump_request(_: &LinkIndex, step: usize, request: &mut DumpRequest<'_>) -> bool {
        step == 0 && dump_request(request, ExtMask::SKIP_STATS)
    }
    fn socket_filter(_: &LinkIndex, filter: &mut ClassicFilter) {
        filter.accept_types(&[link::NEW.number(), link::DEL.number()]);
    }
}

impl KernelRules for LinkEntry {
    fn reconcile(update: Update<Self>, view: &CacheView<'_, Self>) -> Plan<Self> {
        if update.op != UpdateOp::Partial {
            return Plan::simple(update, view);
        }
        // A partial notification, of wireless extensions for example: flags, and possibly a name.
        let part = update.entry;
        let Some((slot, old)) = view.slots(part.index).next() else { return Plan::Ignore };
        let name = if part.name.is_empty() { old.name } else { part.name };
        let entry = LinkEntry { name, flags: part.flags, ..old.clone() };
        Plan::Put { at: Some(slot), entry, before: None, resync: false }
    }
    fn candidates(trigger: &Trigger, nth: usize) -> Candidates {
        candidates(trigger, nth)
    }
    fn link_state(view: &CacheView<'_, Self>, index: i32) -> Option<LinkState> {
        view.all(index).next().map(LinkEntry::state)
    }
    fn apply(&self, trigger: &Trigger, view: &CacheView<'_, Self>) -> Effect<Self> {
        let Trigger::Link { index, .. } = *trigger else { return Effect::None };
        let other = view.all(index).next();
        other.and_then(|other| self.with_peer(other)).map_or(Effect::None, Effect::Changed)
    }
    fn needs_resync(trigger: &Trigger, view: &CacheView<'_, Self>) -> bool {
        left_bond(trigger, |index| view.all(index).next().map(|link| link.kind))
    }
}

impl<const N: usize> Cache<LinkEntry, N> {
    /// Returns the link with this name or alternative name.
    pub fn by_name(&self, name: &(impl AsRef<[u8]> + ?Sized)) -> Option<&LinkEntry> {
        let name = name.as_ref();
        (0..=ALT_NAMES)
            .find_map(|lookup| self.lookup(lookup, name).find(|link| link.has_name(name)))
    }
}

/// Link with its statistics. The kernel reports these in dumps and along with other changes; a
/// difference is a change.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LinkWithStats {
    /// Link without the statistics.
    pub link: LinkEntry,
    /// Statistics (`IFLA_STATS64`).
    pub stats: LinkStats64,
}

impl Index<LinkWithStats> for LinkIndex {
    type Lookups = Lookups<{ 1 + UNPAIRED_LOOKUP }>;
    const NEW: Self = LinkIndex;

    fn hash(entry: &LinkWithStats, lookup: usize, hasher: Hasher) -> Option<u32> {
        entry.link.hash(lookup, hasher)
    }
}

impl Entry for LinkWithStats {
    type Key = i32;
    type Diff = LinkFields;
    type Index = LinkIndex;
    const GROUPS: &'static [u32] = LinkEntry::GROUPS;

    fn key(&self) -> i32 {
        self.link.index
    }
    fn diff(&self, new: &Self) -> LinkFields {
        let counts = if self.stats == new.stats { LinkFields::EMPTY } else { LinkFields::STATS };
        self.link.difference(&new.link) | counts
    }
    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
        let Some((link, op, attrs)) = read(message)? else { return Ok(None) };
        let stats = attrs.get(Link::STATS64).ok().flatten().unwrap_or_default();
        Ok(Some(Update { entry: LinkWithStats { link, stats }, op }))
    }
    fn dump_request(_: &LinkIndex, step: usize, request: &mut DumpRequest<'_>) -> bool {
        step == 0 && dump_request(request, ExtMask::EMPTY)
    }
    fn socket_filter(_: &LinkIndex, filter: &mut ClassicFilter) {
        filter.accept_types(&[link::NEW.number(), link::DEL.number()]);
    }
}

impl KernelRules for LinkWithStats {
    fn reconcile(update: Update<Self>, view: &CacheView<'_, Self>) -> Plan<Self> {
        if update.op != UpdateOp::Partial {
            return Plan::simple(update, view);
        }
        let part = update.entry.link;
        let Some((slot, old)) = view.slots(part.index).next() else { return Plan::Ignore };
        let name = if part.name.is_empty() { old.link.name } else { part.name };
        let link = LinkEntry { name, flags: part.flags, ..old.link.clone() };
        let entry = LinkWithStats { link, stats: old.stats };
        Plan::Put { at: Some(slot), entry, before: None, resync: false }
    }
    fn candidates(trigger: &Trigger, nth: usize) -> Candidates {
        candidates(trigger, nth)
    }
    fn link_state(view: &CacheView<'_, Self>, index: i32) -> Option<LinkState> {
        view.all(index).next().map(|entry| entry.link.state())
    }
    fn apply(&self, trigger: &Trigger, view: &CacheView<'_, Self>) -> Effect<Self> {
        let Trigger::Link { index, .. } = *trigger else { return Effect::None };
        let paired = view.all(index).next().and_then(|other| self.link.with_peer(&other.link));
        paired.map_or(Effect::None, |link| Effect::Changed(LinkWithStats { link, ..self.clone() }))
    }
    fn needs_resync(trigger: &Trigger, view: &CacheView<'_, Self>) -> bool {
        left_bond(trigger, |index| view.all(index).next().map(|entry| entry.link.kind))
    }
}

impl<const N: usize> Cache<LinkWithStats, N> {
    /// Returns the link with this name or alternative name.
    pub fn by_name(&self, name: &(impl AsRef<[u8]> + ?Sized)) -> Option<&LinkWithStats> {
        let name = name.as_ref();
        (0..=ALT_NAMES)
            .find_map(|lookup| self.lookup(lookup, name).find(|entry| entry.link.has_name(name)))
    }
}
