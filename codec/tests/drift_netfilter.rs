//! Tables of connection tracking, compared with the kernel's descriptions.
#![cfg(feature = "netfilter")]

mod drift;

use barelink_codec::netfilter::conntrack::*;
use barelink_codec::netfilter::group::Group;
use barelink_codec::netfilter::header::{NfHeader, NfProto};
use barelink_codec::schema::Set;
use barelink_codec::value::Structure;
use drift::Exceptions;

#[test]
fn connections_are_as_the_kernel_describes_them() {
    const COUNTERS: Exceptions<'_> = &[
        (3, "in network byte order when kernels sent it, and libnetfilter_conntrack reads it so"),
        (4, "in network byte order when kernels sent it, and libnetfilter_conntrack reads it so"),
    ];
    const SIGNED: &str = "an s32 in struct nf_ct_seqadj";
    const SCTP: &str = "named otherwise in nf_conntrack_sctp.h";
    const INTERNAL: &str = "of the kernel's own, never in an attribute";
    const TCP: Exceptions<'_> =
        &[(10, INTERNAL), (11, INTERNAL), (12, INTERNAL), (13, INTERNAL), (14, INTERNAL)];
    const LEFT_OUT: &str = "the spec leaves it out; the header has it, see the other test";
    const OPERATIONS: Exceptions<'_> = &[
        (258, LEFT_OUT),
        (259, LEFT_OUT),
        (260, "IPCTNL_MSG_CT_GET_STATS_CPU in the header, where GET_STATS is another"),
        (261, LEFT_OUT),
        (262, LEFT_OUT),
        (263, LEFT_OUT),
    ];
    let Some(spec) = drift::spec("json/conntrack.json") else { return };
    spec.attributes(Conntrack::table(), "conntrack-attrs", &[(20, "a nest, CTA_TIMESTAMP_*")]);
    spec.attributes(Tuple::table(), "tuple-attrs", &[]);
    spec.attributes(TupleIp::table(), "tuple-ip-attrs", &[]);
    spec.attributes(TupleProto::table(), "tuple-proto-attrs", &[]);
    spec.attributes(ProtoInfo::table(), "protoinfo-attrs", &[]);
    spec.attributes(TcpInfo::table(), "protoinfo-tcp-attrs", &[]);
    spec.attributes(DccpInfo::table(), "protoinfo-dccp-attrs", &[]);
    spec.attributes(SctpInfo::table(), "protoinfo-sctp-attrs", &[(1, "the spec's name says more")]);
    spec.attributes(ConntrackCounters::table(), "counter-attrs", COUNTERS);
    spec.attributes(NatPorts::table(), "nat-proto-attrs", &[]);
    spec.attributes(SeqAdj::table(), "seqadj-attrs", &[(2, SIGNED), (3, SIGNED)]);
    spec.attributes(SecCtx::table(), "secctx-attrs", &[]);
    spec.attributes(SynProxy::table(), "synproxy-attrs", &[]);
    spec.attributes(TupleFilter::table(), "filter-attrs", &[]);
    spec.attributes(CpuStats::table(), "conntrack-stats-attrs", &[]);
    spec.structure(NfHeader::LAYOUT, "nfgenmsg", &[]);
    spec.structure(TcpFlagsMask::LAYOUT, "nf-ct-tcp-flags-mask", &[]);
    spec.names(ConntrackStatus::NAMES, "nf-ct-status", &[(0x40, "IPS_SEQ_ADJUST in the header")]);
    spec.names(TcpState::NAMES, "nf-ct-tcp-state", TCP);
    spec.names(SctpState::NAMES, "nf-ct-sctp-state", &[(1, SCTP), (6, SCTP), (8, SCTP)]);
    spec.operations(&[&FAMILY], OPERATIONS);
}

#[test]
fn connections_are_as_the_kernels_headers_have_them() {
    const ZONE: &str = "read by nla_get_be16";
    const SIGNED: &str = "an s32 in struct nf_ct_seqadj";
    const OTHER_PREFIX: &str = "IP_CT_EXP_CHALLENGE_ACK, IP_CT_TCP_SIMULTANEOUS_OPEN";
    let Some(spec) = drift::spec("json-uapi/nfnetlink_ctnetlink.json") else { return };
    spec.attributes(Conntrack::table(), "cta", &[(18, ZONE)]);
    spec.attributes(Tuple::table(), "cta-tuple", &[(3, ZONE)]);
    spec.attributes(TupleIp::table(), "cta-ip", &[]);
    spec.attributes(TupleProto::table(), "cta-proto", &[]);
    spec.attributes(ProtoInfo::table(), "cta-protoinfo", &[]);
    spec.attributes(TcpInfo::table(), "cta-protoinfo-tcp", &[]);
    spec.attributes(SctpInfo::table(), "cta-protoinfo-sctp", &[]);
    spec.attributes(ConntrackTimestamp::table(), "cta-timestamp", &[]);
    spec.attributes(ConntrackNat::table(), "cta-nat", &[]);
    spec.attributes(SeqAdj::table(), "cta-seqadj", &[(2, SIGNED), (3, SIGNED)]);
    spec.attributes(SynProxy::table(), "cta-synproxy", &[]);
    spec.attributes(ConntrackHelper::table(), "cta-help", &[]);
    spec.attributes(SecCtx::table(), "cta-secctx", &[]);
    spec.attributes(TupleFilter::table(), "cta-filter", &[]);
    spec.attributes(CpuStats::table(), "cta-stats", &[]);
    spec.attributes(GlobalStats::table(), "cta-stats-global", &[]);
    spec.structure(TcpFlagsMask::LAYOUT, "nf_ct_tcp_flags", &[]);
    let flags = &[(0x40, OTHER_PREFIX), (0x80, OTHER_PREFIX)];
    spec.constants(TcpFlags::NAMES, "IP_CT_TCP_FLAG_", flags);
    spec.operations(&[&FAMILY], &[]);
}

#[test]
fn groups_are_as_the_kernels_headers_have_them() {
    let Some(spec) = drift::spec("json-uapi/nfnetlink.json") else { return };
    spec.names(Group::NAMES, "nfnlgrp", &[]);
    spec.groups(Group::NAMES, &[(0, "the header has it, for no group")]);
    spec.structure(NfHeader::LAYOUT, "nfgenmsg", &[]);
}

#[test]
fn protocol_families_are_as_the_kernels_headers_have_them() {
    let Some(spec) = drift::spec("json-uapi/nf_tables_full.json") else { return };
    spec.names(NfProto::NAMES, "nfproto", &[(13, "how many there are")]);
}
