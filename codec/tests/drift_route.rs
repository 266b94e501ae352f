//! Tables of rtnetlink except links, compared with the kernel's descriptions: addresses, routes,
//! rules, neighbours, next hops, encapsulations and others.
#![cfg(feature = "rtnl")]

mod drift;

use barelink_codec::fib_lookup::FibLookup;
use barelink_codec::rtnl::neigh::table as neightbl;
use barelink_codec::rtnl::route::{lwtunnel, nexthop, nexthop_bucket};
use barelink_codec::rtnl::{addr, addrlabel, group, neigh, netconf, nsid, prefix, route, rule};
use barelink_codec::schema::Set;
use barelink_codec::value::Structure;
use drift::Exceptions;

#[test]
fn addresses_are_as_the_kernel_describes_them() {
    const LEFT_OUT: &str = "the spec leaves it out; the kernel sends it, see rtnetlink.h";
    const OPERATIONS: Exceptions<'_> =
        &[(56, LEFT_OUT), (57, LEFT_OUT), (60, LEFT_OUT), (61, LEFT_OUT), (62, LEFT_OUT)];
    let Some(spec) = drift::spec("json/rt-addr.json") else { return };
    spec.attributes(addr::Addr::table(), "addr-attrs", &[]);
    spec.structure(addr::AddrHeader::LAYOUT, "ifaddrmsg", &[]);
    spec.names(addr::AddrFlags::NAMES, "ifa-flags", &[]);
    spec.operations(&[&addr::FAMILY], OPERATIONS);
}

#[test]
fn routes_are_as_the_kernel_describes_them() {
    const ROUTE: Exceptions<'_> = &[
        (12, "rta_cacheinfo has 32 bytes in rtnetlink.h and on the wire; expires may be negative"),
        (23, "multicast routes have it with 8 bytes"),
        (28, "read by nla_get_be16, as iproute2 sends it"),
        (29, "read by nla_get_be16, as iproute2 sends it"),
    ];
    let Some(spec) = drift::spec("json/rt-route.json") else { return };
    spec.attributes(route::Route::table(), "route-attrs", ROUTE);
    spec.attributes(route::Metrics::table(), "metrics", &[]);
    spec.structure(route::RouteHeader::LAYOUT, "rtmsg", &[]);
    spec.names(route::RouteType::NAMES, "rtm-type", &[]);
    spec.names(route::DelReason::NAMES, "del-reason", &[]);
    spec.operations(&[&route::FAMILY], &[]);
}

#[test]
fn multicast_route_statistics_are_as_the_kernel_describes_them() {
    let Some(spec) = drift::spec("json-uapi/rt-mroute.json") else { return };
    spec.structure(route::MfcStats::LAYOUT, "rta_mfc_stats", &[]);
}

#[test]
fn groups_and_route_flags_are_as_the_kernel_describes_them() {
    const HOP: &str = "the lower eight bits are RTNH_F_*";
    const FLAGS: Exceptions<'_> =
        &[(1, HOP), (2, HOP), (4, HOP), (8, HOP), (16, HOP), (32, HOP), (64, HOP)];
    let Some(spec) = drift::spec("json-uapi/rt-events.json") else { return };
    spec.names(group::Group::NAMES, "rtnlgrp", &[]);
    spec.constants(route::RouteFlags::NAMES, "RTM_F_", FLAGS);
}

#[test]
fn rules_are_as_the_kernel_describes_them() {
    const RULE: Exceptions<'_> =
        &[(12, "read by nla_get_be64"), (14, "an int in the kernel, and -1 where there is none")];
    let Some(spec) = drift::spec("json/rt-rule.json") else { return };
    spec.attributes(rule::Rule::table(), "fib-rule-attrs", RULE);
    spec.structure(rule::RuleHeader::LAYOUT, "fib-rule-hdr", &[]);
    spec.names(rule::RuleAction::NAMES, "fr-act", &[]);
    spec.operations(&[&rule::FAMILY], &[]);
}

#[test]
fn neighbours_are_as_the_kernel_describes_them() {
    const NEIGH: Exceptions<'_> = &[(6, "a UDP port: nla_get_be16, nla_put_be16 in vxlan")];
    let Some(spec) = drift::spec("json/rt-neigh.json") else { return };
    spec.attributes(neigh::Neigh::table(), "neighbour-attrs", NEIGH);
    spec.structure(neigh::NeighHeader::LAYOUT, "ndmsg", &[]);
    spec.names(neigh::NeighState::NAMES, "nud-state", &[]);
    spec.names(neigh::NeighFlags::NAMES, "ntf-flags", &[]);
    spec.names(neigh::NeighExtFlags::NAMES, "ntf-ext-flags", &[]);
    spec.attributes(neightbl::NeighTable::table(), "ndt-attrs", &[]);
    spec.attributes(neightbl::NeighTableParms::table(), "ndtpa-attrs", &[]);
    spec.structure(neightbl::NeighTableHeader::LAYOUT, "ndtmsg", &[]);
    spec.operations(&[&neigh::FAMILY, &neightbl::FAMILY], &[]);
}

#[test]
fn next_hops_are_as_the_kernel_describes_them() {
    let Some(spec) = drift::spec("json-uapi/rt-nexthop.json") else { return };
    spec.attributes(nexthop::NextHop::table(), "nha", &[]);
    spec.attributes(nexthop::ResilientGroup::table(), "nha-res-group", &[]);
    spec.attributes(nexthop::ResilientBucket::table(), "nha-res-bucket", &[]);
    spec.attributes(nexthop::NextHopGroupStats::table(), "nha-group-stats", &[]);
    spec.attributes(nexthop::NextHopGroupStatsEntry::table(), "nha-group-stats-entry", &[]);
    spec.structure(nexthop::NextHopHeader::LAYOUT, "nhmsg", &[]);
    spec.structure(nexthop::NextHopGroupMember::LAYOUT, "nexthop_grp", &[]);
    spec.names(nexthop::NextHopGroupType::NAMES, "nexthop-grp-type", &[]);
    spec.operations(&[&nexthop::FAMILY, &nexthop_bucket::FAMILY], &[]);
}

#[test]
fn netconf_is_as_the_kernel_describes_it() {
    let Some(spec) = drift::spec("json-uapi/rt-netconf.json") else { return };
    spec.attributes(netconf::Netconf::table(), "netconfa", &[]);
    spec.structure(netconf::NetconfHeader::LAYOUT, "netconfmsg", &[]);
    spec.constants(netconf::NetconfLink::NAMES, "NETCONFA_IFINDEX_", &[]);
    spec.operations(&[&netconf::FAMILY], &[]);
}

#[test]
fn namespace_ids_are_as_the_kernel_describes_them() {
    let Some(spec) = drift::spec("json-uapi/rt-nsid.json") else { return };
    spec.attributes(nsid::Nsid::table(), "netnsa", &[]);
    spec.structure(nsid::NsidHeader::LAYOUT, "rtgenmsg", &[]);
    spec.operations(&[&nsid::FAMILY], &[]);
}

#[test]
fn address_labels_are_as_the_kernel_describes_them() {
    let Some(spec) = drift::spec("json-uapi/rt-addrlabel.json") else { return };
    spec.attributes(addrlabel::AddrLabel::table(), "ifal", &[]);
    spec.structure(addrlabel::AddrLabelHeader::LAYOUT, "ifaddrlblmsg", &[]);
    spec.operations(&[&addrlabel::FAMILY], &[]);
}

#[test]
fn prefixes_are_as_the_kernel_describes_them() {
    let Some(spec) = drift::spec("json-uapi/rt-prefix.json") else { return };
    spec.attributes(prefix::Prefix::table(), "prefix", &[]);
    spec.structure(prefix::PrefixHeader::LAYOUT, "prefixmsg", &[]);
    spec.structure(prefix::PrefixCacheInfo::LAYOUT, "prefix_cacheinfo", &[]);
    spec.operations(&[&prefix::FAMILY], &[]);
}

#[test]
fn encapsulations_are_as_the_kernel_describes_them() {
    const ILA: Exceptions<'_> = &[
        (1, "half an IPv6 address, cast to __be64 in the kernel"),
        (3, "half an IPv6 address, cast to __be64 in the kernel"),
    ];
    const SRH: Exceptions<'_> = &[(6, "goes into packets as it is, where it is in network order")];
    let Some(spec) = drift::spec("json-uapi/lwtunnel.json") else { return };
    spec.names(lwtunnel::EncapType::NAMES, "lwtunnel-encap", &[]);
    spec.attributes(lwtunnel::MplsTunnel::table(), "mpls-iptunnel", &[]);
    spec.attributes(lwtunnel::IpTunnel::table(), "lwtunnel-ip", &[]);
    spec.attributes(lwtunnel::Ip6Tunnel::table(), "lwtunnel-ip6", &[]);
    spec.attributes(lwtunnel::TunnelOptions::table(), "lwtunnel-ip-opts", &[]);
    spec.attributes(lwtunnel::GeneveOption::table(), "lwtunnel-ip-opt-geneve", &[]);
    spec.attributes(lwtunnel::VxlanOption::table(), "lwtunnel-ip-opt-vxlan", &[]);
    spec.attributes(lwtunnel::ErspanOption::table(), "lwtunnel-ip-opt-erspan", &[]);
    spec.attributes(lwtunnel::Ila::table(), "ila-attr", ILA);
    spec.names(lwtunnel::IlaChecksum::NAMES, "ila-csum", &[]);
    spec.names(lwtunnel::IlaIdentifier::NAMES, "ila-atype", &[]);
    spec.names(lwtunnel::IlaHook::NAMES, "ila-hook-route", &[]);
    spec.attributes(lwtunnel::Seg6::table(), "seg6-iptunnel", &[]);
    spec.structure(lwtunnel::Seg6Encap::LAYOUT, "seg6_iptunnel_encap", &[]);
    spec.structure(lwtunnel::SegmentHeader::LAYOUT, "ipv6_sr_hdr", SRH);
    spec.names(lwtunnel::Seg6Mode::NAMES, "seg6-iptun-mode", &[]);
    spec.constants(lwtunnel::SegmentFlags::NAMES, "SR6_FLAG1_", &[]);
    spec.attributes(lwtunnel::Seg6Local::table(), "seg6-local", &[]);
    spec.names(lwtunnel::Seg6Action::NAMES, "seg6-local-action", &[]);
    spec.attributes(lwtunnel::Seg6LocalBpf::table(), "seg6-local-bpf", &[]);
    spec.attributes(lwtunnel::Seg6LocalCounters::table(), "seg6-local-cnt", &[]);
    spec.attributes(lwtunnel::Seg6LocalFlavors::table(), "seg6-local-flv", &[]);
    spec.attributes(lwtunnel::LwtBpf::table(), "lwt-bpf", &[]);
    spec.attributes(lwtunnel::LwtBpfProgram::table(), "lwt-bpf-prog", &[]);
    spec.attributes(lwtunnel::Rpl::table(), "rpl-iptunnel", &[]);
    spec.attributes(lwtunnel::Ioam6::table(), "ioam6-iptunnel", &[]);
    spec.names(lwtunnel::Ioam6Mode::NAMES, "ioam6-iptunnel-mode", &[]);
    spec.attributes(lwtunnel::XfrmTunnel::table(), "lwt-xfrm", &[]);
}

#[test]
fn ioam6_traces_are_as_the_kernel_describes_them() {
    let Some(spec) = drift::spec("json-uapi/ioam6.json") else { return };
    spec.structure(lwtunnel::Ioam6Trace::LAYOUT, "ioam6_trace_hdr", &[]);
}

#[test]
fn fib_lookup_is_as_the_kernel_describes_it() {
    let Some(spec) = drift::spec("json-uapi/fib_lookup.json") else { return };
    spec.structure(FibLookup::LAYOUT, "fib_result_nl", &[]);
}
