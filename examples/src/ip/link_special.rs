//! Words of `ip link` that are read by a function of their own.

use barelink_codec::frame::NESTED;
use barelink_codec::policy::{Int, Order};
use barelink_codec::rtnl::af_spec::{FamilySpec, Inet6};
use barelink_codec::rtnl::family::AddressFamily;
use barelink_codec::rtnl::kinds::iptun::{Ip6TnlFlags, Iptun};
use barelink_codec::rtnl::kinds::macsec::CipherSuite;
use barelink_codec::rtnl::kinds::macvlan::{MacaddrData, MacaddrMode, Macvlan};
use barelink_codec::rtnl::kinds::netkit::{Netkit, NetkitPolicy};
use barelink_codec::rtnl::kinds::vlan::VlanProtocol;
use barelink_codec::rtnl::kinds::vlan::{VlanQos, VlanQosMapping};
use barelink_codec::rtnl::kinds::vxlan::Vxlan;
use barelink_codec::rtnl::link::{Link, LinkFlags, LinkHeader, ProtoDownReason};
use barelink_codec::rtnl::vf::{Vf, VfList, VfMac, VfRate, VfSetting, VfVlan, VfVlanInfo, VfVlans};
use barelink_transport::Channel;

use super::change::{Body, address, hardware};
use super::grammar::{Found, Special, store};
use super::link_change::{Reader, Said, complain, is_name};
use super::link_words::VF;
use super::prefix::Prefix;
use super::words::{Exit, number32};

const CIPHERS: [(&str, CipherSuite); 5] = [
    ("default", CipherSuite::DEFAULT),
    ("gcm-aes-128", CipherSuite::GCM_AES_128),
    ("gcm-aes-256", CipherSuite::GCM_AES_256),
    ("gcm-aes-xpn-128", CipherSuite::GCM_AES_XPN_128),
    ("gcm-aes-xpn-256", CipherSuite::GCM_AES_XPN_256),
];

/// A number in base 16, with or without `0x`.
fn hexadecimal(word: &str) -> Option<u64> {
    u64::from_str_radix(word.strip_prefix("0x").unwrap_or(word), 16).ok()
}

/// Clears some bits of an attribute of 32, and sets some.
fn alter(body: &mut Body, number: u16, order: Order, clear: u32, set: u32) {
    let int = Int { order, ..Int::unsigned(4) };
    let old = body.find(number).and_then(|old| int.load(old)).unwrap_or(0) as u32;
    let new = store(int, (old & !clear | set).into()).unwrap_or_default();
    body.set(number, new.get(..4).unwrap_or_default());
}

impl<'w, C: Channel> Reader<'_, '_, '_, 'w, C> {
    /// Reads what follows the word, and puts it.
    pub fn special(
        &mut self,
        special: Special,
        number: u16,
        found: &Found,
        body: &mut Body,
    ) -> Result<(), Exit> {
        match special {
            Special::Down => self.state(LinkFlags::UP, false),
            Special::Name => {
                let name = self.value()?;
                if self.said.name.replace(name).is_some() {
                    return Err(self.again("name", name));
                }
                if !is_name(name, 15) {
                    let why = format_args!("\"name\" not a valid ifname");
                    return Err(complain(self.ip, name, why));
                }
            }
            Special::Link => self.said.link = Some(self.value()?),
            Special::Type => self.said.kind = Some(self.value()?),
            Special::Index => {
                self.said.index = Some(self.number(found, i32::MAX as u64, false)? as u32);
            }
            Special::Group => self.said.group = true,
            Special::Nothing => {}
            Special::Alias => body.put(number, self.value()?.as_bytes()),
            Special::Netns => self.netns(body)?,
            Special::LinkNetns => {
                let name = self.value()?;
                let why = format_args!("Invalid \"link-netns\" value\n");
                return Err(complain(self.ip, name, why));
            }
            Special::Master => {
                let name = self.value()?;
                body.put_u32(number, self.ip.pen.find_or(name, "Device does not exist\n")?);
            }
            Special::Nomaster => body.put_u32(number, 0),
            Special::Vrf => {
                let name = self.value()?;
                let index = self.ip.pen.find_or(name, "Not a valid VRF name\n")?;
                if !self.ip.pen.links.is_kind(index, "vrf") {
                    return Err(complain(self.ip, name, format_args!("Not a valid VRF name\n")));
                }
                body.put_u32(number, index);
            }
            Special::AddrGenMode => {
                let value = self.value()?;
                let Some(mode) = found.integer(value) else {
                    let why = format_args!("Invalid address generation mode\n");
                    return Err(complain(self.ip, value, why));
                };
                let spec = body.open(Link::AF_SPEC.number());
                let inet6 = body.open(FamilySpec::INET6.number());
                body.put_u8(Inet6::ADDR_GEN_MODE.number(), mode as u8);
                body.close(inet6);
                body.close(spec);
            }
            Special::ProtoDownReason => {
                let reason = 1u32.wrapping_shl(self.number(found, 31, false)? as u32);
                let on = self.on_off(found.name)?;
                let nest = body.open(Link::PROTO_DOWN_REASON.number() | NESTED);
                body.put_u32(ProtoDownReason::MASK.number(), reason);
                body.put_u32(ProtoDownReason::VALUE.number(), if on { reason } else { 0 });
                body.close(nest);
            }
            Special::Vf => self.vf(found, body)?,
            Special::Targets => self.targets(number, AddressFamily::INET, body)?,
            Special::Targets6 => self.targets(number, AddressFamily::INET6, body)?,
            Special::QosMap => self.qos_map(number, body),
            Special::Macaddr => self.macaddr(found, body)?,
            Special::Peer => {
                let peer = self.enter(body);
                self.leave(number, peer, body)?;
            }
            Special::Policy => self.policy(number, found, body)?,
            Special::PortRange => {
                let low = self.number(found, 0xffff, true)? as u16;
                let high = self.number(found, 0xffff, true)? as u16;
                if low != 0 || high != 0 {
                    let ([l0, l1], [h0, h1]) = (low.to_be_bytes(), high.to_be_bytes());
                    body.set(number, &[l0, l1, h0, h1]);
                }
            }
            Special::Prefix(bits) => {
                let value = self.value()?;
                let six = number == Iptun::IPTUN_6RD_PREFIX.number();
                let (family, len) =
                    if six { (AddressFamily::INET6, 16) } else { (AddressFamily::INET, 4) };
                let prefix = Prefix::parse(value, family, self.ip.pen.err)?;
                body.set(number, prefix.bytes.get(..len).unwrap_or_default());
                body.set(bits.into(), &u16::from(prefix.bits).to_ne_bytes());
                if six && body.find(Iptun::IPTUN_6RD_RELAY_PREFIX.number()).is_none() {
                    no_relay(body);
                }
            }
            Special::PrefixReset => {
                let prefix = core::net::Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0);
                body.set(number, &prefix.octets());
                body.set(Iptun::IPTUN_6RD_PREFIXLEN.number(), &16u16.to_ne_bytes());
                no_relay(body);
            }
            Special::Ttl(inherited) => {
                let value = self.value()?;
                if value == "inherit" {
                    // One kind has a flag there, the other one a number.
                    let flag = u16::from(inherited) == Vxlan::TTL_INHERIT.number();
                    body.set(inherited.into(), if flag { &[] } else { &[1] });
                    return Ok(());
                }
                let ttl = if value == "auto" { Some(0) } else { super::words::number(value) };
                match ttl.and_then(|ttl| u8::try_from(ttl).ok()) {
                    Some(ttl) => body.set(number, &[ttl]),
                    None => return Err(complain(self.ip, value, format_args!("invalid TTL"))),
                }
            }
            Special::Tclass(_)
            | Special::FlowLabel(_)
            | Special::EncapLimit(_)
            | Special::Fwmark(_)
            | Special::Dscp => self.tunnel6(special, number, body)?,
            Special::Sci => {
                let value = self.value()?;
                match hexadecimal(value) {
                    Some(sci) => body.set(number, &sci.to_be_bytes()),
                    None => return Err(complain(self.ip, value, format_args!("invalid sci"))),
                }
            }
            Special::SciAddress => {
                let mut sci = [0; 32];
                let value = self.value()?;
                hardware(value, &mut sci, self.ip.pen.err)?;
                if self.words.peek() != Some("port") {
                    let _ = writeln!(self.ip.pen.err, "expected port");
                    return Err(Exit(1));
                }
                self.words.next();
                let port = self.number(found, 0xffff, true)? as u16;
                let (mac, rest) = sci.split_at_mut(6);
                super::link_change::copy(rest, &port.to_be_bytes());
                let _ = mac;
                body.set(number, sci.get(..8).unwrap_or_default());
            }
            Special::Cipher => {
                let value = self.value()?;
                match CIPHERS.iter().find(|row| row.0.eq_ignore_ascii_case(value)) {
                    Some(row) => body.set(number, &row.1.0.to_ne_bytes()),
                    None => {
                        let why = format_args!("expected: default or gcm-aes-128");
                        return Err(complain(self.ip, value, why));
                    }
                }
            }
        }
        Ok(())
    }

    fn on_off(&mut self, name: &str) -> Result<bool, Exit> {
        let value = self.value()?;
        match value {
            "on" => Ok(true),
            "off" => Ok(false),
            _ => {
                let _ = writeln!(
                    self.ip.pen.err,
                    "Error: argument of \"{name}\" must be one of \"off\", \"on\", not \"{value}\""
                );
                Err(Exit(1))
            }
        }
    }

    fn netns(&mut self, body: &mut Body) -> Result<(), Exit> {
        let name = self.value()?;
        if core::mem::replace(&mut self.said.netns, true) {
            return Err(self.again("netns", name));
        }
        if let Ok(descriptor) = self.ip.system.namespace(name) {
            body.put_u32(Link::NET_NS_FD.number(), descriptor as u32);
        } else if let Some(pid) = number32(name) {
            body.put_u32(Link::NET_NS_PID.number(), pid);
        } else {
            return Err(complain(self.ip, name, format_args!("Invalid \"netns\" value\n")));
        }
        Ok(())
    }

    /// Addresses with commas between, each in an attribute of its own.
    fn targets(&mut self, number: u16, family: AddressFamily, body: &mut Body) -> Result<(), Exit> {
        let nest = body.open(number);
        let targets = self.words.next().unwrap_or_default();
        for (at, target) in (0..16).zip(targets.split(',').filter(|target| !target.is_empty())) {
            let addr = address(target, family, self.ip.pen.err)?;
            body.put_address(at, addr);
        }
        body.close(nest);
        Ok(())
    }

    fn qos_map(&mut self, number: u16, body: &mut Body) {
        let nest = body.open(number);
        while let Some((from, to)) = self.words.peek().and_then(|word| word.split_once(':')) {
            let (Some(from), Some(to)) = (number32(from), number32(to)) else { break };
            body.put_structure(VlanQos::MAPPING.number(), &VlanQosMapping { from, to });
            self.words.next();
        }
        body.close(nest);
    }

    fn macaddr(&mut self, found: &Found, body: &mut Body) -> Result<(), Exit> {
        let value = self.value()?;
        let Some(mode) = found.integer(value) else {
            return Err(self.wrong(found, value, true));
        };
        let mode = MacaddrMode(mode as u32);
        body.put_u32(Macvlan::MACADDR_MODE.number(), mode.0);
        let mut mac = [0; 32];
        if mode == MacaddrMode::SET {
            let nest = body.open(Macvlan::MACADDR_DATA.number());
            while let Some(word) = self.words.peek().filter(|word| word.contains(':')) {
                let len = hardware(word, &mut mac, self.ip.pen.err)?;
                body.put(MacaddrData::MACADDR.number(), mac.get(..len).unwrap_or_default());
                self.words.next();
            }
            body.close(nest);
        } else if mode != MacaddrMode::FLUSH {
            let word = self.value()?;
            let len = hardware(word, &mut mac, self.ip.pen.err)?;
            body.put(Macvlan::MACADDR.number(), mac.get(..len).unwrap_or_default());
        }
        Ok(())
    }

    /// Words from here on are about a pair's other end; what was said of the first one.
    fn enter(&mut self, _: &mut Body) -> Said<'w> {
        let family = self.said.header.family;
        let said =
            Said { header: LinkHeader { family, ..LinkHeader::default() }, ..Said::default() };
        core::mem::replace(&mut self.said, said)
    }

    /// Reads about the other end, and puts it; then words are about the first one again.
    fn leave(&mut self, number: u16, first: Said<'w>, body: &mut Body) -> Result<(), Exit> {
        let mut other = Body::new(&LinkHeader::default());
        self.link(&mut other)?;
        if let Some(kind) = self.said.kind {
            return Err(self.again("type", kind));
        }
        self.said.header.index = self.said.index.unwrap_or(0) as i32;
        let made = core::mem::replace(&mut self.made, true);
        self.names(&mut other)?;
        self.made = made;
        other.header(&LinkHeader { family: AddressFamily::UNSPEC, ..self.said.header });
        body.put(number, other.bytes());
        self.said = first;
        Ok(())
    }

    /// Reads about the other end what a kind's own words do not say.
    pub fn other_end(&mut self, body: &mut Body) -> Result<(), Exit> {
        let first = self.enter(body);
        self.leave(Netkit::PEER_INFO.number(), first, body)
    }

    /// What `netkit` does with packets, at one end or at the other.
    fn policy(&mut self, number: u16, found: &Found, body: &mut Body) -> Result<(), Exit> {
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
                let value = self.value()?;
                let Some(scrub) = found.integer(value) else {
                    return Err(self.wrong(found, value, true));
                };
                let number = if peer { Netkit::PEER_SCRUB.number() } else { number };
                body.put_u32(number, scrub as u32);
            }
        }
        Ok(())
    }

    /// What tunnels over IPv6 may have of the packets within.
    fn tunnel6(&mut self, special: Special, number: u16, body: &mut Body) -> Result<(), Exit> {
        let value = self.value()?;
        let inherits = value == "inherit";
        let (flags, flag, word, most, wrong) = match special {
            Special::Tclass(flags) => {
                (flags, Ip6TnlFlags::USE_ORIG_TCLASS, hexadecimal(value), 0xff, "invalid TClass")
            }
            Special::FlowLabel(flags) => (
                flags,
                Ip6TnlFlags::USE_ORIG_FLOWLABEL,
                hexadecimal(value),
                0xf_ffff,
                "invalid Flowlabel",
            ),
            Special::EncapLimit(flags) => (
                flags,
                Ip6TnlFlags::IGN_ENCAP_LIMIT,
                super::words::number(value),
                0xff,
                "invalid ELIM",
            ),
            Special::Fwmark(flags) => (
                flags,
                Ip6TnlFlags::USE_ORIG_FWMARK,
                super::words::number(value),
                u32::MAX.into(),
                "invalid fwmark\n",
            ),
            _ => {
                if !inherits {
                    return Err(complain(self.ip, value, format_args!("not inherit")));
                }
                alter(body, number, Order::Native, 0, Ip6TnlFlags::RCV_DSCP_COPY.0);
                return Ok(());
            }
        };
        let limit = matches!(special, Special::EncapLimit(_));
        let inherits = if limit { value == "none" } else { inherits };
        let said = if inherits { Some(0) } else { word.filter(|word| *word <= most) };
        let Some(said) = said else {
            return Err(complain(self.ip, value, format_args!("{wrong}")));
        };
        let said = said as u32;
        let set = if inherits { flag.0 } else { 0 };
        match special {
            Special::Tclass(_) => alter(body, number, Order::Big, 0xff << 20, said << 20),
            Special::FlowLabel(_) => alter(body, number, Order::Big, 0xf_ffff, said),
            Special::EncapLimit(_) if inherits => {}
            Special::EncapLimit(_) => body.set(number, &[said as u8]),
            _ => body.set(number, &said.to_ne_bytes()),
        }
        alter(body, flags.into(), Order::Native, flag.0, set);
        Ok(())
    }

    /// What is set of a virtual function.
    fn vf(&mut self, found: &Found, body: &mut Body) -> Result<(), Exit> {
        let vf = self.number(found, i32::MAX as u64, false)? as u32;
        if self.said.dev.is_none() {
            return Err(super::change::missing(self.ip.pen.err, "dev"));
        }
        if self.words.peek().is_none() {
            self.value()?;
        }
        let list = body.open(Link::VFINFO_LIST.number());
        let info = body.open(VfList::INFO.number());
        let mut rates: Option<VfRate> = None;
        while let Some(found) = self.vf_word(None) {
            let number = found.rows.first().map_or(0, |row| row.number.into());
            if number == Vf::MAC.number() {
                let mut mac = [0; 32];
                hardware(self.value()?, &mut mac, self.ip.pen.err)?;
                body.put_structure(number, &VfMac { vf, mac });
                continue;
            }
            let value = self.vf_value(&found)?;
            if number == Vf::RATE.number() {
                let rates = rates.get_or_insert(VfRate { vf, min_tx_rate: 0, max_tx_rate: 0 });
                if found.name == "max_tx_rate" {
                    rates.max_tx_rate = value;
                } else {
                    rates.min_tx_rate = value;
                }
            } else if number == Vf::VLAN.number() {
                self.vf_vlan(vf, value, body)?;
            } else {
                body.put_structure(number, &VfSetting { vf, setting: value });
            }
        }
        if let Some(rates) = rates {
            body.put_structure(Vf::RATE.number(), &rates);
        }
        body.close(info);
        body.close(list);
        Ok(())
    }

    /// What is set next of a virtual function, if it is this, or anything.
    fn vf_word(&mut self, name: Option<&str>) -> Option<Found> {
        let found = VF.find(self.words.peek()?)?;
        if name.is_some_and(|name| name != found.name) {
            return None;
        }
        self.words.next();
        Some(found)
    }

    fn vf_value(&mut self, found: &Found) -> Result<u32, Exit> {
        let value = self.value()?;
        let number = found.integer(value).and_then(|number| number.try_into().ok());
        number.ok_or_else(|| self.wrong(found, value, false))
    }

    fn vf_vlan(&mut self, vf: u32, vlan: u32, body: &mut Body) -> Result<(), Exit> {
        let qos = match self.vf_word(Some("qos")) {
            Some(found) => self.vf_value(&found)?,
            None => 0,
        };
        let protocol = match self.vf_word(Some("proto")) {
            Some(found) => VlanProtocol(self.vf_value(&found)? as u16),
            None => VlanProtocol::P_8021Q,
        };
        if protocol == VlanProtocol::P_8021Q {
            body.put_structure(Vf::VLAN.number(), &VfVlan { vf, vlan, qos });
        } else {
            let list = body.open(Vf::VLAN_LIST.number());
            let info = VfVlanInfo { vf, vlan, qos, vlan_proto: protocol };
            body.put_structure(VfVlans::INFO.number(), &info);
            body.close(list);
        }
        Ok(())
    }
}

/// No IPv4 prefix goes with the IPv6 one.
fn no_relay(body: &mut Body) {
    body.set(Iptun::IPTUN_6RD_RELAY_PREFIX.number(), &[0; 4]);
    body.set(Iptun::IPTUN_6RD_RELAY_PREFIXLEN.number(), &[0; 2]);
}
