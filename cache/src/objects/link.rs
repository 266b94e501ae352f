//! Links, as a cache keeps them.
//!
//! Of a link that is switched off, the kernel does not tell when it gets other names or loses them;
//! it tells of all when the link is switched on.

use barelink_codec::rtnl::family::AddressFamily;
use barelink_codec::rtnl::group::Group;
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

/// A link. Statistics are kept by [`LinkWithStats`].
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LinkEntry {
    /// Its index, `ifi_index`.
    pub index: i32,
    /// Its name, `IFLA_IFNAME`.
    pub name: ShortBytes<15>,
    /// Its other names, as many as there is room for.
    pub alt_names: AltNames,
    /// What kind of link it is, `IFLA_INFO_KIND`; empty for hardware. Of a longer one, the start.
    pub kind: ShortBytes<15>,
    /// Its state, `ifi_flags`.
    pub flags: LinkFlags,
    /// The kind of hardware, `ifi_type`.
    pub hardware: Hardware,
    /// Whether packets can go through it, and if not, why, `IFLA_OPERSTATE`.
    pub state: OperState,
    /// Whether there is a signal, `IFLA_CARRIER`; of a link that is down, that may be out of date.
    pub carrier: bool,
    /// The longest packet that it sends, in bytes, `IFLA_MTU`.
    pub mtu: u32,
    /// Its hardware address, `IFLA_ADDRESS`.
    pub address: ShortBytes<32>,
    /// The index of the link that it is a port of, `IFLA_MASTER`; 0 for none.
    pub master: u32,
    /// The index of the link under it, or of a pair's other end, `IFLA_LINK`; 0 for none.
    pub link: u32,
    /// The namespace that `link` is in, if it is another one, `IFLA_LINK_NETNSID`.
    pub link_nsid: Option<i32>,
    /// A number to address several links by, `IFLA_GROUP`.
    pub group: u32,
    /// How many packets may wait to be sent, `IFLA_TXQLEN`.
    pub txqlen: u32,
    /// How often the signal came or went, `IFLA_CARRIER_CHANGES`; of a link that is down, likewise.
    pub carrier_changes: u32,
}

/// What a link was told to have as other names, `IFLA_ALT_IFNAME`: four at most, of 80 bytes
/// together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AltNames {
    /// Each behind its length.
    bytes: ShortBytes<84>,
    truncated: bool,
}

/// As many other names can be looked up.
pub(crate) const ALT_NAMES: usize = 4;

impl AltNames {
    fn add(&mut self, name: &[u8]) {
        let fits = self.iter().nth(ALT_NAMES.saturating_sub(1)).is_none()
            && self.bytes.extend(&[u8::try_from(name.len()).unwrap_or(u8::MAX)], name);
        self.truncated |= !fits;
    }

    /// Every name that there was room for.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.bytes.as_bytes();
        core::iter::from_fn(move || {
            let (len, after) = rest.split_first()?;
            let (name, after) = after.split_at_checked(usize::from(*len))?;
            rest = after;
            Some(name)
        })
    }

    /// Whether there was no room for some.
    pub const fn is_truncated(&self) -> bool {
        self.truncated
    }
}

barelink_codec::flags! {
    /// Which fields of a link differ.
    pub LinkFields "": u32 {
        /// Its name.
        0x1 => NAME,
        /// Its other names.
        0x2 => ALT_NAMES,
        /// Its kind, or that of its hardware.
        0x4 => KIND,
        /// Its flags.
        0x8 => FLAGS,
        /// Its operational state.
        0x10 => STATE,
        /// Its carrier.
        0x20 => CARRIER,
        /// Its MTU.
        0x40 => MTU,
        /// Its hardware address.
        0x80 => ADDRESS,
        /// The link that it is a port of.
        0x100 => MASTER,
        /// The link under it.
        0x200 => LINK,
        /// Its group.
        0x400 => GROUP,
        /// Its queue's length.
        0x800 => TXQLEN,
        /// What it counts.
        0x1000 => STATS,
    }
}

impl Diff for LinkFields {
    fn is_empty(&self) -> bool {
        *self == LinkFields::EMPTY
    }
}

impl LinkEntry {
    /// A link of which nothing is known but its index.
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

    /// One walk over the attributes; one that cannot be read leaves its field as it was. Gives
    /// whether the link was told of in full: the kernel never leaves out the MTU then.
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
            // The kernel does not tell what becomes of the signal of a link that is down.
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

    /// One end of a pair is told of before there is the other; that they belong together, the other
    /// end alone says.
    fn has_no_peer(&self) -> bool {
        self.link == 0 && self.kind == "veth"
    }

    /// This end of a pair, if that is the other end.
    fn with_peer(&self, other: &Self) -> Option<Self> {
        let is_pair = self.has_no_peer()
            && (other.kind, other.link, other.link_nsid) == (self.kind, self.index as u32, None);
        is_pair.then(|| LinkEntry { link: other.index as u32, ..self.clone() })
    }

    pub(crate) fn has_name(&self, name: &[u8]) -> bool {
        self.name.as_bytes() == name || self.alt_names.iter().any(|other| other == name)
    }
}

/// Looks up the ends of pairs that lack the other.
const UNPAIRED_LOOKUP: usize = 1 + ALT_NAMES;
/// What they are all looked up by.
const UNPAIRED_KEY: u32 = 0;

fn candidates(trigger: &Trigger, nth: usize) -> Candidates {
    match trigger {
        Trigger::Link { .. } if nth == 0 => {
            Candidates::Lookup { lookup: UNPAIRED_LOOKUP, key: UNPAIRED_KEY }
        }
        _ => Candidates::None,
    }
}

/// Whether a link has left a bond: one that is deleted gives it its MTU back, and does not tell.
fn left_bond(trigger: &Trigger, kind: impl Fn(i32) -> Option<ShortBytes<15>>) -> bool {
    match *trigger {
        Trigger::Link { master, previous: Some(previous), .. } if previous.master != master => {
            kind(previous.master as i32).is_some_and(|kind| kind == "bond")
        }
        _ => false,
    }
}

/// Finds links by any of their names.
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

/// What a message says of a link, and whether in full; `None` for what is told on behalf of a
/// bridge, or of IPv6: the link itself is told of besides.
type ReadLink<'a> = (LinkEntry, UpdateOp, Attrs<'a, Link>);

fn read<'a>(message: &Message<'a>) -> Result<Option<ReadLink<'a>>, Error> {
    let (link, gone) = match message.parse(link::NEW) {
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
    if gone {
        // Where it is an alt_names name that has gone, the kernel says NEWLINK.
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
        // An event of wireless extensions, or the like: flags, and perhaps a name.
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
    /// The link of this name, its own or another that it has.
    pub fn by_name(&self, name: &(impl AsRef<[u8]> + ?Sized)) -> Option<&LinkEntry> {
        let name = name.as_ref();
        (0..=ALT_NAMES)
            .find_map(|lookup| self.lookup(lookup, name).find(|link| link.has_name(name)))
    }
}

/// A link, and what has gone through it. The kernel tells of that when it tells of something else,
/// and when all are read; it counts as a change.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LinkWithStats {
    /// The link.
    pub link: LinkEntry,
    /// What has gone through it, `IFLA_STATS64`.
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
    /// The link of this name, its own or another that it has.
    pub fn by_name(&self, name: &(impl AsRef<[u8]> + ?Sized)) -> Option<&LinkWithStats> {
        let name = name.as_ref();
        (0..=ALT_NAMES)
            .find_map(|lookup| self.lookup(lookup, name).find(|entry| entry.link.has_name(name)))
    }
}
