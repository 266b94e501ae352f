//! Hardware types of links.

values! {
    /// What kind of hardware addresses and framing a link has, `ARPHRD_*`.
    pub Hardware "ARPHRD_": u16 {
        /// Amateur radio, NET/ROM; also what a request leaves as it is.
        0 => NETROM,
        /// Ethernet.
        1 => ETHER,
        /// Amateur radio, AX.25.
        3 => AX25,
        /// Token ring.
        6 => IEEE802,
        /// ARCnet.
        7 => ARCNET,
        /// Frame relay, one circuit of a link.
        15 => DLCI,
        /// ATM.
        19 => ATM,
        /// FireWire.
        24 => IEEE1394,
        /// Any with an EUI-64 for an address.
        27 => EUI64,
        /// InfiniBand.
        32 => INFINIBAND,
        /// A serial line, without compression.
        256 => SLIP,
        /// A serial line, with headers compressed.
        257 => CSLIP,
        /// Amateur radio, ROSE.
        270 => ROSE,
        /// X.25.
        271 => X25,
        /// CAN, the bus in vehicles.
        280 => CAN,
        /// Management components on a board.
        290 => MCTP,
        /// PPP.
        512 => PPP,
        /// Cisco's framing of a serial line.
        513 => CISCO,
        /// LAPB, the link layer of X.25.
        516 => LAPB,
        /// HDLC without a protocol of its own.
        518 => RAWHDLC,
        /// IP packets and nothing before them, as modems send.
        519 => RAWIP,
        /// IPv4 in IPv4.
        768 => TUNNEL,
        /// Anything in IPv6.
        769 => TUNNEL6,
        /// Frame relay, a whole link.
        770 => FRAD,
        /// The machine itself.
        772 => LOOPBACK,
        /// FDDI.
        774 => FDDI,
        /// IPv6 in IPv4.
        776 => SIT,
        /// GRE in IPv4.
        778 => IPGRE,
        /// Where packets for a multicast rendezvous point go.
        779 => PIMREG,
        /// HIPPI.
        780 => HIPPI,
        /// Infrared.
        783 => IRDA,
        /// Wireless, as Ethernet sees it.
        801 => IEEE80211,
        /// Wireless frames with a Prism header.
        802 => IEEE80211_PRISM,
        /// Wireless frames with a radiotap header.
        803 => IEEE80211_RADIOTAP,
        /// Low-power radio.
        804 => IEEE802154,
        /// What is on the air, of low-power radio.
        805 => IEEE802154_MONITOR,
        /// Nokia modems.
        820 => PHONET,
        /// A pipe through a Nokia modem.
        821 => PHONET_PIPE,
        /// Ericsson modems.
        822 => CAIF,
        /// GRE in IPv6.
        823 => IP6GRE,
        /// Netlink messages, to watch them.
        824 => NETLINK,
        /// IPv6 over low-power radio.
        825 => LOWPAN,
        /// Packets between virtual machines, to watch them.
        826 => VSOCKMON,
        /// None: packets have no header.
        0xfffe => NONE,
        /// Nothing is known of it.
        0xffff => VOID,
    }
}
