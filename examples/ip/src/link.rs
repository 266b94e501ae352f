//! `ip link show`, and printing of links for `ip address` and `ip monitor`.

use core::fmt::{Display, Write};

use barelink_codec::Parsed;
use barelink_codec::frame::NESTED;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::af_spec::{AddrGenMode, FamilySpec, Inet6};
use barelink_codec::rtnl::link::xdp::{Xdp, XdpAttached};
use barelink_codec::rtnl::link::{
    self, ExtMask, Hardware, Link, LinkFlags, LinkHeader, LinkInfo, ProtoDownReason,
};
use barelink_codec::value::Str;
use barelink_transport::Channel;

use super::body::Body;
use super::index::Index;
use super::names::{self, GROUPS, HARDWARE, Names};
use super::output::{TextBuffer, Value};
use super::prefix::Address;
use super::print_table::{self, Form, PrintTable, by, print_table, show};
use super::printer::Printer;
use super::request;
use super::words::{Exit, TextOutput, Words, duplicate_or_garbage, invalid_argument};
use super::{Ip, errors, kind, stats, vf};

/// Filter of links.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'w> {
    /// Name of the link.
    pub device: Option<&'w str>,
    /// Index of the link; 0 matches any.
    pub index: u32,
    /// `true` if only links with `IFF_UP` match.
    pub up: bool,
    /// Link group.
    pub group: Option<u32>,
    /// Index of the master; 0 matches any.
    pub master: u32,
    /// Link kind.
    pub kind: Option<&'w str>,
    /// Kind of the link's master.
    pub slave_kind: Option<&'w str>,
}

impl<'w> Filter<'w> {
    /// Parses a filter argument; returns `false` if the word is none.
    pub fn word<C: Channel>(
        &mut self,
        word: &'w str,
        words: &mut Words<'w>,
        printer: &mut Printer<'_, '_, C>,
    ) -> Result<bool, Exit> {
        match word {
            "up" => self.up = true,
            "group" => {
                let group = words.value(printer.err)?;
                let number = names::number(group, GROUPS);
                self.group = number;
                if number.is_none() {
                    return Err(invalid_argument(printer.err, group, "Invalid \"group\" value\n"));
                }
            }
            "master" => {
                let name = words.value(printer.err)?;
                self.master = printer.find_or(name, "Device does not exist\n")?;
            }
            "vrf" => {
                let name = words.value(printer.err)?;
                self.master = printer.find_or(name, "Not a valid VRF name\n")?;
                if !printer.links.is_kind(self.master, "vrf") {
                    return Err(invalid_argument(printer.err, name, "Not a valid VRF name\n"));
                }
            }
            "type" => {
                let kind = words.value(printer.err)?;
                match kind.strip_suffix("_slave") {
                    Some(kind) => self.slave_kind = Some(kind),
                    None => self.kind = Some(kind),
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Sets the name of the link.
    pub fn name(&mut self, word: &'w str, err: &mut TextOutput<'_>) -> Result<(), Exit> {
        if self.device.is_some() {
            return Err(duplicate_or_garbage(err, "dev", word));
        }
        self.device = Some(word);
        Ok(())
    }

    /// Looks up the index of the named link.
    pub fn resolve<C: Channel>(&mut self, printer: &mut Printer<'_, '_, C>) -> Result<(), Exit> {
        let Some(name) = self.device else { return Ok(()) };
        let Some(index) = printer.links.index(name) else {
            writeln!(printer.err, "Device \"{name}\" does not exist.");
            return Err(Exit(1));
        };
        self.index = index;
        Ok(())
    }

    /// Returns whether a link matches.
    pub fn matches(&self, header: &LinkHeader, link: &Index<'_, Link>) -> bool {
        let kind = |wanted: &str, key| {
            let info: Option<Index<'_, LinkInfo>> = link.nest(Link::LINKINFO);
            info.and_then(|info| info.get(key)).is_some_and(|kind: Str<'_>| kind == wanted)
        };
        let group = link.get(Link::GROUP);
        (self.index == 0 || header.index as u32 == self.index)
            && (!self.up || header.flags.contains(LinkFlags::UP))
            && self.group.is_none_or(|wanted| group.is_none_or(|group| group == wanted))
            && (self.master == 0 || link.get(Link::MASTER) == Some(self.master))
            && self.kind.is_none_or(|wanted| kind(wanted, LinkInfo::KIND))
            && self.slave_kind.is_none_or(|wanted| kind(wanted, LinkInfo::SLAVE_KIND))
    }

    /// Adds what the kernel can filter by to a dump request, which it supports for `AF_UNSPEC` and
    /// `AF_PACKET`.
    pub fn request(&self, family: AddressFamily, stats: bool, body: &mut Body) {
        if matches!(family, AddressFamily::UNSPEC | AddressFamily::PACKET) {
            let mask = if stats { ExtMask::VF } else { ExtMask::VF | ExtMask::SKIP_STATS };
            body.put_u32(Link::EXT_MASK.number(), mask.0);
            if self.master != 0 {
                body.put_u32(Link::MASTER.number(), self.master);
            }
            if let Some(kind) = self.kind {
                let info = body.open(Link::LINKINFO.number() | NESTED);
                body.put_text(LinkInfo::KIND.number(), kind);
                body.close(info);
            }
        }
    }
}

/// Runs `ip link show`.
pub fn command<C: Channel>(ip: &mut Ip<'_, '_, C>, mut words: Words<'_>) -> Result<(), Exit> {
    let mut filter = Filter::default();
    while let Some(word) = words.next() {
        if word == "novf" || filter.word(word, &mut words, &mut ip.printer)? {
            continue;
        }
        let name = if word == "dev" { words.value(ip.printer.err)? } else { word };
        filter.name(name, ip.printer.err)?;
    }
    filter.resolve(&mut ip.printer)?;
    let printer = &mut ip.printer;
    printer.out.start();
    if filter.device.is_some() && filter.group.is_none() {
        let mut body = Body::new(&LinkHeader { index: filter.index as i32, ..Default::default() });
        body.put_u32(Link::EXT_MASK.number(), ExtMask::VF.0);
        let result = request::get(&mut ip.kernel, link::GET, &body, &mut |link| {
            show_one(printer, &filter, link);
        });
        result.map_err(|error| errors::request_failed(printer.err, &error))?;
    } else {
        let family = AddressFamily::PACKET;
        let mut body = Body::new(&LinkHeader { family, ..Default::default() });
        filter.request(family, printer.options.stats > 0, &mut body);
        let result = request::dump(&mut ip.kernel, link::GET, &body, &mut |link| {
            show_one(printer, &filter, link);
        });
        result.or_else(|error| errors::dump_failed(printer.err, &error, 1))?;
    }
    printer.out.finish();
    Ok(())
}

/// Prints a link, if it matches.
fn show_one<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    filter: &Filter<'_>,
    link: Parsed<'_, LinkHeader, Link>,
) {
    let index = Index::new(link.attrs);
    // In JSON, a link that does not match is an empty object.
    printer.out.object(None);
    if !filter.matches(&link.header, &index) {
    } else if printer.options.brief {
        print_brief(printer, &index);
        brief_hardware(printer, &link.header, &index);
    } else {
        print(printer, &link.header, &index, false);
    }
    printer.out.end_object();
}

/// Prints a link's name, in text with that of its lower link; returns whether the lower link is
/// down.
fn print_names<C: Channel>(printer: &mut Printer<'_, '_, C>, link: &Index<'_, Link>) -> bool {
    let name: Str<'_> = link.get(Link::IFNAME).unwrap_or(Str(b"<nil>"));
    let mut both = TextBuffer::<64>::new();
    let _ = write!(both, "{name}");
    let mut lower_down = false;
    match (link.get(Link::LINK), link.has(Link::LINK_NETNSID)) {
        (None, _) => {}
        (Some(0), _) => {
            printer.out.key("link", Value::Null(""));
            let _ = both.write_str("@NONE");
        }
        (Some(index), true) => {
            printer.out.key("link_index", index);
            let _ = write!(both, "@if{index}");
        }
        (Some(index), false) => {
            let lower = printer.link(index);
            printer.out.key_string("link", &lower);
            let _ = write!(both, "@{lower}");
            lower_down = !lower.is_up();
        }
    }
    printer.out.key_string("ifname", &name);
    let both = both.as_str();
    match printer.options.brief {
        true => printer.out.text(format_args!("{both:<16} ")),
        false => printer.out.text(format_args!("{both}: ")),
    }
    lower_down
}

/// Names of the flags by bit (`IFF_*`), in printing order.
const FLAGS: Names = "LOOPBACK=3,BROADCAST=1,POINTOPOINT=4,MULTICAST=12,NOARP=7,ALLMULTI=9,PROMISC=8,\
    MASTER=10,SLAVE,DEBUG=2,DYNAMIC=15,AUTOMEDIA=14,PORTSEL=13,NOTRAILERS=5,UP=0,LOWER_UP=16,DORMANT,ECHO";

fn print_flags<C: Channel>(printer: &mut Printer<'_, '_, C>, flags: LinkFlags, lower_down: bool) {
    let out = &mut printer.out;
    out.list(Some("flags"));
    out.literal("<");
    if flags.contains(LinkFlags::UP) && !flags.contains(LinkFlags::RUNNING) {
        // iproute2 prints one more flag for a link without carrier.
        out.element("{},", Value::Text(&"NO-CARRIER"));
    }
    out.bits(flags.without(LinkFlags::RUNNING).0, FLAGS);
    if lower_down {
        out.element(",{}", Value::Text(&"M-DOWN"));
    }
    out.literal("> ");
    out.end_list();
}

const OPERSTATES: Names = "UNKNOWN,NOTPRESENT,DOWN,LOWERLAYERDOWN,TESTING,DORMANT,UP";

fn print_operstate<C: Channel>(printer: &mut Printer<'_, '_, C>, state: u8) {
    match names::name(state.into(), OPERSTATES) {
        Some(name) if printer.options.brief => {
            printer.out.key_string("operstate", &name);
            printer.out.text(format_args!("{name:<14} "));
        }
        Some(name) => printer.out.string("operstate", "state {} ", &name),
        None if printer.out.json => printer.out.key("operstate_index", state),
        None => printer.out.text(format_args!("state {state:#x}")),
    }
}

/// Hardware address, printed as an IP address for tunnel hardware types.
struct HardwareAddress<'a>(Hardware, &'a [u8]);

impl Display for HardwareAddress<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let family = match (self.0, self.1.len()) {
            (Hardware::TUNNEL | Hardware::SIT | Hardware::IPGRE, 4) => AddressFamily::INET,
            (Hardware::TUNNEL6 | Hardware::IP6GRE, 16) => AddressFamily::INET6,
            _ => AddressFamily::UNSPEC,
        };
        Address(family, self.1).fmt(f)
    }
}

/// Prints a link's name and state, as `-brief` does.
pub fn print_brief<C: Channel>(printer: &mut Printer<'_, '_, C>, link: &Index<'_, Link>) {
    print_names(printer, link);
    if let Some(state) = link.get(Link::OPERSTATE) {
        print_operstate(printer, state.0);
    }
}

/// Prints a link's hardware address and flags, as `-brief` does.
fn brief_hardware<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    header: &LinkHeader,
    link: &Index<'_, Link>,
) {
    if let Some(address) = link.get(Link::ADDRESS).filter(|address| !address.0.is_empty()) {
        printer.out.string("address", "{} ", &HardwareAddress(header.hardware, address.0));
    }
    print_flags(printer, header.flags, false);
    printer.out.literal("\n");
}

const EVENTS: Names =
    "REBOOT=1,FEATURE CHANGE,BONDING FAILOVER,NOTIFY PEERS,RESEND IGMP,BONDING OPTION";

/// Prints a link in full.
pub fn print<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    header: &LinkHeader,
    link: &Index<'_, Link>,
    deleted: bool,
) {
    let options = printer.options;
    let do_link = options.links_only;
    if deleted {
        printer.out.any("deleted", "Deleted ", true);
    }
    printer.out.any("ifindex", "{}: ", header.index);
    let lower_down = print_names(printer, link);
    print_flags(printer, header.flags, lower_down);
    if let Some(mtu) = link.get(Link::MTU) {
        printer.out.any("mtu", "mtu {} ", mtu);
    }
    if let Some(xdp) = link.nest(Link::XDP) {
        print_xdp(printer, &xdp);
    }
    if let Some(qdisc) = link.get(Link::QDISC) {
        printer.out.string("qdisc", "qdisc {} ", &qdisc);
    }
    if let Some(master) = link.get(Link::MASTER) {
        printer.device("master", "master {} ", master);
    }
    if let Some(state) = link.get(Link::OPERSTATE) {
        print_operstate(printer, state.0);
    }
    if let Some(mode) = link.get(Link::LINKMODE).filter(|_| do_link) {
        match names::name(mode.0.into(), "DEFAULT,DORMANT") {
            Some(name) => printer.out.string("linkmode", "mode {} ", &name),
            None => printer.out.any("linkmode_index", "mode {} ", mode.0),
        }
    }
    if let Some(group) = link.get(Link::GROUP) {
        printer.name("group", "group {} ", group, GROUPS);
    }
    let queue = link.get(Link::TXQLEN).filter(|queue| *queue > 0 && !options.monitor);
    if let Some(queue) = queue {
        // The text after it begins with a space or a newline.
        printer.out.any("txqlen", "qlen {}", queue as i32);
    }
    if let Some(event) = link.get(Link::EVENT).filter(|event| event.0 > 0) {
        match names::name(event.0, EVENTS) {
            Some(name) => printer.out.string("event", "event {} ", &name),
            None => printer.out.any("event", "event {} ", event.0),
        }
    }
    let all = matches!(options.family, AddressFamily::UNSPEC | AddressFamily::PACKET);
    if all || do_link || options.details || options.monitor {
        print_hardware(printer, header, link);
    }
    print_netns(printer, link);
    if options.details {
        print_details(printer, header, link);
    }
    if let Some(alias) = link.get(Link::IFALIAS).filter(|_| do_link || options.details) {
        printer.out.line();
        printer.out.string("ifalias", "    alias {}", &alias);
    }
    if do_link && options.stats > 0 {
        printer.out.line();
        stats::print(printer, link);
    }
    if let Some(list) = link.get(Link::VFINFO_LIST).filter(|_| do_link || options.details) {
        if link.has(Link::NUM_VF) {
            vf::print(printer, list);
        }
    }
    if let Some(list) = link.get(Link::PROP_LIST) {
        printer.out.list(Some("altnames"));
        for name in list.all(link::PropList::ALT_IFNAME).flatten() {
            printer.out.line();
            printer.out.element("    altname {}", Value::Text(&name));
        }
        printer.out.end_list();
    }
    printer.out.literal("\n");
}

fn print_hardware<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    header: &LinkHeader,
    link: &Index<'_, Link>,
) {
    let out = &mut printer.out;
    out.line();
    match names::name(header.hardware.0.into(), HARDWARE) {
        Some(name) => out.string("link_type", "    link/{} ", &name),
        None => {
            out.string("link_type", "    link/{} ", &format_args!("[{}]", header.hardware.0));
        }
    }
    let address = link.payload(Link::ADDRESS);
    if let Some(address) = address {
        out.string("address", "{}", &HardwareAddress(header.hardware, address));
    }
    if let Some(broadcast) = link.payload(Link::BROADCAST) {
        if header.flags.contains(LinkFlags::POINTOPOINT) {
            out.literal(" peer ");
            out.key("link_pointtopoint", true);
        } else {
            out.literal(" brd ");
        }
        out.string("broadcast", "{}", &HardwareAddress(header.hardware, broadcast));
    }
    let permanent = link.payload(Link::PERM_ADDRESS).filter(|own| Some(*own) != address);
    if let Some(permanent) = permanent {
        out.string("permaddr", " permaddr {}", &HardwareAddress(header.hardware, permanent));
    }
}

/// Names of the protodown reasons: their bit numbers.
const REASONS: Names =
    "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31";

/// Prints the network namespaces of a link, and its protodown state.
fn print_netns<C: Channel>(printer: &mut Printer<'_, '_, C>, link: &Index<'_, Link>) {
    let out = &mut printer.out;
    let mut namespace = |key: &str, word: &str, id: Option<i32>| match id {
        None => {}
        Some(id) if out.json => out.key(key, id),
        Some(id) if id >= 0 => out.text(format_args!(" {word} {id}")),
        Some(_) => out.text(format_args!(" {word} unknown")),
    };
    namespace("link_netnsid", "link-netnsid", link.get(Link::LINK_NETNSID));
    namespace("new_netnsid", "new-netnsid", link.get(Link::NEW_NETNSID));
    if let Some(index) = link.get(Link::NEW_IFINDEX) {
        out.any("new_ifindex", " new-ifindex {}", index);
    }
    if link.get(Link::PROTO_DOWN).is_some_and(|down| down != 0) {
        out.any("proto_down", " protodown on ", true);
    }
    let reason: Option<Index<'_, ProtoDownReason>> = link.nest(Link::PROTO_DOWN_REASON);
    if let Some(reasons) = reason.and_then(|reason| reason.get(ProtoDownReason::VALUE)) {
        out.list(Some("proto_down_reason"));
        out.literal(" protodown_reason <");
        out.bits(reasons, REASONS);
        out.literal("> ");
        out.end_list();
    }
}

fn print_xdp<C: Channel>(printer: &mut Printer<'_, '_, C>, xdp: &Index<'_, Xdp>) {
    let Some(attached) = xdp.get(Xdp::ATTACHED).filter(|at| *at != XdpAttached::NONE) else {
        return;
    };
    printer.out.object(Some("xdp"));
    printer.out.key("mode", attached.0);
    printer.out.literal(match attached {
        XdpAttached::DRV => "xdp ",
        XdpAttached::SKB => "xdpgeneric ",
        XdpAttached::HW => "xdpoffload ",
        XdpAttached::MULTI => "xdpmulti ",
        _ => "xdp[unknown] ",
    });
    if let Some(id) = xdp.get(Xdp::PROG_ID) {
        printer.out.object(Some("prog"));
        printer.out.key("id", id);
        printer.out.end_object();
    }
    printer.out.end_object();
}

const ADDR_GEN_MODES: Names = "@addr_gen_mode";

const DETAILS: PrintTable = print_table! {
    "promiscuity| promiscuity {} " => show(Link::PROMISCUITY),
    "allmulti| allmulti {} " => show(Link::ALLMULTI),
    "min_mtu=minmtu" => show(Link::MIN_MTU),
    "max_mtu=maxmtu" => show(Link::MAX_MTU),
    "netns-immutable|netns-immutable " => by(Link::NETNS_IMMUTABLE, Form::Bool).omit_zero(),
};

const MORE_DETAILS: PrintTable = print_table! {
    "num_tx_queues=numtxqueues" => show(Link::NUM_TX_QUEUES),
    "num_rx_queues=numrxqueues" => show(Link::NUM_RX_QUEUES),
    "gso_max_size" => show(Link::GSO_MAX_SIZE),
    "gso_max_segs" => show(Link::GSO_MAX_SEGS),
    "tso_max_size" => show(Link::TSO_MAX_SIZE),
    "tso_max_segs" => show(Link::TSO_MAX_SEGS),
    "gro_max_size" => show(Link::GRO_MAX_SIZE),
    "gso_ipv4_max_size" => show(Link::GSO_IPV4_MAX_SIZE),
    "gro_ipv4_max_size" => show(Link::GRO_IPV4_MAX_SIZE),
    "phys_port_name=portname" => show(Link::PHYS_PORT_NAME),
    "phys_port_id=portid" => by(Link::PHYS_PORT_ID, Form::HexString),
    "phys_switch_id=switchid" => by(Link::PHYS_SWITCH_ID, Form::HexString),
    "parentbus" => show(Link::PARENT_DEV_BUS_NAME),
    "parentdev" => show(Link::PARENT_DEV_NAME),
};

/// Prints what `-details` adds.
fn print_details<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    header: &LinkHeader,
    link: &Index<'_, Link>,
) {
    print_table::print(printer, &link.all, &DETAILS);
    if let Some(info) = link.nest(Link::LINKINFO) {
        kind::print(printer, &info);
    }
    let spec = header.family != AddressFamily::BRIDGE && printer.options.links_only;
    if let Some(spec) = link.get(Link::AF_SPEC.nested::<FamilySpec>()).filter(|_| spec) {
        let inet6: Option<Index<'_, Inet6>> = Index::new(spec).nest(FamilySpec::INET6);
        if let Some(mode) = inet6.and_then(|inet6| inet6.get(Inet6::ADDR_GEN_MODE)) {
            print_addr_gen_mode(printer, mode);
        }
    }
    print_table::print(printer, &link.all, &MORE_DETAILS);
}

fn print_addr_gen_mode<C: Channel>(printer: &mut Printer<'_, '_, C>, mode: AddrGenMode) {
    let (key, template) = ("inet6_addr_gen_mode", "addrgenmode {} ");
    match names::name(mode.0.into(), ADDR_GEN_MODES) {
        Some(name) => printer.out.string(key, template, &name),
        None => printer.out.string(key, template, &format_args!("{:#04x}", mode.0)),
    }
}
