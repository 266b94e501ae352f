//! Functions of the families that are not tables.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use codec::genl::ctrl::Ctrl;
use codec::genl::kernel_policy::{KernelPolicy, PolicyEntry, Run};
use codec::rtnl::bridge::mdb::MdbEntry;
use codec::rtnl::bridge::spec::{BridgeSpec, VlanSet};
use codec::rtnl::ids::Label;
use codec::rtnl::link::af_spec::{Inet, Inet6};
use codec::rtnl::link::devconf::{Icmp6Stat, Inet6Stat, Ipv4Conf, Ipv6Conf};
use codec::rtnl::link::{self, Link, LinkHeader};
use codec::rtnl::tc::filter;
use codec::rtnl::tc::handle::Handle;
use codec::schema::Scope;
use codec::validate::{self, Policy};
use codec::value::Structure;
use codec::Attrs;

use crate::{black_box, On};

pub fn by_hand(on: &mut On<'_>) {
    let at = on.number as u16;
    let (inet, inet6) = (Attrs::<Inet>::new(on.bytes), Attrs::<Inet6>::new(on.bytes));
    if let Ok(Some(values)) = inet.get(Inet::CONF) {
        on.debug(&Ipv4Conf(at).of(values));
    }
    if let Ok(Some(values)) = inet6.get(Inet6::CONF) {
        on.debug(&Ipv6Conf(at).of(values));
    }
    if let Ok(Some(counts)) = inet6.get(Inet6::STATS) {
        on.debug(&(Inet6Stat(at).of(counts.clone()), Icmp6Stat(at).of(counts)));
    }

    let label = Label::new(on.number as u32, on.number & 1 == 0);
    on.debug(&(label, label.number(), label.is_last()));
    let handle = Handle::new(at, !at);
    on.debug(&(handle, handle.major(), handle.minor()));
    on.display(&handle);
    let info = filter::info(at, !at);
    on.debug(&(info, filter::priority(info), filter::protocol(info)));
    let v4 = IpAddr::from(Ipv4Addr::from(on.number as u32));
    let v6 = IpAddr::from(Ipv6Addr::from(on.number as u128));
    on.debug(&(MdbEntry::group(v4), MdbEntry::group(v6)));
    black_box(MdbEntry::read(on.bytes).ip());

    let mut vlans = VlanSet::default();
    let mut untagged = VlanSet::new();
    for pair in on.bytes.chunks(2) {
        if let [low, high] = *pair {
            vlans.insert(u16::from_ne_bytes([low, high]));
            untagged.insert(u16::from_ne_bytes([high, low]));
        }
    }
    vlans.remove(at);
    on.debug(&(vlans.contains(at), untagged));
    let built = link::SET.build(on.room, 1, LinkHeader::default(), |link| {
        link.nest(Link::AF_SPEC.nested::<BridgeSpec>(), |bridge| {
            bridge.put_vlans(&vlans, &untagged, (at > 7).then_some(at));
        });
    });
    black_box(built.is_ok());
}

/// Reads a policy that the kernel reports, and validates by it.
pub fn kernel_policy(on: &mut On<'_>) {
    let mut room = [PolicyEntry::VACANT; 5];
    let mut policy = KernelPolicy::new(&mut room);
    for part in on.bytes.chunks(64) {
        on.debug(&policy.add(&Attrs::<Ctrl>::new(part)));
    }
    let command = on.number as u8;
    on.debug(&(policy.do_policy(command), policy.dump_policy(command)));
    black_box((policy.needed(), policy.is_complete(), policy.commands().last()));
    for run in [Run::Attrs(on.number as u16), Run::Elements(on.number as u16)] {
        policy.rules(run).for_each(|rule| on.debug(&rule));
        on.debug(&policy.rule(run, on.number as u16, &Scope::default()));
        on.debug(&validate::by_policy(&policy, run, None, on.bytes, on.strictness()));
    }
    on.debug(&policy);
}
