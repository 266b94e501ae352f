//! The names of what stands in IP's arrays: settings and counts, each known by its place.

use crate::value::{Fixed, Items};

values! {
    /// A setting of IPv4 on a link, `IPV4_DEVCONF_*`; `/proc/sys/net/ipv4/conf` has most of them as
    /// files.
    pub Ipv4Conf "IPV4_DEVCONF_": u16 {
        /// It passes packets on.
        1 => FORWARDING,
        /// It passes multicast packets on; a routing daemon decides.
        2 => MC_FORWARDING,
        /// It answers for addresses that it knows the way to.
        3 => PROXY_ARP,
        /// It believes routers that know a better way.
        4 => ACCEPT_REDIRECTS,
        /// It believes only routers that it uses already.
        5 => SECURE_REDIRECTS,
        /// It tells others of a better way.
        6 => SEND_REDIRECTS,
        /// Networks on it can reach each other without a router.
        7 => SHARED_MEDIA,
        /// It drops what comes the wrong way: 1 for strictly, 2 for loosely.
        8 => RP_FILTER,
        /// It takes packets that bring their own route.
        9 => ACCEPT_SOURCE_ROUTE,
        /// It takes packets from 0.b.c.d for others; never built.
        10 => BOOTP_RELAY,
        /// It logs packets with addresses that cannot be.
        11 => LOG_MARTIANS,
        /// A number for administrators to write down.
        12 => TAG,
        /// It answers for an address only if replies would leave by it.
        13 => ARPFILTER,
        /// Which medium it is on; -1 if that is not known.
        14 => MEDIUM_ID,
        /// No packets are encrypted on it.
        15 => NOXFRM,
        /// No IPsec policy holds on it.
        16 => NOPOLICY,
        /// The version of IGMP that it speaks; 0 for what it hears.
        17 => FORCE_IGMP_VERSION,
        /// Which of its addresses it asks with.
        18 => ARP_ANNOUNCE,
        /// Which questions it leaves unanswered.
        19 => ARP_IGNORE,
        /// A second address steps up when the first goes.
        20 => PROMOTE_SECONDARIES,
        /// It remembers those that announce themselves unasked.
        21 => ARP_ACCEPT,
        /// It announces itself when it comes up.
        22 => ARP_NOTIFY,
        /// It takes packets from the machine's own addresses.
        23 => ACCEPT_LOCAL,
        /// The way back is looked up with the mark as well.
        24 => SRC_VMARK,
        /// It answers for those that it could hear itself.
        25 => PROXY_ARP_PVLAN,
        /// It takes 127.0.0.0/8 for addresses as any.
        26 => ROUTE_LOCALNET,
        /// How long until a membership is told again, in milliseconds, IGMPv1 and 2.
        27 => IGMPV2_UNSOLICITED_REPORT_INTERVAL,
        /// How long until a membership is told again, in milliseconds, IGMPv3.
        28 => IGMPV3_UNSOLICITED_REPORT_INTERVAL,
        /// Routes through it do not count while it has no signal.
        29 => IGNORE_ROUTES_WITH_LINKDOWN,
        /// It drops what is for one, but came to many.
        30 => DROP_UNICAST_IN_L2_MULTICAST,
        /// It drops announcements that nobody asked for.
        31 => DROP_GRATUITOUS_ARP,
        /// It passes on what is for all of another network.
        32 => BC_FORWARDING,
        /// It forgets its neighbours when the signal goes.
        33 => ARP_EVICT_NOCARRIER,
    }
}

values! {
    /// A setting of IPv6 on a link, `DEVCONF_*`; `/proc/sys/net/ipv6/conf` has most of them as files.
    pub Ipv6Conf "DEVCONF_": u16 {
        /// It passes packets on, and is a router.
        0 => FORWARDING,
        /// How many routers a packet may pass.
        1 => HOPLIMIT,
        /// The longest packet, in bytes.
        2 => MTU6,
        /// It believes routers: 1 unless it is one itself, 2 always.
        3 => ACCEPT_RA,
        /// It believes routers that know a better way.
        4 => ACCEPT_REDIRECTS,
        /// It makes addresses from what routers announce.
        5 => AUTOCONF,
        /// How often it asks whether an address is free.
        6 => DAD_TRANSMITS,
        /// How often it asks for routers; -1 for ever.
        7 => RTR_SOLICITS,
        /// How long until it asks for routers again, in milliseconds.
        8 => RTR_SOLICIT_INTERVAL,
        /// How long it waits before it asks for routers, in milliseconds.
        9 => RTR_SOLICIT_DELAY,
        /// It makes addresses that change: 1 for sparingly, 2 for preferably.
        10 => USE_TEMPADDR,
        /// How long an address that changes is valid, in seconds.
        11 => TEMP_VALID_LFT,
        /// How long an address that changes is preferred, in seconds.
        12 => TEMP_PREFERED_LFT,
        /// How often it tries to make an address that changes.
        13 => REGEN_MAX_RETRY,
        /// By how much the time of a change is spread, in seconds.
        14 => MAX_DESYNC_FACTOR,
        /// How many addresses it makes at most; 0 for no limit.
        15 => MAX_ADDRESSES,
        /// The version of MLD that it speaks; 0 for what it hears.
        16 => FORCE_MLD_VERSION,
        /// It takes a default route from routers.
        17 => ACCEPT_RA_DEFRTR,
        /// It takes prefixes from routers.
        18 => ACCEPT_RA_PINFO,
        /// It takes from routers which one is better.
        19 => ACCEPT_RA_RTR_PREF,
        /// How long until a lost router is tried again, in milliseconds.
        20 => RTR_PROBE_INTERVAL,
        /// The longest prefix of a route that it takes from routers.
        21 => ACCEPT_RA_RT_INFO_MAX_PLEN,
        /// It answers for addresses that it was told.
        22 => PROXY_NDP,
        /// It uses an address before it knows that it is free.
        23 => OPTIMISTIC_DAD,
        /// It takes packets that bring their own route.
        24 => ACCEPT_SOURCE_ROUTE,
        /// It passes multicast packets on; a routing daemon decides.
        25 => MC_FORWARDING,
        /// It has no IPv6.
        26 => DISABLE_IPV6,
        /// What it does when an address is taken: 1 for not using it, 2 for no IPv6.
        27 => ACCEPT_DAD,
        /// It always tells its hardware address when it answers.
        28 => FORCE_TLLAO,
        /// It announces itself when it comes up.
        29 => NDISC_NOTIFY,
        /// How long until a membership is told again, in milliseconds, MLDv1.
        30 => MLDV1_UNSOLICITED_REPORT_INTERVAL,
        /// How long until a membership is told again, in milliseconds, MLDv2.
        31 => MLDV2_UNSOLICITED_REPORT_INTERVAL,
        /// It drops questions for neighbours that come in parts.
        32 => SUPPRESS_FRAG_NDISC,
        /// It believes routers with an address of the machine's own.
        33 => ACCEPT_RA_FROM_LOCAL,
        /// An address that may be taken counts as any other.
        34 => USE_OPTIMISTIC,
        /// It takes the MTU from routers.
        35 => ACCEPT_RA_MTU,
        /// The secret that addresses are made from; here always 0.
        36 => STABLE_SECRET,
        /// Packets leave with one of the link's own addresses only.
        37 => USE_OIF_ADDRS_ONLY,
        /// The lowest hop limit that it takes from routers.
        38 => ACCEPT_RA_MIN_HOP_LIMIT,
        /// Routes through it do not count while it has no signal.
        39 => IGNORE_ROUTES_WITH_LINKDOWN,
        /// It drops what is for one, but came to many.
        40 => DROP_UNICAST_IN_L2_MULTICAST,
        /// It drops announcements that nobody asked for.
        41 => DROP_UNSOLICITED_NA,
        /// It keeps its addresses when it goes down.
        42 => KEEP_ADDR_ON_DOWN,
        /// The longest time until it asks for routers again, in milliseconds.
        43 => RTR_SOLICIT_MAX_INTERVAL,
        /// It takes packets with segment routing.
        44 => SEG6_ENABLED,
        /// Which segment routing has to be signed.
        45 => SEG6_REQUIRE_HMAC,
        /// It knows its own question when that comes back.
        46 => ENHANCED_DAD,
        /// How it makes addresses for itself.
        47 => ADDR_GEN_MODE,
        /// No IPsec policy holds on it.
        48 => DISABLE_POLICY,
        /// The shortest prefix of a route that it takes from routers.
        49 => ACCEPT_RA_RT_INFO_MIN_PLEN,
        /// The traffic class of questions for neighbours.
        50 => NDISC_TCLASS,
        /// It takes packets with the routing of low-power networks.
        51 => RPL_SEG_ENABLED,
        /// The metric of the default route that routers announce.
        52 => RA_DEFRTR_METRIC,
        /// It takes packets that record their way.
        53 => IOAM6_ENABLED,
        /// Its number in such records.
        54 => IOAM6_ID,
        /// Its number in such records, the longer one.
        55 => IOAM6_ID_WIDE,
        /// It forgets its neighbours when the signal goes.
        56 => NDISC_EVICT_NOCARRIER,
        /// It remembers those that announce themselves unasked.
        57 => ACCEPT_UNTRACKED_NA,
        /// The shortest lifetime that it takes from routers, in seconds.
        58 => ACCEPT_RA_MIN_LFT,
        /// It passes packets on, even if others do not.
        59 => FORCE_FORWARDING,
    }
}

values! {
    /// What IPv6 counts on a link, `IPSTATS_MIB_*`, since Linux 6.16. That a kernel has the order
    /// before cannot be seen in its messages; see [`OldInet6Stat`].
    pub Inet6Stat "IPSTATS_MIB_": u16 {
        /// How many counts there are, this one included.
        0 => NUM,
        /// Packets received.
        1 => INPKTS,
        /// Bytes received.
        2 => INOCTETS,
        /// Packets handed to a protocol.
        3 => INDELIVERS,
        /// Received from senders that cannot be told of congestion.
        4 => NOECTPKTS,
        /// Received from senders that can be told of congestion, mark 1.
        5 => ECT1PKTS,
        /// Received from senders that can be told of congestion, mark 0.
        6 => ECT0PKTS,
        /// Received with word of congestion.
        7 => CEPKTS,
        /// Packets that this machine wanted to send.
        8 => OUTREQUESTS,
        /// Packets sent.
        9 => OUTPKTS,
        /// Bytes sent.
        10 => OUTOCTETS,
        /// Packets passed on.
        11 => OUTFORWDATAGRAMS,
        /// Received with a bad header.
        12 => INHDRERRORS,
        /// Too big to be passed on.
        13 => INTOOBIGERRORS,
        /// Received, but there is no way on.
        14 => INNOROUTES,
        /// Received for an address that cannot be.
        15 => INADDRERRORS,
        /// Received for a protocol that is not there.
        16 => INUNKNOWNPROTOS,
        /// Received cut short.
        17 => INTRUNCATEDPKTS,
        /// Received, but thrown away.
        18 => INDISCARDS,
        /// Thrown away on the way out.
        19 => OUTDISCARDS,
        /// Not sent, for there is no way.
        20 => OUTNOROUTES,
        /// Whose parts did not come in time.
        21 => REASMTIMEOUT,
        /// Parts received.
        22 => REASMREQDS,
        /// Put together from parts.
        23 => REASMOKS,
        /// Not put together from parts.
        24 => REASMFAILS,
        /// Cut into parts.
        25 => FRAGOKS,
        /// Not cut into parts, though it was needed.
        26 => FRAGFAILS,
        /// Parts sent.
        27 => FRAGCREATES,
        /// Packets received for a group.
        28 => INMCASTPKTS,
        /// Packets sent to a group.
        29 => OUTMCASTPKTS,
        /// Packets received for all.
        30 => INBCASTPKTS,
        /// Packets sent to all.
        31 => OUTBCASTPKTS,
        /// Bytes received for a group.
        32 => INMCASTOCTETS,
        /// Bytes sent to a group.
        33 => OUTMCASTOCTETS,
        /// Bytes received for all.
        34 => INBCASTOCTETS,
        /// Bytes sent to all.
        35 => OUTBCASTOCTETS,
        /// Received with a wrong checksum.
        36 => CSUMERRORS,
        /// Parts received that overlap.
        37 => REASM_OVERLAPS,
    }
}

values! {
    /// What IPv6 counts on a link, `IPSTATS_MIB_*`, before Linux 6.16; before 6.7 without the last,
    /// and `OUTREQUESTS` counted all that was sent.
    pub OldInet6Stat "IPSTATS_MIB_": u16 {
        /// How many counts there are, this one included.
        0 => NUM,
        /// Packets received.
        1 => INPKTS,
        /// Bytes received.
        2 => INOCTETS,
        /// Packets handed to a protocol.
        3 => INDELIVERS,
        /// Packets passed on.
        4 => OUTFORWDATAGRAMS,
        /// Packets that this machine wanted to send.
        5 => OUTREQUESTS,
        /// Bytes sent.
        6 => OUTOCTETS,
        /// Received with a bad header.
        7 => INHDRERRORS,
        /// Too big to be passed on.
        8 => INTOOBIGERRORS,
        /// Received, but there is no way on.
        9 => INNOROUTES,
        /// Received for an address that cannot be.
        10 => INADDRERRORS,
        /// Received for a protocol that is not there.
        11 => INUNKNOWNPROTOS,
        /// Received cut short.
        12 => INTRUNCATEDPKTS,
        /// Received, but thrown away.
        13 => INDISCARDS,
        /// Thrown away on the way out.
        14 => OUTDISCARDS,
        /// Not sent, for there is no way.
        15 => OUTNOROUTES,
        /// Whose parts did not come in time.
        16 => REASMTIMEOUT,
        /// Parts received.
        17 => REASMREQDS,
        /// Put together from parts.
        18 => REASMOKS,
        /// Not put together from parts.
        19 => REASMFAILS,
        /// Cut into parts.
        20 => FRAGOKS,
        /// Not cut into parts, though it was needed.
        21 => FRAGFAILS,
        /// Parts sent.
        22 => FRAGCREATES,
        /// Packets received for a group.
        23 => INMCASTPKTS,
        /// Packets sent to a group.
        24 => OUTMCASTPKTS,
        /// Packets received for all.
        25 => INBCASTPKTS,
        /// Packets sent to all.
        26 => OUTBCASTPKTS,
        /// Bytes received for a group.
        27 => INMCASTOCTETS,
        /// Bytes sent to a group.
        28 => OUTMCASTOCTETS,
        /// Bytes received for all.
        29 => INBCASTOCTETS,
        /// Bytes sent to all.
        30 => OUTBCASTOCTETS,
        /// Received with a wrong checksum.
        31 => CSUMERRORS,
        /// Received from senders that cannot be told of congestion.
        32 => NOECTPKTS,
        /// Received from senders that can be told of congestion, mark 1.
        33 => ECT1PKTS,
        /// Received from senders that can be told of congestion, mark 0.
        34 => ECT0PKTS,
        /// Received with word of congestion.
        35 => CEPKTS,
        /// Parts received that overlap.
        36 => REASM_OVERLAPS,
        /// Packets sent.
        37 => OUTPKTS,
    }
}

values! {
    /// What ICMP for IPv6 counts on a link, `ICMP6_MIB_*`.
    pub Icmp6Stat "ICMP6_MIB_": u16 {
        /// How many counts there are, this one included.
        0 => NUM,
        /// Messages received.
        1 => INMSGS,
        /// Bad messages received.
        2 => INERRORS,
        /// Messages sent.
        3 => OUTMSGS,
        /// Messages that could not be sent.
        4 => OUTERRORS,
        /// Received with a wrong checksum.
        5 => CSUMERRORS,
        /// Not sent, for there were too many.
        6 => RATELIMITHOST,
    }
}

/// The value at this place of an array; none where an older kernel's is shorter.
fn at<F: Fixed>(mut values: Items<'_, F>, place: u16) -> Option<F::Plain> {
    values.nth(place.into())
}

impl Ipv4Conf {
    /// This setting, of those that [`Inet::CONF`](super::af_spec::Inet::CONF) has.
    pub fn of(self, values: Items<'_, i32>) -> Option<i32> {
        at(values, self.0.checked_sub(1)?)
    }
}

impl Ipv6Conf {
    /// This setting, of those that [`Inet6::CONF`](super::af_spec::Inet6::CONF) has.
    pub fn of(self, values: Items<'_, i32>) -> Option<i32> {
        at(values, self.0)
    }
}

impl Inet6Stat {
    /// This count, of those that [`Inet6::STATS`](super::af_spec::Inet6::STATS) has.
    pub fn of(self, counts: Items<'_, u64>) -> Option<u64> {
        at(counts, self.0)
    }
}

impl OldInet6Stat {
    /// This count, of those that [`Inet6::STATS`](super::af_spec::Inet6::STATS) has.
    pub fn of(self, counts: Items<'_, u64>) -> Option<u64> {
        at(counts, self.0)
    }
}

impl Icmp6Stat {
    /// This count, of those that [`Inet6::ICMP6STATS`](super::af_spec::Inet6::ICMP6STATS) has.
    pub fn of(self, counts: Items<'_, u64>) -> Option<u64> {
        at(counts, self.0)
    }
}
