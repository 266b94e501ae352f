//! Validation, defaults and order of a link kind's attributes (`IFLA_INFO_DATA`).

use barelink_codec::Attrs;
use barelink_codec::rtnl::link::kinds::geneve::Geneve;
use barelink_codec::rtnl::link::kinds::gre::{Gre, GreFlags};
use barelink_codec::rtnl::link::kinds::iptun::Iptun;
use barelink_codec::rtnl::link::kinds::vxlan::Vxlan;
use barelink_codec::schema::Int;

use super::body::Body;
use super::grammar::store;
use super::link_kinds::{DefaultValue, LinkKind, Out};
use super::words::TextOutput;

/// Checks a kind's attributes together and adds those that follow from others; returns the error
/// message if they conflict.
pub fn check(
    name: &str,
    create: bool,
    data: &mut Body,
    err: &mut TextOutput<'_>,
) -> Option<&'static str> {
    match name {
        "vxlan" => check_vxlan(create, data, err),
        "geneve" => {
            let external = data.number(Geneve::COLLECT_METADATA.number()).is_some();
            let id = data.number(Geneve::ID.number()).is_some();
            let remote = data.number(Geneve::REMOTE.number()).is_some()
                || data.number(Geneve::REMOTE6.number()).is_some();
            match (external, id) {
                (true, true) => Some("geneve: both 'external' and vni cannot be specified\n"),
                (false, false) => Some("geneve: missing virtual network identifier\n"),
                (false, true) if create && !remote => {
                    Some("geneve: remote link partner not specified\n")
                }
                _ => None,
            }
        }
        "ipip" | "sit" => {
            let fixed = data.number(Iptun::PMTUDISC.number()) == Some(0);
            let ttl = data.number(Iptun::TTL.number()).unwrap_or(0);
            (fixed && ttl != 0).then_some("ttl != 0 and nopmtudisc are incompatible\n")
        }
        "gre" | "gretap" | "erspan" => {
            erspan_defaults(name, data);
            group_keys(data)
        }
        "ip6erspan" => {
            erspan_defaults(name, data);
            None
        }
        _ => None,
    }
}

/// Returns whether an IPv4 address is multicast.
fn is_group(addr: u32) -> bool {
    addr >> 28 == 0xe
}

fn check_vxlan(create: bool, data: &mut Body, err: &mut TextOutput<'_>) -> Option<&'static str> {
    let id = data.number(Vxlan::ID.number()).is_some();
    let external = data.number(Vxlan::COLLECT_METADATA.number()) == Some(1);
    if external && id {
        return Some("vxlan: both 'external' and vni cannot be specified\n");
    }
    if !external && !id && create {
        return Some("vxlan: missing virtual network identifier\n");
    }
    let group = data.number(Vxlan::GROUP.number()).is_some_and(is_group)
        || data.number(Vxlan::GROUP6.number()).is_some_and(|addr| addr >> 24 == 0xff);
    if group && data.number(Vxlan::LINK.number()).is_none() {
        return Some("vxlan: 'group' requires 'dev' to be specified\n");
    }
    if data.number(Vxlan::PORT.number()).is_none() {
        if data.number(Vxlan::GPE.number()).is_some() {
            data.put(Vxlan::PORT.number(), &4790u16.to_be_bytes());
        } else if create {
            err.write_str(
                "vxlan: destination port not specified\n\
                 Will use Linux kernel default (non-standard value)\n\
                 Use 'dstport 4789' to get the IANA assigned value\n\
                 Use 'dstport 0' to get default and quiet this message\n",
            );
        }
    }
    if external && create && data.number(Vxlan::LEARNING.number()).is_none() {
        data.put_u8(Vxlan::LEARNING.number(), 0);
    }
    None
}

/// Sets the keys of a tunnel with a multicast remote to that address, unless they are given.
fn group_keys(data: &mut Body) -> Option<&'static str> {
    let group = data.number(Gre::REMOTE.number()).filter(|addr| is_group(*addr))?;
    for (key, flags) in [(Gre::IKEY, Gre::IFLAGS), (Gre::OKEY, Gre::OFLAGS)] {
        if data.number(key.number()).unwrap_or(0) == 0 {
            data.set(key.number(), &group.to_be_bytes());
            let old = data.number(flags.number()).unwrap_or(0) as u16;
            data.set(flags.number(), &(old | GreFlags::KEY.0).to_be_bytes());
        }
    }
    let local = data.number(Gre::LOCAL.number());
    local.is_none().then_some("A broadcast tunnel requires a source address.\n")
}

/// Adds the attributes that the ERSPAN version implies.
fn erspan_defaults(name: &str, data: &mut Body) {
    if name.ends_with("erspan") && data.number(Gre::ERSPAN_VER.number()) == Some(2) {
        // An index given before is ignored.
        data.set(Gre::ERSPAN_INDEX.number(), &[0; 4]);
        if data.number(Gre::ERSPAN_DIR.number()).is_none() {
            data.put_u8(Gre::ERSPAN_DIR.number(), 0);
        }
        if data.number(Gre::ERSPAN_HWID.number()).is_none() {
            data.put_u16(Gre::ERSPAN_HWID.number(), 0);
        }
    }
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}

fn has(outs: &[Out], number: u16) -> bool {
    outs.iter().any(|out| u16::from(out.number) == number)
}

/// Appends a kind's attributes in iproute2's order, with default values.
pub fn put(kind: &LinkKind, create: bool, data: &mut Body, body: &mut Body) {
    body.inherit_overflow(data);
    let external = kind.external.last().is_some_and(|out| data.find(out.number.into()).is_some());
    let tail = if external { kind.external } else { kind.tail };
    for attr in Attrs::<()>::new(data.bytes()).iter().map_while(Result::ok) {
        if !has(kind.tail, attr.number()) && !has(tail, attr.number()) {
            body.put(attr.number(), attr.payload());
        }
    }
    for out in tail {
        let number = u16::from(out.number);
        match (data.find(number), out.default) {
            (Some(value), DefaultValue::OmitZero) if is_zero(value) => {}
            (Some(value), DefaultValue::OmitZeroOnCreate) if create && is_zero(value) => {}
            (Some(value), _) => body.put(number, value),
            (
                None,
                DefaultValue::None | DefaultValue::OmitZero | DefaultValue::OmitZeroOnCreate,
            ) => {}
            (None, DefaultValue::OnCreate(..)) if !create => {}
            (None, DefaultValue::Value(len, value) | DefaultValue::OnCreate(len, value)) => {
                let bytes = store(Int::unsigned(len), value.into()).unwrap_or_default();
                body.put(number, bytes.get(..usize::from(len)).unwrap_or_default());
            }
        }
    }
}
