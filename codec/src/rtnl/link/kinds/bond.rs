//! `bond`: several links used as one.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::nest::{IndexedArray, Nest};
use crate::value::{Mac, StoredAs};

attributes! {
    /// A bond's attributes, `IFLA_BOND_*`. Times are in milliseconds unless said otherwise.
    pub Bond "IFLA_BOND_" {
        /// How it shares the traffic out.
        1 => MODE: BondMode,
        /// The index of the link in use, where only one is.
        2 => ACTIVE_SLAVE: u32,
        /// Time between looks at whether its links are up; 0 for none.
        3 => MIIMON: u32,
        /// How long a link has to be up before it is used.
        4 => UPDELAY: u32,
        /// How long a link has to be down before it is no longer used.
        5 => DOWNDELAY: u32,
        /// Whether a link's state is taken from its carrier; always so in newer kernels.
        6 => USE_CARRIER: u8,
        /// Time between ARP requests that test its links; 0 for none.
        7 => ARP_INTERVAL: u32,
        /// Whom ARP requests that test its links ask for.
        8 => ARP_IP_TARGET: IndexedArray<Ipv4Addr>,
        /// Which links have to see proper ARP packets.
        9 => ARP_VALIDATE: ArpValidate,
        /// Whether one target that answers is enough.
        10 => ARP_ALL_TARGETS: ArpAllTargets,
        /// The index of the link to use whenever it is up.
        11 => PRIMARY: u32,
        /// When to go back to the primary link.
        12 => PRIMARY_RESELECT: PrimaryReselect,
        /// What becomes of hardware addresses when another link is used.
        13 => FAIL_OVER_MAC: FailOverMac,
        /// What in a packet decides which link it takes.
        14 => XMIT_HASH_POLICY: XmitHashPolicy,
        /// How many IGMP reports are sent after another link is used.
        15 => RESEND_IGMP: u32,
        /// How often neighbours are told after another link is used.
        16 => NUM_PEER_NOTIF: u8,
        /// Whether links not in use deliver what they receive.
        17 => ALL_SLAVES_ACTIVE: u8,
        /// How many links have to be up for the bond to be up.
        18 => MIN_LINKS: u32,
        /// Time between packets that teach switches where hosts are, in seconds.
        19 => LP_INTERVAL: u32,
        /// How many packets a link gets in its turn; 0 for a link at random.
        20 => PACKETS_PER_SLAVE: u32,
        /// How often the partner is to speak.
        21 => AD_LACP_RATE: LacpRate,
        /// Which group of links is used.
        22 => AD_SELECT: AdSelect,
        /// The group of links in use, by 802.3ad.
        23 => AD_INFO: Nest<BondAdInfo>,
        /// The system's priority towards the partner.
        24 => AD_ACTOR_SYS_PRIO: u16 where min(1),
        /// The upper ten bits of the key of its ports.
        25 => AD_USER_PORT_KEY: u16 where max(1023),
        /// The address that the system has towards the partner.
        26 => AD_ACTOR_SYSTEM: Mac where len(6, 6),
        /// Whether flows move to other links as the load changes.
        27 => TLB_DYNAMIC_LB: u8,
        /// Time between what neighbours are told after another link is used.
        28 => PEER_NOTIF_DELAY: u32,
        /// Whether it speaks to the partner unasked.
        29 => AD_LACP_ACTIVE: u8,
        /// How many answers may be missed before a link counts as down.
        30 => MISSED_MAX: u8,
        /// Whom neighbour solicitations that test its links ask for.
        31 => NS_IP6_TARGET: IndexedArray<Ipv6Addr>,
        /// Whether a port starts to receive and to send at the same time.
        32 => COUPLED_CONTROL: u8,
        /// Whether ARP and neighbour discovery go out of every link, in 802.3ad.
        33 => BROADCAST_NEIGH: u8,
        /// Whether the bond is down while no partner answers, in 802.3ad.
        34 => LACP_STRICT: u8,
    }
}

attributes! {
    /// The group of links that an 802.3ad bond uses, `IFLA_BOND_AD_INFO_*`.
    pub BondAdInfo "IFLA_BOND_AD_INFO_" {
        /// The group's number.
        1 => AGGREGATOR: u16,
        /// How many links are in it.
        2 => NUM_PORTS: u16,
        /// The key on this side.
        3 => ACTOR_KEY: u16,
        /// The key on the partner's side.
        4 => PARTNER_KEY: u16,
        /// The partner's address.
        5 => PARTNER_MAC: Mac,
    }
}

attributes! {
    /// What a bond knows of one of its links, `IFLA_BOND_SLAVE_*`.
    pub BondSlave "IFLA_BOND_SLAVE_" {
        /// Whether it is in use.
        1 => STATE: BondSlaveState,
        /// Whether it is up, as far as the bond believes.
        2 => MII_STATUS: BondLinkState,
        /// How often it went down.
        3 => LINK_FAILURE_COUNT: u32,
        /// The hardware address that it had before it joined.
        4 => PERM_HWADDR: Mac,
        /// The queue whose packets take it; 0 for none in particular.
        5 => QUEUE_ID: u16,
        /// The number of the group it is in, by 802.3ad.
        6 => AD_AGGREGATOR_ID: u16,
        /// Its port's state on this side.
        7 => AD_ACTOR_OPER_PORT_STATE: StoredAs<LacpState, u8>,
        /// Its port's state on the partner's side.
        8 => AD_PARTNER_OPER_PORT_STATE: LacpState,
        /// How much it is preferred to others; the highest wins.
        9 => PRIO: i32,
        /// Its port's priority towards the partner; the lowest wins.
        10 => ACTOR_PORT_PRIO: u16,
        /// Whether this side failed to settle in a group.
        11 => AD_CHURN_ACTOR_STATE: ChurnState,
        /// Whether the partner's side failed to settle in a group.
        12 => AD_CHURN_PARTNER_STATE: ChurnState,
    }
}

values! {
    /// How a bond shares the traffic out, `BOND_MODE_*`.
    pub BondMode "BOND_MODE_": u8 {
        /// Each link in its turn.
        0 => ROUNDROBIN,
        /// One link, the others in reserve.
        1 => ACTIVEBACKUP,
        /// By a hash of the packet.
        2 => XOR,
        /// Every packet on every link.
        3 => BROADCAST,
        /// By a hash, on links that the partner agreed to.
        4 => MODE_8023AD,
        /// By the load on each link, when sending.
        5 => TLB,
        /// By the load on each link, when sending and receiving.
        6 => ALB,
    }
}

values! {
    /// Which links of a bond have to see proper ARP packets, `BOND_ARP_VALIDATE_*`.
    pub ArpValidate "BOND_ARP_VALIDATE_": u32 {
        /// None: any ARP packet is a sign of life.
        0 => NONE,
        /// The one in use.
        1 => ACTIVE,
        /// Those in reserve.
        2 => BACKUP,
        /// All.
        3 => ALL,
        /// None, but only ARP packets count.
        4 => FILTER,
        /// The one in use, and only ARP packets count.
        5 => FILTER_ACTIVE,
        /// Those in reserve, and only ARP packets count.
        6 => FILTER_BACKUP,
    }
}

values! {
    /// Whether one target that answers is enough, `BOND_ARP_TARGETS_*`.
    pub ArpAllTargets "BOND_ARP_TARGETS_": u32 {
        /// Yes.
        0 => ANY,
        /// No: all have to.
        1 => ALL,
    }
}

values! {
    /// When a bond goes back to its primary link, `BOND_PRI_RESELECT_*`.
    pub PrimaryReselect "BOND_PRI_RESELECT_": u8 {
        /// As soon as it is up.
        0 => ALWAYS,
        /// If it is faster than the one in use.
        1 => BETTER,
        /// Only when the one in use fails.
        2 => FAILURE,
    }
}

values! {
    /// What becomes of hardware addresses when another link is used, `BOND_FOM_*`.
    pub FailOverMac "BOND_FOM_": u8 {
        /// All links have the bond's.
        0 => NONE,
        /// The bond takes the one of the link in use.
        1 => ACTIVE,
        /// The link in use takes the bond's.
        2 => FOLLOW,
    }
}

values! {
    /// What in a packet decides which link it takes, `BOND_XMIT_POLICY_*`.
    pub XmitHashPolicy "BOND_XMIT_POLICY_": u8 {
        /// Hardware addresses.
        0 => LAYER2,
        /// IP addresses and ports.
        1 => LAYER34,
        /// Hardware and IP addresses.
        2 => LAYER23,
        /// Hardware and IP addresses, inside of a tunnel too.
        3 => ENCAP23,
        /// IP addresses and ports, inside of a tunnel too.
        4 => ENCAP34,
        /// The VLAN and the source's hardware address.
        5 => VLAN_SRCMAC,
    }
}

values! {
    /// How often an 802.3ad partner is to speak, `AD_LACP_*`.
    pub LacpRate "AD_LACP_": u8 {
        /// Every 30 seconds.
        0 => SLOW,
        /// Every second.
        1 => FAST,
    }
}

values! {
    /// Which group of links an 802.3ad bond uses, `BOND_AD_*`.
    pub AdSelect "BOND_AD_": u8 {
        /// The one with most bandwidth, kept until all of its links are down.
        0 => STABLE,
        /// The one with most bandwidth, chosen anew at each change.
        1 => BANDWIDTH,
        /// The one with most links, chosen anew at each change.
        2 => COUNT,
        /// The one with the best port priority, chosen anew at each change.
        3 => PRIO,
    }
}

values! {
    /// Whether a bond's link is in use, `BOND_STATE_*`.
    pub BondSlaveState "BOND_STATE_": u8 {
        /// It is.
        0 => ACTIVE,
        /// It is in reserve.
        1 => BACKUP,
    }
}

values! {
    /// Whether a bond's link is up, `BOND_LINK_*`.
    pub BondLinkState "BOND_LINK_": u8 {
        /// It is.
        0 => UP,
        /// It has just gone down, and still counts as up.
        1 => FAIL,
        /// It is not.
        2 => DOWN,
        /// It has just come up, and still counts as down.
        3 => BACK,
    }
}

flags! {
    /// The state of an 802.3ad port, `LACP_STATE_*`.
    pub LacpState "LACP_STATE_": u16 {
        /// Speaks unasked.
        0x1 => LACP_ACTIVITY,
        /// Wants to hear from the other side every second.
        0x2 => LACP_TIMEOUT,
        /// May be in a group with others.
        0x4 => AGGREGATION,
        /// Is in the right group.
        0x8 => SYNCHRONIZATION,
        /// Receives.
        0x10 => COLLECTING,
        /// Sends.
        0x20 => DISTRIBUTING,
        /// Assumes things about the other side, having heard nothing.
        0x40 => DEFAULTED,
        /// Has not heard from the other side for too long.
        0x80 => EXPIRED,
    }
}

values! {
    /// Whether one side of an 802.3ad port failed to settle in a group, `AD_*`.
    pub ChurnState "AD_": u8 {
        /// It is too early to tell.
        0 => CHURN_MONITOR,
        /// It failed.
        1 => CHURN,
        /// It settled.
        2 => NO_CHURN,
    }
}
