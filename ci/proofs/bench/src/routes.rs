barelink_codec::structure! {
    /// `struct rtmsg`.
    pub RouteHeader(12) {
        0 => family: u8,
        1 => dst_len: u8,
        4 => table: u8,
        5 => protocol: u8,
        6 => scope: u8,
        7 => kind: u8,
    }
}
use barelink_codec::nest::Nest;
use barelink_codec::value::Bytes;
use std::net::IpAddr;
barelink_codec::attributes! {
    pub Metrics { 2 => MTU: u32, }
}
barelink_codec::attributes! {
    pub Route {
        1 => DST: IpAddr,
        3 => IIF: u32,
        4 => OIF: u32,
        5 => GATEWAY: IpAddr,
        6 => PRIORITY: u32,
        7 => PREFSRC: IpAddr,
        8 => METRICS: Nest<Metrics>,
        9 => MULTIPATH: Bytes,
        15 => TABLE: u32,
        20 => PREF: u8,
    }
}
barelink_codec::messages! {
    pub FAMILY "route": RouteHeader, Route { 24 => NEW, }
}
