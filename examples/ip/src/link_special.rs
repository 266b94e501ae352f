//! Values of `ip link` that a function parses.

use barelink_codec::frame::NESTED;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::af_spec::{FamilySpec, Inet6};
use barelink_codec::rtnl::link::kinds::iptun::{Ip6TnlFlags, Iptun};
use barelink_codec::rtnl::link::kinds::macsec::CipherSuite;
use barelink_codec::rtnl::link::kinds::macvlan::{MacaddrData, MacaddrMode, Macvlan};
use barelink_codec::rtnl::link::kinds::netkit::{Netkit, NetkitPolicy};
use barelink_codec::rtnl::link::kinds::vlan::VlanQos;
use barelink_codec::rtnl::link::kinds::vxlan::Vxlan;
use barelink_codec::rtnl::link::vf::{Vf, VfList};
use barelink_codec::rtnl::link::{Link, LinkFlags, LinkHeader, ProtoDownReason};
use barelink_codec::schema::{Int, Order};
use barelink_transport::Channel;

use super::body::Body;
use super::change::{address, duplicate_argument, hardware_address};
use super::grammar::{MatchedEntry, SpecialValue, store};
use super::link_change::Reader;
use super::link_words::VF;
use super::prefix::Prefix;
use super::words::{
    Exit, cut, fail, hexadecimal, invalid_argument, is_name, number as parse, number32,
};

/// Number of targets of a bond at most, `BOND_MAX_ARP_TARGETS`.
const MAX_TARGETS: u16 = 16;

const CIPHERS: [(&str, CipherSuite); 5] = [
    ("default", CipherSuite::DEFAULT),
    ("gcm-aes-128", CipherSuite::GCM_AES_128),
    ("gcm-aes-256", CipherSuite::GCM_AES_256),
    ("gcm-aes-xpn-128", CipherSuite::GCM_AES_XPN_128),
    ("gcm-aes-xpn-256", CipherSuite::GCM_AES_XPN_256),
];

/// Clears and sets bits of an attribute of 32 bits.
fn alter(body: &mut Body, number: u16, order: Order, clear: u32, set: u32) {
    let int = Int { order, ..Int::unsigned(4) };
    let old = body.find(number).and_then(|old| int.load(old)).unwrap_or(0) as u32;
    let new = store(int, (old & !clear | set).into()).unwrap_or_default();
    body.set(number, new.get(..4).unwrap_or_default());
}

impl<'w, C: Channel> Reader<'_, '_, '_, 'w, C> {
    /// Parses the value of a word and sets its attributes.
    pub fn special(
        &mut self,
        special: SpecialValue,
        number: u16,
        found: &MatchedEntry<'w>,
        body: &mut Body,
    ) -> Result<(), Exit> {
        let value = found.value;
        match special {
            SpecialValue::Down => self.set_flags(LinkFlags::UP, false),
            SpecialValue::Name => {
                if self.args.name.replace(value).is_some() {
                    return Err(duplicate_argument(self.ip.printer.err, "name", value));
                }
                if !is_name(value, 15) {
                    return Err(invalid_argument(
                        self.ip.printer.err,
                        value,
                        "\"name\" not a valid ifname",
                    ));
                }
            }
            SpecialValue::Link => self.args.link = Some(value),
            SpecialValue::Type => self.args.kind = Some(value),
            SpecialValue::Index => match self.integer32(found)? {
                0 => return Err(self.invalid_value(found)),
                index => self.args.index = Some(index),
            },
            SpecialValue::Group => self.args.group = true,
            SpecialValue::Nothing => {}
            SpecialValue::Alias => body.put(number, value.as_bytes()),
            SpecialValue::Netns => self.netns(found, body)?,
            SpecialValue::Nomaster => body.put_u32(number, 0),
            SpecialValue::Master => {
                body.put_u32(number, self.ip.printer.find_or(value, "Device does not exist\n")?);
            }
            SpecialValue::Vrf => {
                let why = "Not a valid VRF name\n";
                let index = self.ip.printer.find_or(value, why)?;
                if !self.ip.printer.links.is_kind(index, "vrf") {
                    return Err(invalid_argument(self.ip.printer.err, value, why));
                }
                body.put_u32(number, index);
            }
            SpecialValue::AddrGenMode => {
                let Some(mode) = found.integer() else {
                    let why = "Invalid address generation mode\n";
                    return Err(invalid_argument(self.ip.printer.err, value, why));
                };
                let spec = body.open(Link::AF_SPEC.number());
                let inet6 = body.open(FamilySpec::INET6.number());
                body.put_u8(Inet6::ADDR_GEN_MODE.number(), mode as u8);
                body.close(inet6);
                body.close(spec);
            }
            SpecialValue::ProtoDownReason => {
                let reason = 1u32.wrapping_shl(self.integer32(found)?);
                let value = self.value()?;
                let on = self.integer(&MatchedEntry { value, values: "?", ..*found })? != 0;
                let nest = body.open(Link::PROTO_DOWN_REASON.number() | NESTED);
                body.put_u32(ProtoDownReason::MASK.number(), reason);
                body.put_u32(ProtoDownReason::VALUE.number(), if on { reason } else { 0 });
                body.close(nest);
            }
            SpecialValue::Vf => self.vf(found, body)?,
            SpecialValue::Targets => self.targets(number, AddressFamily::INET, body)?,
            SpecialValue::Targets6 => self.targets(number, AddressFamily::INET6, body)?,
            SpecialValue::QosMap => self.qos_map(number, body),
            SpecialValue::Macaddr => self.macaddr(found, body)?,
            SpecialValue::Peer => self.peer_link(number, body)?,
            SpecialValue::Policy => self.policy(number, found, body)?,
            SpecialValue::PortRange => {
                let low = self.integer(found)? as u16;
                let high = found.with(self.value()?);
                let high = self.integer(&high)? as u16;
                if low != 0 || high != 0 {
                    let ([l0, l1], [h0, h1]) = (low.to_be_bytes(), high.to_be_bytes());
                    body.set(number, &[l0, l1, h0, h1]);
                }
            }
            SpecialValue::Prefix(bits) => {
                let six = number == Iptun::IPTUN_6RD_PREFIX.number();
                let (family, len) =
                    if six { (AddressFamily::INET6, 16) } else { (AddressFamily::INET, 4) };
                let prefix = Prefix::parse(value, family, self.ip.printer.err)?;
                body.set(number, prefix.bytes.get(..len).unwrap_or_default());
                body.set(bits.into(), &u16::from(prefix.bits).to_ne_bytes());
                if six && body.find(Iptun::IPTUN_6RD_RELAY_PREFIX.number()).is_none() {
                    no_relay(body);
                }
            }
            SpecialValue::PrefixReset => {
                // 6to4's: 2002::/16.
                body.set(number, &0x2002u128.wrapping_shl(112).to_be_bytes());
                body.set(Iptun::IPTUN_6RD_PREFIXLEN.number(), &16u16.to_ne_bytes());
                no_relay(body);
            }
            SpecialValue::Ttl(inherited) => {
                if value == "inherit" {
                    // A flag in VXLAN, a number in Geneve.
                    let flag = u16::from(inherited) == Vxlan::TTL_INHERIT.number();
                    body.set(inherited.into(), if flag { &[] } else { &[1] });
                    return Ok(());
                }
                let ttl = if value == "auto" { Some(0) } else { number32(value) };
                match ttl.and_then(|ttl| u8::try_from(ttl).ok()) {
                    Some(ttl) => body.set(number, &[ttl]),
                    None => {
                        return Err(invalid_argument(self.ip.printer.err, value, "invalid TTL"));
                    }
                }
            }
            SpecialValue::Tclass(_)
            | SpecialValue::FlowLabel(_)
            | SpecialValue::EncapLimit(_)
            | SpecialValue::Fwmark(_)
            | SpecialValue::Dscp => self.tunnel6(special, number, value, body)?,
            SpecialValue::Sci => match hexadecimal(value) {
                Some(sci) => body.set(number, &sci.to_be_bytes()),
                None => return Err(self.invalid_value(found)),
            },
            SpecialValue::SciAddress => {
                let mut sci = [0; 32];
                hardware_address(value, &mut sci, self.ip.printer.err)?;
                if self.words.next() != Some("port") {
                    return Err(fail(self.ip.printer.err, "expected port\n", Exit(1)));
                }
                let port = found.with(self.value()?);
                let [p0, p1] = (self.integer(&port)? as u16).to_be_bytes();
                let [a, b, c, d, e, f, ..] = sci;
                body.set(number, &[a, b, c, d, e, f, p0, p1]);
            }
            SpecialValue::Cipher => match CIPHERS.iter().find(|row| row.0 == value) {
                Some(row) => body.set(number, &row.1.0.to_ne_bytes()),
                None => return Err(self.invalid_value(found)),
            },
        }
        Ok(())
    }

    #[inline(never)]
    fn netns(&mut self, found: &MatchedEntry<'_>, body: &mut Body) -> Result<(), Exit> {
        let name = found.value;
        if core::mem::replace(&mut self.args.netns, true) {
            return Err(duplicate_argument(self.ip.printer.err, "netns", name));
        }
        if let Ok(descriptor) = self.ip.system.namespace(name) {
            body.put_u32(Link::NET_NS_FD.number(), descriptor as u32);
        } else {
            body.put_u32(Link::NET_NS_PID.number(), self.integer32(found)?);
        }
        Ok(())
    }

    /// Appends a nest of addresses that are separated by commas on the command line.
    fn targets(&mut self, number: u16, family: AddressFamily, body: &mut Body) -> Result<(), Exit> {
        let nest = body.open(number);
        let mut targets = self.words.next().unwrap_or_default();
        let mut at = 0;
        while !targets.is_empty() && at < MAX_TARGETS {
            let target = cut(&mut targets, b',');
            let addr = address(target, family, self.ip.printer.err)?;
            body.put_address(at, addr);
            at = at.saturating_add(1);
        }
        body.close(nest);
        Ok(())
    }

    fn qos_map(&mut self, number: u16, body: &mut Body) {
        let nest = body.open(number);
        while let Some(mut to) = self.words.peek() {
            let from = number32(cut(&mut to, b':'));
            let (Some(from), Some(to)) = (from, number32(to)) else { break };
            let mapping = body.open(VlanQos::MAPPING.number());
            body.put_raw(&from.to_ne_bytes());
            body.put_raw(&to.to_ne_bytes());
            body.close(mapping);
            self.words.next();
        }
        body.close(nest);
    }

    fn macaddr(&mut self, found: &MatchedEntry<'w>, body: &mut Body) -> Result<(), Exit> {
        let mode = MacaddrMode(self.integer32(found)?);
        body.put_u32(Macvlan::MACADDR_MODE.number(), mode.0);
        let mut mac = [0; 32];
        if mode == MacaddrMode::SET {
            let nest = body.open(Macvlan::MACADDR_DATA.number());
            while let Some(word) =
                self.words.peek().filter(|word| word.bytes().any(|byte| byte == b':'))
            {
                let len = hardware_address(word, &mut mac, self.ip.printer.err)?;
                body.put(MacaddrData::MACADDR.number(), mac.get(..len).unwrap_or_default());
                self.words.next();
            }
            body.close(nest);
        } else if mode != MacaddrMode::FLUSH {
            let word = self.value()?;
            let len = hardware_address(word, &mut mac, self.ip.printer.err)?;
            body.put(Macvlan::MACADDR.number(), mac.get(..len).unwrap_or_default());
        }
        Ok(())
    }

    /// Parses the arguments of a pair's peer and appends them as one attribute.
    #[inline(never)]
    pub fn peer_link(&mut self, number: u16, body: &mut Body) -> Result<(), Exit> {
        let first = core::mem::take(&mut self.args);
        let create = core::mem::replace(&mut self.create, true);
        let mut other = Body::new(&LinkHeader::default());
        self.link(&mut other)?;
        if let Some(kind) = self.args.kind {
            return Err(duplicate_argument(self.ip.printer.err, "type", kind));
        }
        self.names(&mut other)?;
        let index = self.args.index.unwrap_or(0) as i32;
        other.header(&LinkHeader { index, ..self.args.header });
        body.put_body(number, &other);
        (self.args, self.create) = (first, create);
        Ok(())
    }

    /// Parses the policy and scrub mode of a `netkit` link or of its peer.
    fn policy(
        &mut self,
        number: u16,
        found: &MatchedEntry<'w>,
        body: &mut Body,
    ) -> Result<(), Exit> {
        let peer = self.peer;
        let policy = |policy: NetkitPolicy, body: &mut Body| {
            let key = if peer { Netkit::PEER_POLICY } else { Netkit::POLICY };
            body.put_u32(key.number(), policy.0);
        };
        match found.name {
            "peer" => self.peer = true,
            "forward" => policy(NetkitPolicy::FORWARD, body),
            "blackhole" => policy(NetkitPolicy::BLACKHOLE, body),
            _ => {
                let scrub = found.with(self.value()?);
                let scrub = self.integer32(&scrub)?;
                let number = if peer { Netkit::PEER_SCRUB.number() } else { number };
                body.put_u32(number, scrub);
            }
        }
        Ok(())
    }

    /// Parses a value that a tunnel over IPv6 can inherit from the inner packet.
    fn tunnel6(
        &mut self,
        special: SpecialValue,
        number: u16,
        value: &str,
        body: &mut Body,
    ) -> Result<(), Exit> {
        let digits = hexadecimal(value);
        let (flags, flag, parsed, most, why) = match special {
            SpecialValue::Tclass(flags) => {
                (flags, Ip6TnlFlags::USE_ORIG_TCLASS, digits, 0xff, "invalid TClass")
            }
            SpecialValue::FlowLabel(flags) => {
                (flags, Ip6TnlFlags::USE_ORIG_FLOWLABEL, digits, 0xf_ffff, "invalid Flowlabel")
            }
            SpecialValue::EncapLimit(flags) => {
                (flags, Ip6TnlFlags::IGN_ENCAP_LIMIT, parse(value), 0xff, "invalid ELIM")
            }
            SpecialValue::Fwmark(flags) => (
                flags,
                Ip6TnlFlags::USE_ORIG_FWMARK,
                parse(value),
                u32::MAX.into(),
                "invalid fwmark\n",
            ),
            _ => {
                if value != "inherit" {
                    return Err(invalid_argument(self.ip.printer.err, value, "not inherit"));
                }
                alter(body, number, Order::Native, 0, Ip6TnlFlags::RCV_DSCP_COPY.0);
                return Ok(());
            }
        };
        let limit = matches!(special, SpecialValue::EncapLimit(_));
        let inherits = value == if limit { "none" } else { "inherit" };
        let parsed = if inherits { Some(0) } else { parsed.filter(|parsed| *parsed <= most) };
        let Some(parsed) = parsed else {
            return Err(invalid_argument(self.ip.printer.err, value, why));
        };
        let parsed = parsed as u32;
        match special {
            SpecialValue::Tclass(_) => alter(body, number, Order::Big, 0xff << 20, parsed << 20),
            SpecialValue::FlowLabel(_) => alter(body, number, Order::Big, 0xf_ffff, parsed),
            SpecialValue::EncapLimit(_) if inherits => {}
            SpecialValue::EncapLimit(_) => body.set(number, &[parsed as u8]),
            _ => body.set(number, &parsed.to_ne_bytes()),
        }
        let set = if inherits { flag.0 } else { 0 };
        alter(body, flags.into(), Order::Native, flag.0, set);
        Ok(())
    }

    /// Parses the settings of a virtual function (SR-IOV).
    fn vf(&mut self, found: &MatchedEntry<'w>, body: &mut Body) -> Result<(), Exit> {
        let vf = self.integer32(found)?;
        if self.args.dev.is_none() {
            return Err(super::change::missing(self.ip.printer.err, "dev"));
        }
        if self.words.peek().is_none() {
            self.value()?;
        }
        let list = body.open(Link::VFINFO_LIST.number());
        let info = body.open(VfList::INFO.number());
        while let Some(mut found) = self.words.peek().and_then(|word| VF.find(word)) {
            self.words.next();
            found.value = self.value()?;
            found.of_kind = false;
            let number = found.rows.first().map_or(0, |row| row.number.into());
            let setting = body.open(number);
            body.put_raw(&vf.to_ne_bytes());
            if number == Vf::MAC.number() {
                let mut mac = [0; 32];
                hardware_address(found.value, &mut mac, self.ip.printer.err)?;
                body.put_raw(&mac);
            } else {
                body.put_raw(&self.integer32(&found)?.to_ne_bytes());
            }
            if number == Vf::VLAN.number() {
                found.value = "0";
                if self.words.peek() == Some("qos") {
                    self.words.next();
                    found.value = self.value()?;
                }
                body.put_raw(&self.integer32(&found)?.to_ne_bytes());
            }
            body.close(setting);
        }
        body.close(info);
        body.close(list);
        Ok(())
    }
}

/// Clears the IPv4 relay prefix of a 6rd tunnel.
fn no_relay(body: &mut Body) {
    body.set(Iptun::IPTUN_6RD_RELAY_PREFIX.number(), &[0; 4]);
    body.set(Iptun::IPTUN_6RD_RELAY_PREFIXLEN.number(), &[0; 2]);
}
