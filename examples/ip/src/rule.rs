//! `ip rule show`.

use core::fmt::{self, Display};

use barelink_codec::Parsed;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::rule::{self, PortRange, Rule, RuleAction, RuleFlags, RuleHeader};
use barelink_codec::value::Str;
use barelink_transport::Channel;

use super::args::{ArgTable, ArgType, NameTable, ParsedArgs, arg_table, parse_arg, slot};
use super::body::Body;
use super::change::{DeleteBatch, default_family};
use super::index::Index;
use super::names::{self, DSFIELDS, GROUPS, IP_PROTOCOLS, PROTOCOLS, REALMS, ROUTE_TYPES, TABLES};
use super::output::Value;
use super::prefix::{Address, Prefix, host_bits};
use super::printer::Printer;
use super::request;
use super::words::{Exit, Words};
use super::{Ip, errors};

/// DS field, printed as its name or in base 16.
pub struct Tos(pub u8, pub names::Names);

impl Display for Tos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match names::name(self.0.into(), self.1) {
            Some(name) => f.write_str(name),
            None => write!(f, "{:#04x}", self.0),
        }
    }
}

/// Slots of the filter: numbers, names of links, prefixes.
const TABLE: u8 = 0;
const PROTOCOL: u8 = 1;
const PREFERENCE: u8 = 2;
const TOS: u8 = 3;
const MARK: u8 = 4;
const TUNNEL: u8 = 5;
const TRANSPORT: u8 = 6;
const SPORTS: u8 = 7;
const DPORTS: u8 = 8;
const USERS: u8 = 9;
const INVERTED: u8 = 10;
const L3MDEV: u8 = 11;
const IIF: u8 = 0;
const OIF: u8 = 1;
const FROM: u8 = 0;
const TO: u8 = 1;

const WORDS: ArgTable = arg_table! {
    "=not" => slot(INVERTED, ArgType::Nothing),
    "=l3mdev" => slot(L3MDEV, ArgType::Nothing),
    "=from" => slot(FROM, ArgType::Prefix),
    "=to" => slot(TO, ArgType::Prefix),
    "=tos/dsfield!TOS value is invalid" => slot(TOS, ArgType::Dsfield),
    "=fwmark!fwmark value is invalid" => slot(MARK, ArgType::Mark),
    "=dev/iif!!\"iif\"/\"dev\" not a valid ifname" => slot(IIF, ArgType::LinkName),
    "=oif!!\"oif\" not a valid ifname" => slot(OIF, ArgType::LinkName),
    "=uidrange!invalid UID range" => slot(USERS, ArgType::Pair),
    "=tun_id!\"tun_id\" value is invalid" => slot(TUNNEL, ArgType::Number(64)),
    "=lookup!table id value is invalid" => slot(TABLE, ArgType::Named(NameTable::Tables)),
    "=ipproto!Invalid \"ipproto\" value" => slot(TRANSPORT, ArgType::Named(NameTable::IpProtocols)),
    "=sport!invalid port range" => slot(SPORTS, ArgType::Range),
    "=dport!invalid dport range" => slot(DPORTS, ArgType::Range),
    "preference/order/priority!preference value is invalid" => slot(PREFERENCE, ArgType::Number(32)),
    "table!table id value is invalid" => slot(TABLE, ArgType::Named(NameTable::Tables)),
    "protocol!invalid \"protocol\"" => slot(PROTOCOL, ArgType::NamedOrAll(NameTable::Protocols)),
};

/// Dumps rules, and prints those that match or adds those with a priority to `deletions`.
pub fn find<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    mut words: Words<'_>,
    mut deletions: Option<&mut DeleteBatch>,
) -> Result<(), Exit> {
    let mut family = ip.printer.options.family;
    default_family(&mut family, AddressFamily::INET);
    let mut args = ParsedArgs::new(family);
    while let Some(word) = words.next() {
        let printer = &mut ip.printer;
        if !parse_arg(&WORDS, word, &mut words, (&mut args, None), printer)? {
            args.set_prefix(TO, Some(Prefix::parse(word, family, printer.err)?));
        }
    }
    // 0 matches any.
    args.set(PROTOCOL, args.number(PROTOCOL).filter(|protocol| *protocol != 0));
    let printer = &mut ip.printer;
    let header = RuleHeader { family, ..Default::default() };
    let result = request::dump(&mut ip.kernel, rule::GET, &Body::new(&header), &mut |rule| {
        let index = Index::new(rule.attrs);
        if matches(&args, &rule.header, &index) {
            match deletions.as_deref_mut() {
                Some(deletions) if index.has(Rule::PRIORITY) => {
                    deletions.push(printer, &rule.header, rule.attrs.bytes());
                }
                Some(_) => {}
                None => print(printer, &rule, &index, false),
            }
        }
    });
    result
        .or_else(|error| errors::dump_or_flush_failed(printer.err, &error, deletions.is_some(), 1))
}

/// Returns whether a rule matches.
fn matches(args: &ParsedArgs<'_>, header: &RuleHeader, rule: &Index<'_, Rule>) -> bool {
    let pair = |first: u32, last: u32| u64::from(first) << 32 | u64::from(last);
    let ports = |key| {
        let range: Option<PortRange> = rule.get(key);
        range.map(|range| pair(range.start.into(), range.end.into()))
    };
    let users = rule.get(Rule::UID_RANGE).map(|range| pair(range.start, range.end));
    let starts = |slot, payload: Option<&[u8]>, bits| {
        args.prefix(slot).is_none_or(|wanted| {
            let contains = payload.is_some_and(|it| wanted.contains(it, wanted.bits));
            bits >= wanted.bits && (wanted.bits == 0 || contains)
        })
    };
    let named = |slot, link: Option<Str<'_>>| {
        args.text(slot).is_none_or(|name| link.is_some_and(|link| link == name))
    };
    args.matches(&[
        rule.number(Rule::TABLE).or(Some(header.table.0.into())),
        rule.number(Rule::PROTOCOL),
        rule.number(Rule::PRIORITY).or(Some(0)),
        Some(header.tos.into()),
        rule.number(Rule::FWMARK),
        rule.number(Rule::TUN_ID),
        rule.number(Rule::IP_PROTO),
        ports(Rule::SPORT_RANGE),
        ports(Rule::DPORT_RANGE),
        users,
        header.flags.contains(RuleFlags::INVERT).then_some(1),
        rule.number(Rule::L3MDEV).map(|set| set.min(1)),
    ]) && starts(FROM, rule.payload(Rule::SRC), header.src_len)
        && starts(TO, rule.payload(Rule::DST), header.dst_len)
        && named(IIF, rule.get(Rule::IIFNAME))
        && named(OIF, rule.get(Rule::OIFNAME))
}

/// Prints the source or destination prefix of a rule.
fn print_side<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    family: AddressFamily,
    side: (&str, &str, &str),
    address: Option<&[u8]>,
    bits: u8,
) {
    let (word, key, len_key) = side;
    let gap = if key == "src" { "" } else { " " };
    match address {
        Some(address) => {
            let address = Address(family, address);
            printer.out.key_string(key, &address);
            if bits != host_bits(family) {
                printer.out.key(len_key, bits);
                printer.out.text(format_args!("{gap}{word} {address}/{bits}"));
            } else {
                printer.out.text(format_args!("{gap}{word} {address}"));
            }
        }
        None if bits != 0 => {
            printer.out.key_string(key, &"0");
            printer.out.key(len_key, bits);
            printer.out.text(format_args!("{gap}{word} 0/{bits}"));
        }
        None if key == "src" => {
            printer.out.key_string(key, &"all");
            printer.out.text(format_args!("{word} all"));
        }
        None => {}
    }
}

/// Prints a port or range of ports, and its mask.
fn print_ports<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    keys: [&str; 4],
    ports: Option<PortRange>,
    mask: Option<u16>,
) {
    let [one, first, last, mask_key] = keys;
    let Some(ports) = ports else { return };
    if ports.start != ports.end {
        printer.out.key(first, ports.start);
        printer.out.key(last, ports.end);
        printer.out.text(format_args!(" {one} {}-{}", ports.start, ports.end));
        return;
    }
    printer.out.key(one, ports.start);
    match mask {
        Some(mask) => {
            printer.out.key(mask_key, Value::Hex(mask.into()));
            match mask {
                0xffff => printer.out.text(format_args!(" {one} {}", ports.start)),
                mask => printer.out.text(format_args!(" {one} {}/{mask:#x}", ports.start)),
            }
        }
        None => printer.out.text(format_args!(" {one} {}", ports.start)),
    }
}

/// Prints a rule.
pub fn print<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    message: &Parsed<'_, RuleHeader, Rule>,
    rule: &Index<'_, Rule>,
    deleted: bool,
) {
    let header = message.header;
    printer.out.object(None);
    if deleted {
        printer.out.any("deleted", "Deleted ", true);
    }
    printer.out.any("priority", "{}:\t", rule.get(Rule::PRIORITY).unwrap_or(0));
    if header.flags.contains(RuleFlags::INVERT) {
        printer.out.any("not", "not ", Value::Null(""));
    }
    let source = rule.payload(Rule::SRC);
    print_side(printer, header.family, ("from", "src", "srclen"), source, header.src_len);
    let destination = rule.payload(Rule::DST);
    print_side(printer, header.family, ("to", "dst", "dstlen"), destination, header.dst_len);
    if header.tos != 0 {
        let names = if printer.options.numeric { "" } else { DSFIELDS };
        printer.out.string("tos", " tos {}", &Tos(header.tos, names));
    }
    print_mark(printer, rule);
    print_devices(printer, &header, rule);
    if let Some(users) = rule.get(Rule::UID_RANGE) {
        printer.out.any("uid_start", " uidrange {}", users.start);
        printer.out.any("uid_end", "-{}", users.end);
    }
    if let Some(transport) = rule.get(Rule::IP_PROTO) {
        match names::name(transport.into(), IP_PROTOCOLS).filter(|_| !printer.options.numeric) {
            Some(name) => printer.out.string("ipproto", " ipproto {}", &name),
            None => {
                printer.out.string("ipproto", " ipproto {}", &format_args!("ipproto-{transport}"))
            }
        }
    }
    print_ports(
        printer,
        ["sport", "sport_start", "sport_end", "sport_mask"],
        rule.get(Rule::SPORT_RANGE),
        rule.get(Rule::SPORT_MASK),
    );
    print_ports(
        printer,
        ["dport", "dport_start", "dport_end", "dport_mask"],
        rule.get(Rule::DPORT_RANGE),
        rule.get(Rule::DPORT_MASK),
    );
    if let Some(id) = rule.get(Rule::TUN_ID) {
        printer.out.any("tun_id", " tun_id {}", id);
    }
    print_table(printer, &header, rule);
    if let Some(label) = rule.get(Rule::FLOWLABEL) {
        let mask = rule.get(Rule::FLOWLABEL_MASK);
        printer.out.key("flowlabel", Value::Hex(label.into()));
        match mask {
            Some(mask) => {
                printer.out.key("flowlabel_mask", Value::Hex(mask.into()));
                printer.out.text(format_args!(" flowlabel {label:#x}/{mask:#x}"));
            }
            None => printer.out.text(format_args!(" flowlabel {label:#x}")),
        }
    }
    if let Some(flow) = rule.get(Rule::FLOW) {
        let (from, to) = (flow >> 16, flow & 0xffff);
        if from != 0 {
            printer.name("flow_from", " realms {}/", from, REALMS);
            printer.name("flow_to", "{}", to, REALMS);
        } else {
            printer.name("flow_to", " realms {}", to, REALMS);
        }
    }
    print_action(printer, &header, rule);
    let protocol = rule.get(Rule::PROTOCOL).map(|protocol| protocol.0);
    if let Some(protocol) = protocol {
        // Unset and `kernel` are printed with `-details` only.
        if printer.options.details || !matches!(protocol, 0 | 2) {
            printer.name("protocol", " proto {}", protocol, PROTOCOLS);
        }
    }
    if let Some(dscp) = rule.get(Rule::DSCP) {
        let names = if printer.options.numeric { "" } else { DSFIELDS };
        printer.out.string("dscp", " dscp {}", &Tos(dscp << 2, names));
        if let Some(mask) = rule.get(Rule::DSCP_MASK) {
            printer.out.any("dscp_mask", "", Value::Hex(mask.into()));
        }
    }
    printer.out.literal("\n");
    printer.out.end_object();
}

fn print_mark<C: Channel>(printer: &mut Printer<'_, '_, C>, rule: &Index<'_, Rule>) {
    let (mark, mask) = (rule.get(Rule::FWMARK), rule.get(Rule::FWMASK));
    if mark.is_none() && mask.is_none() {
        return;
    }
    let mark = Value::Hex(mark.unwrap_or(0).into());
    printer.out.key("fwmark", mark);
    match mask {
        Some(mask) if mask != u32::MAX => {
            let mask = Value::Hex(mask.into());
            printer.out.key("fwmask", mask);
            printer.out.text(format_args!(" fwmark {mark}/{mask}"));
        }
        _ => printer.out.text(format_args!(" fwmark {mark}")),
    }
}

fn print_devices<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    header: &RuleHeader,
    rule: &Index<'_, Rule>,
) {
    for (key, template, name, flag, gone_key) in [
        ("iif", " iif {}", rule.get(Rule::IIFNAME), RuleFlags::IIF_DETACHED, "iif_detached"),
        ("oif", " oif {}", rule.get(Rule::OIFNAME), RuleFlags::OIF_DETACHED, "oif_detached"),
    ] {
        if let Some(name) = name {
            printer.out.string(key, template, &name);
            if header.flags.contains(flag) {
                printer.out.any(gone_key, " [detached]", Value::Null(""));
            }
        }
    }
    if rule.get(Rule::L3MDEV).is_some_and(|l3mdev| l3mdev != 0) {
        printer.out.any("l3mdev", " lookup [l3mdev-table]", Value::Null(""));
    }
}

fn print_table<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    header: &RuleHeader,
    rule: &Index<'_, Rule>,
) {
    let table = rule.get(Rule::TABLE).unwrap_or(header.table).0;
    if table == 0 {
        return;
    }
    printer.name("table", " lookup {}", table, TABLES);
    if let Some(bits) = rule.get(Rule::SUPPRESS_PREFIXLEN).filter(|bits| *bits != -1) {
        printer.out.any("suppress_prefixlen", " suppress_prefixlength {}", bits);
    }
    if let Some(group) = rule.get(Rule::SUPPRESS_IFGROUP).filter(|group| *group != u32::MAX) {
        printer.name("suppress_ifgroup", " suppress_ifgroup {}", group, GROUPS);
    }
}

fn print_action<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    header: &RuleHeader,
    rule: &Index<'_, Rule>,
) {
    match header.action {
        RuleAction::GOTO => {
            match rule.get(Rule::GOTO) {
                Some(target) => printer.out.any("goto", " goto {}", target),
                None => printer.out.string("goto", " goto {}", &"none"),
            }
            if header.flags.contains(RuleFlags::UNRESOLVED) {
                printer.out.any("unresolved", " [unresolved]", Value::Null(""));
            }
        }
        RuleAction::NOP => printer.out.any("nop", " nop", Value::Null("")),
        RuleAction::TO_TBL => {}
        other => printer.name("action", " {}", other.0, ROUTE_TYPES),
    }
}
