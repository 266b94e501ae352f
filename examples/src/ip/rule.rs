//! `ip rule`.

use core::fmt::{self, Display};

use barelink_codec::Parsed;
use barelink_codec::rtnl::family::AddressFamily;
use barelink_codec::rtnl::rule::{self, PortRange, Rule, RuleAction, RuleFlags, RuleHeader};
use barelink_transport::Channel;

use super::change::Doomed;
use super::index::Index;
use super::names::{self, DSFIELDS, GROUPS, PROTOCOLS, REALMS, TABLES, TRANSPORTS, TYPES};
use super::output::Value;
use super::pen::Pen;
use super::prefix::{Address, Prefix, host_bits};
use super::words::{Complaints, Exit, Words, abbreviates, number, number32, wrong};
use super::{Ip, errors};

/// A type of service in base 16, or by its name.
pub struct Tos(pub u8, pub names::Names);

impl Display for Tos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match names::name(self.0.into(), self.1) {
            Some(name) => f.write_str(name),
            None => write!(f, "{:#04x}", self.0),
        }
    }
}

/// Which rules are wanted.
#[derive(Debug, Clone, Copy, Default)]
struct Filter<'w> {
    table: Option<u32>,
    protocol: Option<u8>,
    from: Option<Prefix>,
    to: Option<Prefix>,
    preference: Option<u32>,
    tos: Option<u8>,
    mark: Option<u32>,
    iif: Option<&'w str>,
    oif: Option<&'w str>,
    l3mdev: bool,
    inverted: bool,
    tunnel: Option<u64>,
    transport: Option<u8>,
    ports: (Option<PortRange>, Option<PortRange>),
    users: Option<rule::UidRange>,
}

/// Finds rules, and prints them, or dooms those that have a preference.
pub fn find<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    mut words: Words<'_>,
    mut doomed: Option<&mut Doomed>,
) -> Result<(), Exit> {
    let mut family = ip.pen.options.family;
    let filter = Filter::parse(&mut words, &mut ip.pen, family)?;
    if family == AddressFamily::UNSPEC {
        family = AddressFamily::INET;
    }
    let pen = &mut ip.pen;
    let header = RuleHeader { family, ..Default::default() };
    let dump = ip.kernel.dump(rule::GET, header, |_| {});
    let mut dump = dump.map_err(|error| errors::request(pen.err, &error))?;
    loop {
        match dump.next() {
            Ok(Some(rule)) => {
                let index = Index::new(rule.attrs);
                if filter.wants(&rule.header, &index) {
                    match doomed.as_deref_mut() {
                        Some(doomed) if index.has(Rule::PRIORITY) => {
                            doomed.take(&rule.header, rule.attrs.bytes());
                        }
                        Some(_) => {}
                        None => print(pen, &rule, &index, false),
                    }
                }
            }
            Ok(None) => return Ok(()),
            Err(error) => return errors::dump(pen.err, &error, 1),
        }
    }
}

/// A range of ports or users, `first-last` or one.
pub fn range(word: &str) -> Option<(u32, u32)> {
    match word.split_once('-') {
        Some((first, last)) => Some((number32(first)?, number32(last)?)),
        None => number32(word).map(|one| (one, one)),
    }
}

impl<'w> Filter<'w> {
    fn parse<C: Channel>(
        words: &mut Words<'w>,
        pen: &mut Pen<'_, '_, C>,
        family: AddressFamily,
    ) -> Result<Filter<'w>, Exit> {
        let mut filter = Filter::default();
        let err = &mut *pen.err;
        while let Some(word) = words.next() {
            match word {
                "not" => filter.inverted = true,
                "l3mdev" => filter.l3mdev = true,
                "from" => filter.from = Some(Prefix::parse(words.value(err)?, family, err)?),
                "to" => filter.to = Some(Prefix::parse(words.value(err)?, family, err)?),
                "tos" | "dsfield" => {
                    let tos = words.value(err)?;
                    let known = names::number(tos, DSFIELDS).and_then(|tos| tos.try_into().ok());
                    filter.tos =
                        Some(known.ok_or_else(|| wrong(err, tos, "TOS value is invalid\n"))?);
                }
                "fwmark" => {
                    let mark = words.value(err)?;
                    let (value, _) = mark.split_once('/').unwrap_or((mark, ""));
                    let value = number32(value);
                    filter.mark =
                        Some(value.ok_or_else(|| wrong(err, mark, "fwmark value is invalid\n"))?);
                }
                "dev" | "iif" => filter.iif = Some(words.value(err)?),
                "oif" => filter.oif = Some(words.value(err)?),
                "uidrange" => {
                    let word = words.value(err)?;
                    let users = range(word).map(|(start, end)| rule::UidRange { start, end });
                    filter.users =
                        Some(users.ok_or_else(|| wrong(err, word, "invalid UID range\n"))?);
                }
                "tun_id" => {
                    let word = words.value(err)?;
                    let id = number(word)
                        .ok_or_else(|| wrong(err, word, "\"tun_id\" value is invalid\n"))?;
                    filter.tunnel = Some(id);
                }
                "lookup" => filter.table = table(words, err)?,
                "ipproto" => {
                    let word = words.value(err)?;
                    let known = names::number(word, TRANSPORTS).and_then(|it| it.try_into().ok());
                    filter.transport =
                        Some(known.ok_or_else(|| wrong(err, word, "Invalid \"ipproto\" value\n"))?);
                }
                "sport" | "dport" => {
                    let word_value = words.value(err)?;
                    let ports = range(word_value).and_then(|(start, end)| {
                        Some(PortRange { start: start.try_into().ok()?, end: end.try_into().ok()? })
                    });
                    let ports =
                        ports.ok_or_else(|| wrong(err, word_value, "invalid port range\n"))?;
                    match word {
                        "sport" => filter.ports.0 = Some(ports),
                        _ => filter.ports.1 = Some(ports),
                    }
                }
                _ if ["preference", "order", "priority"]
                    .iter()
                    .any(|whole| abbreviates(word, whole)) =>
                {
                    let word = words.value(err)?;
                    let value = number32(word);
                    filter.preference = Some(
                        value.ok_or_else(|| wrong(err, word, "preference value is invalid\n"))?,
                    );
                }
                _ if abbreviates(word, "table") => filter.table = table(words, err)?,
                _ if abbreviates(word, "protocol") => {
                    let word = words.value(err)?;
                    match names::number(word, PROTOCOLS).and_then(|it| it.try_into().ok()) {
                        Some(protocol) => filter.protocol = Some(protocol),
                        None if word == "all" => filter.protocol = None,
                        None => return Err(wrong(err, word, "invalid \"protocol\"\n")),
                    }
                }
                _ => {
                    let address = if word == "to" { words.value(err)? } else { word };
                    filter.to = Some(Prefix::parse(address, family, err)?);
                }
            }
        }
        Ok(filter)
    }

    fn wants(&self, header: &RuleHeader, rule: &Index<'_, Rule>) -> bool {
        let table = rule.get(Rule::TABLE).unwrap_or(header.table).0;
        let is =
            |wanted: Option<u64>, is: Option<u64>| wanted.is_none_or(|wanted| is == Some(wanted));
        let starts = |wanted: Option<Prefix>, key, bits| {
            wanted.is_none_or(|wanted: Prefix| {
                let address = rule.payload(key);
                bits >= wanted.bits
                    && address.is_some_and(|address| wanted.begins(address, wanted.bits))
            })
        };
        is(self.table.map(u64::from), Some(table.into()))
            && is(self.protocol.map(u64::from), rule.get(Rule::PROTOCOL).map(|it| it.0.into()))
            && starts(self.from, Rule::SRC, header.src_len)
            && starts(self.to, Rule::DST, header.dst_len)
            && is(
                self.preference.map(u64::from),
                Some(rule.get(Rule::PRIORITY).unwrap_or(0).into()),
            )
            && self.tos.is_none_or(|tos| tos == header.tos)
            && is(self.mark.map(u64::from), rule.get(Rule::FWMARK).map(u64::from))
            && self.iif.is_none_or(|name| rule.get(Rule::IIFNAME).is_some_and(|it| it == name))
            && self.oif.is_none_or(|name| rule.get(Rule::OIFNAME).is_some_and(|it| it == name))
            && (!self.l3mdev || rule.get(Rule::L3MDEV).is_some_and(|it| it != 0))
            && (!self.inverted || header.flags.contains(RuleFlags::INVERT))
            && is(self.tunnel, rule.get(Rule::TUN_ID))
            && is(self.transport.map(u64::from), rule.get(Rule::IP_PROTO).map(u64::from))
            && self.ports.0.is_none_or(|ports| rule.get(Rule::SPORT_RANGE) == Some(ports))
            && self.ports.1.is_none_or(|ports| rule.get(Rule::DPORT_RANGE) == Some(ports))
            && self.users.is_none_or(|users| rule.get(Rule::UID_RANGE) == Some(users))
    }
}

fn table(words: &mut Words<'_>, err: &mut Complaints<'_>) -> Result<Option<u32>, Exit> {
    let word = words.value(err)?;
    match names::number(word, TABLES) {
        Some(table) => Ok(Some(table)),
        None if word == "all" => Ok(None),
        None => Err(wrong(err, word, "table id value is invalid\n")),
    }
}

/// One side of a rule: whence or whither.
fn print_side<C: Channel>(
    pen: &mut Pen<'_, '_, C>,
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
            pen.out.key_string(key, &address);
            if bits != host_bits(family) {
                pen.out.key(len_key, bits);
                pen.out.text(format_args!("{gap}{word} {address}/{bits}"));
            } else {
                pen.out.text(format_args!("{gap}{word} {address}"));
            }
        }
        None if bits != 0 => {
            pen.out.key_string(key, &"0");
            pen.out.key(len_key, bits);
            pen.out.text(format_args!("{gap}{word} 0/{bits}"));
        }
        None if key == "src" => {
            pen.out.key_string(key, &"all");
            pen.out.text(format_args!("{word} all"));
        }
        None => {}
    }
}

/// Ports, and the mask that they are compared by.
fn print_ports<C: Channel>(
    pen: &mut Pen<'_, '_, C>,
    keys: [&str; 4],
    ports: Option<PortRange>,
    mask: Option<u16>,
) {
    let [one, first, last, mask_key] = keys;
    let Some(ports) = ports else { return };
    if ports.start != ports.end {
        pen.out.key(first, ports.start);
        pen.out.key(last, ports.end);
        pen.out.text(format_args!(" {one} {}-{}", ports.start, ports.end));
        return;
    }
    pen.out.key(one, ports.start);
    match mask {
        Some(mask) => {
            pen.out.key(mask_key, Value::Hex(mask.into()));
            match mask {
                0xffff => pen.out.text(format_args!(" {one} {}", ports.start)),
                mask => pen.out.text(format_args!(" {one} {}/{mask:#x}", ports.start)),
            }
        }
        None => pen.out.text(format_args!(" {one} {}", ports.start)),
    }
}

/// Prints a rule.
pub fn print<C: Channel>(
    pen: &mut Pen<'_, '_, C>,
    message: &Parsed<'_, RuleHeader, Rule>,
    rule: &Index<'_, Rule>,
    deleted: bool,
) {
    let header = message.header;
    pen.out.object(None);
    if deleted {
        pen.out.any("deleted", "Deleted ", true);
    }
    pen.out.any("priority", "{}:\t", rule.get(Rule::PRIORITY).unwrap_or(0));
    if header.flags.contains(RuleFlags::INVERT) {
        pen.out.any("not", "not ", Value::Null(""));
    }
    let source = rule.payload(Rule::SRC);
    print_side(pen, header.family, ("from", "src", "srclen"), source, header.src_len);
    let destination = rule.payload(Rule::DST);
    print_side(pen, header.family, ("to", "dst", "dstlen"), destination, header.dst_len);
    if header.tos != 0 {
        let names = if pen.options.numeric { "" } else { DSFIELDS };
        pen.out.string("tos", " tos {}", &Tos(header.tos, names));
    }
    print_mark(pen, rule);
    print_devices(pen, &header, rule);
    if let Some(users) = rule.get(Rule::UID_RANGE) {
        pen.out.any("uid_start", " uidrange {}", users.start);
        pen.out.any("uid_end", "-{}", users.end);
    }
    if let Some(transport) = rule.get(Rule::IP_PROTO) {
        match names::name(transport.into(), TRANSPORTS).filter(|_| !pen.options.numeric) {
            Some(name) => pen.out.string("ipproto", " ipproto {}", &name),
            None => pen.out.string("ipproto", " ipproto {}", &format_args!("ipproto-{transport}")),
        }
    }
    print_ports(
        pen,
        ["sport", "sport_start", "sport_end", "sport_mask"],
        rule.get(Rule::SPORT_RANGE),
        rule.get(Rule::SPORT_MASK),
    );
    print_ports(
        pen,
        ["dport", "dport_start", "dport_end", "dport_mask"],
        rule.get(Rule::DPORT_RANGE),
        rule.get(Rule::DPORT_MASK),
    );
    if let Some(id) = rule.get(Rule::TUN_ID) {
        pen.out.any("tun_id", " tun_id {}", id);
    }
    print_table(pen, &header, rule);
    if let Some(label) = rule.get(Rule::FLOWLABEL) {
        let mask = rule.get(Rule::FLOWLABEL_MASK);
        pen.out.key("flowlabel", Value::Hex(label.into()));
        match mask {
            Some(mask) => {
                pen.out.key("flowlabel_mask", Value::Hex(mask.into()));
                pen.out.text(format_args!(" flowlabel {label:#x}/{mask:#x}"));
            }
            None => pen.out.text(format_args!(" flowlabel {label:#x}")),
        }
    }
    if let Some(flow) = rule.get(Rule::FLOW) {
        let (from, to) = (flow >> 16, flow & 0xffff);
        if from != 0 {
            pen.name("flow_from", " realms {}/", from, REALMS);
            pen.name("flow_to", "{}", to, REALMS);
        } else {
            pen.name("flow_to", " realms {}", to, REALMS);
        }
    }
    print_action(pen, &header, rule);
    let protocol = rule.get(Rule::PROTOCOL).map(|protocol| protocol.0);
    if let Some(protocol) = protocol {
        // What the kernel or nobody set goes without saying.
        if pen.options.details || !matches!(protocol, 0 | 2) {
            pen.name("protocol", " proto {}", protocol, PROTOCOLS);
        }
    }
    if let Some(dscp) = rule.get(Rule::DSCP) {
        let names = if pen.options.numeric { "" } else { DSFIELDS };
        pen.out.string("dscp", " dscp {}", &Tos(dscp << 2, names));
        if let Some(mask) = rule.get(Rule::DSCP_MASK) {
            pen.out.any("dscp_mask", "", Value::Hex(mask.into()));
        }
    }
    pen.out.words("\n");
    pen.out.end_object();
}

fn print_mark<C: Channel>(pen: &mut Pen<'_, '_, C>, rule: &Index<'_, Rule>) {
    let (mark, mask) = (rule.get(Rule::FWMARK), rule.get(Rule::FWMASK));
    if mark.is_none() && mask.is_none() {
        return;
    }
    let mark = Value::Hex(mark.unwrap_or(0).into());
    pen.out.key("fwmark", mark);
    match mask {
        Some(mask) if mask != u32::MAX => {
            let mask = Value::Hex(mask.into());
            pen.out.key("fwmask", mask);
            pen.out.text(format_args!(" fwmark {mark}/{mask}"));
        }
        _ => pen.out.text(format_args!(" fwmark {mark}")),
    }
}

fn print_devices<C: Channel>(
    pen: &mut Pen<'_, '_, C>,
    header: &RuleHeader,
    rule: &Index<'_, Rule>,
) {
    for (key, template, name, flag, gone_key) in [
        ("iif", " iif {}", rule.get(Rule::IIFNAME), RuleFlags::IIF_DETACHED, "iif_detached"),
        ("oif", " oif {}", rule.get(Rule::OIFNAME), RuleFlags::OIF_DETACHED, "oif_detached"),
    ] {
        if let Some(name) = name {
            pen.out.string(key, template, &name);
            if header.flags.contains(flag) {
                pen.out.any(gone_key, " [detached]", Value::Null(""));
            }
        }
    }
    if rule.get(Rule::L3MDEV).is_some_and(|l3mdev| l3mdev != 0) {
        pen.out.any("l3mdev", " lookup [l3mdev-table]", Value::Null(""));
    }
}

fn print_table<C: Channel>(pen: &mut Pen<'_, '_, C>, header: &RuleHeader, rule: &Index<'_, Rule>) {
    let table = rule.get(Rule::TABLE).unwrap_or(header.table).0;
    if table == 0 {
        return;
    }
    pen.name("table", " lookup {}", table, TABLES);
    if let Some(bits) = rule.get(Rule::SUPPRESS_PREFIXLEN).filter(|bits| *bits != -1) {
        pen.out.any("suppress_prefixlen", " suppress_prefixlength {}", bits);
    }
    if let Some(group) = rule.get(Rule::SUPPRESS_IFGROUP).filter(|group| *group != u32::MAX) {
        pen.name("suppress_ifgroup", " suppress_ifgroup {}", group, GROUPS);
    }
}

fn print_action<C: Channel>(pen: &mut Pen<'_, '_, C>, header: &RuleHeader, rule: &Index<'_, Rule>) {
    match header.action {
        RuleAction::GOTO => {
            match rule.get(Rule::GOTO) {
                Some(target) => pen.out.any("goto", " goto {}", target),
                None => pen.out.string("goto", " goto {}", &"none"),
            }
            if header.flags.contains(RuleFlags::UNRESOLVED) {
                pen.out.any("unresolved", " [unresolved]", Value::Null(""));
            }
        }
        RuleAction::NOP => pen.out.any("nop", " nop", Value::Null("")),
        RuleAction::TO_TBL => {}
        other => pen.name("action", " {}", other.0, TYPES),
    }
}
