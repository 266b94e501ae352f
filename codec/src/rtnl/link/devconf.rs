//! Indexes into the arrays of per-link IPv4 and IPv6 configuration and statistics.

use crate::value::{Fixed, Items};

values! {
    /// IPv4 configuration of a link; `/proc/sys/net/ipv4/conf` has most values as files. 0 is off,
    /// 1 on, unless stated otherwise.
    pub Ipv4Conf "IPV4_DEVCONF_": u16 {
        /// Forwarding of unicast packets.
        1 => FORWARDING,
        /// Forwarding of multicast packets; set by a multicast routing daemon.
        2 => MC_FORWARDING,
        /// Proxy ARP: answers ARP requests for addresses that have a route through another link.
        3 => PROXY_ARP,
        /// Acceptance of ICMP redirects.
        4 => ACCEPT_REDIRECTS,
        /// Acceptance of ICMP redirects only to default gateways of the link; without effect if
        /// `SHARED_MEDIA` is on.
        5 => SECURE_REDIRECTS,
        /// Sending of ICMP redirects.
        6 => SEND_REDIRECTS,
        /// Shared media: several IP networks on the link reach each other directly (RFC 1620).
        7 => SHARED_MEDIA,
        /// Reverse-path filter (RFC 3704): 0 off, 1 strict, 2 loose.
        8 => RP_FILTER,
        /// Acceptance of packets with the source route option.
        9 => ACCEPT_SOURCE_ROUTE,
        /// BOOTP relay: packets from 0.b.c.d are accepted; not implemented.
        10 => BOOTP_RELAY,
        /// Logging of packets with impossible addresses (martians).
        11 => LOG_MARTIANS,
        /// Tag, a number for the administrator's use.
        12 => TAG,
        /// ARP filter: answers only if packets to the requester would leave by this link.
        13 => ARPFILTER,
        /// Medium ID, equal for links on the same medium: 0 the link is the only one, -1 no proxy
        /// ARP checks.
        14 => MEDIUM_ID,
        /// IPsec encryption disabled.
        15 => NOXFRM,
        /// IPsec policy disabled.
        16 => NOPOLICY,
        /// Forced IGMP version; 0 for that of received queries.
        17 => FORCE_IGMP_VERSION,
        /// ARP announce level: source address of ARP requests: 0 any local, 1 prefer the target's
        /// subnet, 2 best.
        18 => ARP_ANNOUNCE,
        /// ARP ignore level: ARP requests that are not answered, 0 (answers all) to 8 (answers
        /// none).
        19 => ARP_IGNORE,
        /// Promotion of a secondary address when its primary address is deleted.
        20 => PROMOTE_SECONDARIES,
        /// Gratuitous ARP: 0 updates known neighbours only, 1 creates, 2 creates if in the same
        /// subnet.
        21 => ARP_ACCEPT,
        /// Gratuitous ARP sent when the link comes up or its address changes.
        22 => ARP_NOTIFY,
        /// Acceptance of packets with a local source address.
        23 => ACCEPT_LOCAL,
        /// Firewall mark included in the reverse-path route lookup (`src_valid_mark`).
        24 => SRC_VMARK,
        /// Proxy ARP for private VLANs (RFC 3069): answers on the link the request came from.
        25 => PROXY_ARP_PVLAN,
        /// Loopback addresses (127.0.0.0/8) routed like others.
        26 => ROUTE_LOCALNET,
        /// Interval of unsolicited IGMPv1 and IGMPv2 reports, in ms.
        27 => IGMPV2_UNSOLICITED_REPORT_INTERVAL,
        /// Interval of unsolicited IGMPv3 reports, in ms.
        28 => IGMPV3_UNSOLICITED_REPORT_INTERVAL,
        /// Routes through the link ignored while it has no carrier.
        29 => IGNORE_ROUTES_WITH_LINKDOWN,
        /// Unicast packets in link-layer multicast frames dropped (RFC 1122).
        30 => DROP_UNICAST_IN_L2_MULTICAST,
        /// Gratuitous ARP dropped.
        31 => DROP_GRATUITOUS_ARP,
        /// Forwarding of directed broadcasts.
        32 => BC_FORWARDING,
        /// ARP entries flushed when the carrier is lost; default 1.
        33 => ARP_EVICT_NOCARRIER,
    }
}

values! {
    /// IPv6 configuration of a link; `/proc/sys/net/ipv6/conf` has most values as files. 0 is off,
    /// 1 on, unless stated otherwise.
    pub Ipv6Conf "DEVCONF_": u16 {
        /// Forwarding of unicast packets; the host behaves as a router.
        0 => FORWARDING,
        /// Default hop limit.
        1 => HOPLIMIT,
        /// MTU in bytes.
        2 => MTU6,
        /// Acceptance of router advertisements: 0 no, 1 unless forwarding, 2 always.
        3 => ACCEPT_RA,
        /// Acceptance of ICMPv6 redirects.
        4 => ACCEPT_REDIRECTS,
        /// Autoconfiguration of addresses from prefixes of router advertisements.
        5 => AUTOCONF,
        /// Number of duplicate address detection probes.
        6 => DAD_TRANSMITS,
        /// Number of router solicitations sent; -1 for no limit.
        7 => RTR_SOLICITS,
        /// Interval of router solicitations, in ms.
        8 => RTR_SOLICIT_INTERVAL,
        /// Delay ahead of the first router solicitation, in ms.
        9 => RTR_SOLICIT_DELAY,
        /// Temporary addresses (RFC 8981): ≤ 0 off, 1 generate, ≥ 2 prefer.
        10 => USE_TEMPADDR,
        /// Valid lifetime of temporary addresses, in s.
        11 => TEMP_VALID_LFT,
        /// Preferred lifetime of temporary addresses, in s.
        12 => TEMP_PREFERED_LFT,
        /// Number of attempts to generate a temporary address.
        13 => REGEN_MAX_RETRY,
        /// Maximum random reduction of a temporary address's preferred lifetime, in s.
        14 => MAX_DESYNC_FACTOR,
        /// Maximum number of autoconfigured addresses; 0 for no limit.
        15 => MAX_ADDRESSES,
        /// Forced MLD version; 0 for that of received queries.
        16 => FORCE_MLD_VERSION,
        /// Acceptance of default routers from router advertisements.
        17 => ACCEPT_RA_DEFRTR,
        /// Acceptance of prefix information from router advertisements.
        18 => ACCEPT_RA_PINFO,
        /// Acceptance of router preferences from router advertisements (RFC 4191).
        19 => ACCEPT_RA_RTR_PREF,
        /// Interval of router reachability probes, in ms (RFC 4191).
        20 => RTR_PROBE_INTERVAL,
        /// Maximum prefix length of route information accepted from router advertisements.
        21 => ACCEPT_RA_RT_INFO_MAX_PLEN,
        /// Neighbour discovery proxy, for configured proxy entries.
        22 => PROXY_NDP,
        /// Optimistic duplicate address detection (RFC 4429).
        23 => OPTIMISTIC_DAD,
        /// Acceptance of packets with a routing header: < 0 none, ≥ 0 type 2 only.
        24 => ACCEPT_SOURCE_ROUTE,
        /// Forwarding of multicast packets; set by a multicast routing daemon.
        25 => MC_FORWARDING,
        /// IPv6 disabled on the link.
        26 => DISABLE_IPV6,
        /// Duplicate address detection: 0 disabled, 1 enabled, 2 enabled and IPv6 disabled on a
        /// duplicate link-local address.
        27 => ACCEPT_DAD,
        /// Target link-layer address option always sent in neighbour advertisements.
        28 => FORCE_TLLAO,
        /// Unsolicited neighbour advertisements sent when the link comes up or its address changes.
        29 => NDISC_NOTIFY,
        /// Interval of unsolicited MLDv1 reports, in ms.
        30 => MLDV1_UNSOLICITED_REPORT_INTERVAL,
        /// Interval of unsolicited MLDv2 reports, in ms.
        31 => MLDV2_UNSOLICITED_REPORT_INTERVAL,
        /// Fragmented neighbour discovery messages dropped (RFC 6980).
        32 => SUPPRESS_FRAG_NDISC,
        /// Acceptance of router advertisements with a local source address.
        33 => ACCEPT_RA_FROM_LOCAL,
        /// Optimistic addresses usable as source addresses.
        34 => USE_OPTIMISTIC,
        /// Acceptance of the MTU from router advertisements.
        35 => ACCEPT_RA_MTU,
        /// Secret of stable addresses (RFC 7217); always 0 here.
        36 => STABLE_SECRET,
        /// Source addresses limited to those of the outgoing link.
        37 => USE_OIF_ADDRS_ONLY,
        /// Minimum hop limit accepted from router advertisements.
        38 => ACCEPT_RA_MIN_HOP_LIMIT,
        /// Routes through the link ignored while it has no carrier.
        39 => IGNORE_ROUTES_WITH_LINKDOWN,
        /// Unicast packets in link-layer multicast frames dropped.
        40 => DROP_UNICAST_IN_L2_MULTICAST,
        /// Unsolicited neighbour advertisements dropped.
        41 => DROP_UNSOLICITED_NA,
        /// Global addresses kept when the link goes down: > 0 yes, 0 system default, < 0 no.
        42 => KEEP_ADDR_ON_DOWN,
        /// Maximum interval of router solicitations, in ms.
        43 => RTR_SOLICIT_MAX_INTERVAL,
        /// Acceptance of packets with a segment routing header (SRv6).
        44 => SEG6_ENABLED,
        /// HMAC of segment routing headers: < 0 ignored, 0 validated if present, 1 required.
        45 => SEG6_REQUIRE_HMAC,
        /// Enhanced duplicate address detection (RFC 7527).
        46 => ENHANCED_DAD,
        /// Address generation mode, `IN6_ADDR_GEN_MODE_*`.
        47 => ADDR_GEN_MODE,
        /// IPsec policy disabled.
        48 => DISABLE_POLICY,
        /// Minimum prefix length of route information accepted from router advertisements.
        49 => ACCEPT_RA_RT_INFO_MIN_PLEN,
        /// Traffic class of neighbour discovery messages.
        50 => NDISC_TCLASS,
        /// Acceptance of packets with an RPL source routing header.
        51 => RPL_SEG_ENABLED,
        /// Metric of default routes from router advertisements.
        52 => RA_DEFRTR_METRIC,
        /// Acceptance of packets with IOAM options (in-situ OAM).
        53 => IOAM6_ENABLED,
        /// IOAM interface ID, 16 bits.
        54 => IOAM6_ID,
        /// IOAM wide interface ID, 32 bits.
        55 => IOAM6_ID_WIDE,
        /// Neighbour entries flushed when the carrier is lost; default 1.
        56 => NDISC_EVICT_NOCARRIER,
        /// Unsolicited neighbour advertisements create entries (RFC 9131): 0 no, 1 yes, 2 if in the
        /// same subnet.
        57 => ACCEPT_UNTRACKED_NA,
        /// Minimum lifetime accepted from router advertisements, in s.
        58 => ACCEPT_RA_MIN_LFT,
        /// Forwarding of unicast packets even if disabled for all links.
        59 => FORCE_FORWARDING,
    }
}

values! {
    /// IPv6 statistics of a link, since Linux 6.16. Older kernels have another order, which cannot
    /// be recognized from the message; see [`OldInet6Stat`].
    pub Inet6Stat "IPSTATS_MIB_": u16 {
        /// Number of counters, this one included.
        0 => NUM,
        /// Packets received.
        1 => INPKTS,
        /// Bytes received.
        2 => INOCTETS,
        /// Packets delivered to upper-layer protocols.
        3 => INDELIVERS,
        /// Packets received with ECN codepoint Not-ECT.
        4 => NOECTPKTS,
        /// Packets received with ECN codepoint ECT(1).
        5 => ECT1PKTS,
        /// Packets received with ECN codepoint ECT(0).
        6 => ECT0PKTS,
        /// Packets received with ECN codepoint CE, congestion experienced.
        7 => CEPKTS,
        /// Packets that local protocols passed to IP for transmission.
        8 => OUTREQUESTS,
        /// Packets transmitted.
        9 => OUTPKTS,
        /// Bytes transmitted.
        10 => OUTOCTETS,
        /// Packets forwarded.
        11 => OUTFORWDATAGRAMS,
        /// Received packets with a header error.
        12 => INHDRERRORS,
        /// Packets too big to be forwarded.
        13 => INTOOBIGERRORS,
        /// Received packets without a route to their destination.
        14 => INNOROUTES,
        /// Received packets with an invalid destination address.
        15 => INADDRERRORS,
        /// Received packets of an unknown upper-layer protocol.
        16 => INUNKNOWNPROTOS,
        /// Received packets that were truncated.
        17 => INTRUNCATEDPKTS,
        /// Received packets that were discarded without an error, for lack of buffers for instance.
        18 => INDISCARDS,
        /// Packets discarded on transmission.
        19 => OUTDISCARDS,
        /// Packets not transmitted for lack of a route.
        20 => OUTNOROUTES,
        /// Reassemblies that timed out.
        21 => REASMTIMEOUT,
        /// Fragments received.
        22 => REASMREQDS,
        /// Packets reassembled.
        23 => REASMOKS,
        /// Failed reassemblies.
        24 => REASMFAILS,
        /// Packets fragmented.
        25 => FRAGOKS,
        /// Packets that could not be fragmented.
        26 => FRAGFAILS,
        /// Fragments created.
        27 => FRAGCREATES,
        /// Multicast packets received.
        28 => INMCASTPKTS,
        /// Multicast packets transmitted.
        29 => OUTMCASTPKTS,
        /// Broadcast packets received.
        30 => INBCASTPKTS,
        /// Broadcast packets transmitted.
        31 => OUTBCASTPKTS,
        /// Multicast bytes received.
        32 => INMCASTOCTETS,
        /// Multicast bytes transmitted.
        33 => OUTMCASTOCTETS,
        /// Broadcast bytes received.
        34 => INBCASTOCTETS,
        /// Broadcast bytes transmitted.
        35 => OUTBCASTOCTETS,
        /// Received packets with a wrong checksum.
        36 => CSUMERRORS,
        /// Received fragments that overlap.
        37 => REASM_OVERLAPS,
    }
}

values! {
    /// IPv6 statistics of a link, before Linux 6.16; before 6.7 without the last, and `OUTREQUESTS`
    /// counted forwarded packets too.
    pub OldInet6Stat "IPSTATS_MIB_": u16 {
        /// Number of counters, this one included.
        0 => NUM,
        /// Packets received.
        1 => INPKTS,
        /// Bytes received.
        2 => INOCTETS,
        /// Packets delivered to upper-layer protocols.
        3 => INDELIVERS,
        /// Packets forwarded.
        4 => OUTFORWDATAGRAMS,
        /// Packets that local protocols passed to IP for transmission.
        5 => OUTREQUESTS,
        /// Bytes transmitted.
        6 => OUTOCTETS,
        /// Received packets with a header error.
        7 => INHDRERRORS,
        /// Packets too big to be forwarded.
        8 => INTOOBIGERRORS,
        /// Received packets without a route to their destination.
        9 => INNOROUTES,
        /// Received packets with an invalid destination address.
        10 => INADDRERRORS,
        /// Received packets of an unknown upper-layer protocol.
        11 => INUNKNOWNPROTOS,
        /// Received packets that were truncated.
        12 => INTRUNCATEDPKTS,
        /// Received packets that were discarded without an error, for lack of buffers for instance.
        13 => INDISCARDS,
        /// Packets discarded on transmission.
        14 => OUTDISCARDS,
        /// Packets not transmitted for lack of a route.
        15 => OUTNOROUTES,
        /// Reassemblies that timed out.
        16 => REASMTIMEOUT,
        /// Fragments received.
        17 => REASMREQDS,
        /// Packets reassembled.
        18 => REASMOKS,
        /// Failed reassemblies.
        19 => REASMFAILS,
        /// Packets fragmented.
        20 => FRAGOKS,
        /// Packets that could not be fragmented.
        21 => FRAGFAILS,
        /// Fragments created.
        22 => FRAGCREATES,
        /// Multicast packets received.
        23 => INMCASTPKTS,
        /// Multicast packets transmitted.
        24 => OUTMCASTPKTS,
        /// Broadcast packets received.
        25 => INBCASTPKTS,
        /// Broadcast packets transmitted.
        26 => OUTBCASTPKTS,
        /// Multicast bytes received.
        27 => INMCASTOCTETS,
        /// Multicast bytes transmitted.
        28 => OUTMCASTOCTETS,
        /// Broadcast bytes received.
        29 => INBCASTOCTETS,
        /// Broadcast bytes transmitted.
        30 => OUTBCASTOCTETS,
        /// Received packets with a wrong checksum.
        31 => CSUMERRORS,
        /// Packets received with ECN codepoint Not-ECT.
        32 => NOECTPKTS,
        /// Packets received with ECN codepoint ECT(1).
        33 => ECT1PKTS,
        /// Packets received with ECN codepoint ECT(0).
        34 => ECT0PKTS,
        /// Packets received with ECN codepoint CE, congestion experienced.
        35 => CEPKTS,
        /// Received fragments that overlap.
        36 => REASM_OVERLAPS,
        /// Packets transmitted.
        37 => OUTPKTS,
    }
}

values! {
    /// ICMPv6 statistics of a link.
    pub Icmp6Stat "ICMP6_MIB_": u16 {
        /// Number of counters, this one included.
        0 => NUM,
        /// Messages received.
        1 => INMSGS,
        /// Received messages with errors.
        2 => INERRORS,
        /// Messages transmitted.
        3 => OUTMSGS,
        /// Messages not transmitted because of errors.
        4 => OUTERRORS,
        /// Received messages with a wrong checksum.
        5 => CSUMERRORS,
        /// Messages not transmitted because of the rate limit.
        6 => RATELIMITHOST,
    }
}

/// Returns the value at this index; `None` where an older kernel's array is shorter.
fn at<F: Fixed>(mut values: Items<'_, F>, place: u16) -> Option<F::Plain> {
    values.nth(place.into())
}

impl Ipv4Conf {
    /// Returns this setting from [`Inet::CONF`](super::af_spec::Inet::CONF); `None` if the kernel
    /// is older and does not report it.
    pub fn of(self, values: Items<'_, i32>) -> Option<i32> {
        at(values, self.0.checked_sub(1)?)
    }
}

impl Ipv6Conf {
    /// Returns this setting from [`Inet6::CONF`](super::af_spec::Inet6::CONF); `None` if the kernel
    /// is older and does not report it.
    pub fn of(self, values: Items<'_, i32>) -> Option<i32> {
        at(values, self.0)
    }
}

impl Inet6Stat {
    /// Returns this counter from [`Inet6::STATS`](super::af_spec::Inet6::STATS); `None` if the
    /// kernel is older and does not report it.
    pub fn of(self, counts: Items<'_, u64>) -> Option<u64> {
        at(counts, self.0)
    }
}

impl OldInet6Stat {
    /// Returns this counter from [`Inet6::STATS`](super::af_spec::Inet6::STATS); `None` if the
    /// kernel is older and does not report it.
    pub fn of(self, counts: Items<'_, u64>) -> Option<u64> {
        at(counts, self.0)
    }
}

impl Icmp6Stat {
    /// Returns this counter from [`Inet6::ICMP6STATS`](super::af_spec::Inet6::ICMP6STATS); `None`
    /// if the kernel is older and does not report it.
    pub fn of(self, counts: Items<'_, u64>) -> Option<u64> {
        at(counts, self.0)
    }
}
