//! Hardware types of links, `ARPHRD_*`.

values! {
    /// Hardware type: kind of link-layer addresses and framing (RFC 826).
    pub Hardware "ARPHRD_": u16 {
        /// NET/ROM, amateur radio; in a request, unspecified.
        0 => NETROM,
        /// Ethernet.
        1 => ETHER,
        /// AX.25, amateur radio.
        3 => AX25,
        /// IEEE 802.2 Ethernet, Token Ring.
        6 => IEEE802,
        /// ARCnet, token passing at 2.5 Mbit/s.
        7 => ARCNET,
        /// Frame Relay DLCI.
        15 => DLCI,
        /// Asynchronous transfer mode, classical IP.
        19 => ATM,
        /// IEEE 1394 (FireWire).
        24 => IEEE1394,
        /// Links with EUI-64 addresses.
        27 => EUI64,
        /// IP over InfiniBand, 20-byte addresses.
        32 => INFINIBAND,
        /// Serial line IP (RFC 1055).
        256 => SLIP,
        /// Serial line IP with compressed headers.
        257 => CSLIP,
        /// ROSE, amateur radio.
        270 => ROSE,
        /// X.25 virtual circuits (CCITT).
        271 => X25,
        /// Controller Area Network.
        280 => CAN,
        /// Management Component Transport Protocol.
        290 => MCTP,
        /// Point-to-point protocol (RFC 1661).
        512 => PPP,
        /// Cisco HDLC.
        513 => CISCO,
        /// LAPB, the link layer of X.25.
        516 => LAPB,
        /// HDLC framing without a protocol field.
        518 => RAWHDLC,
        /// Raw IP, without link-layer header.
        519 => RAWIP,
        /// IPv4-in-IPv4 tunnel.
        768 => TUNNEL,
        /// IPv4-in-IPv6 or IPv6-in-IPv6 tunnel (ip6tnl).
        769 => TUNNEL6,
        /// Frame Relay access device.
        770 => FRAD,
        /// Loopback device.
        772 => LOOPBACK,
        /// Fiber Distributed Data Interface.
        774 => FDDI,
        /// IPv6-in-IPv4 tunnel, SIT.
        776 => SIT,
        /// GRE over IPv4.
        778 => IPGRE,
        /// PIM register interface.
        779 => PIMREG,
        /// High-performance parallel interface.
        780 => HIPPI,
        /// IrDA, infrared.
        783 => IRDA,
        /// IEEE 802.11 with Ethernet framing.
        801 => IEEE80211,
        /// IEEE 802.11 with a Prism header.
        802 => IEEE80211_PRISM,
        /// IEEE 802.11 with a radiotap header.
        803 => IEEE80211_RADIOTAP,
        /// IEEE 802.15.4, low-rate wireless.
        804 => IEEE802154,
        /// Monitor interface of IEEE 802.15.4: captured frames.
        805 => IEEE802154_MONITOR,
        /// Phonet, Nokia modems.
        820 => PHONET,
        /// Point-to-point pipe to a Phonet modem.
        821 => PHONET_PIPE,
        /// CAIF, ST-Ericsson modems.
        822 => CAIF,
        /// GRE over IPv6.
        823 => IP6GRE,
        /// Netlink monitor (nlmon): captured netlink messages.
        824 => NETLINK,
        /// 6LoWPAN, IPv6 over IEEE 802.15.4.
        825 => LOWPAN "ARPHRD_6LOWPAN",
        /// Vsock monitor: captured packets between virtual machines and their host.
        826 => VSOCKMON,
        /// No link-layer header.
        0xfffe => NONE,
        /// Unspecified; nothing is known of the link layer.
        0xffff => VOID,
    }
}
