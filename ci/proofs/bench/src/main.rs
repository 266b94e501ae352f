//! Reads a recorded dump of routes and one of links in each way that the API offers; `ci/bench`
//! counts the instructions of each. All read the same attributes of the same messages.

use std::hint::black_box;
use std::net::IpAddr;

use barelink_codec::rtnl::link::{self, Link, LinkHeader, LinkInfo};
use barelink_codec::rtnl::route::{self, Route, RouteHeader};
use barelink_codec::value::Bytes;
use barelink_codec::{Attrs, Error, Key, Messages, Parsed};

mod by_hand;

const TIMES: usize = 50;

/// Next hops as bytes, undecoded.
const HOPS: Key<Route, Bytes> = Route::MULTIPATH.cast();

/// Checksum of the values read, so that the compiler removes no read; cheap, so that reads dominate.
#[derive(Default, Debug, PartialEq, Eq, Clone, Copy)]
pub struct Fold(u64);

impl Fold {
    #[inline(always)]
    fn number(&mut self, at: u64, value: u64) {
        self.0 = self.0.wrapping_add(value.wrapping_mul(2 * at + 1));
    }

    #[inline(always)]
    fn bytes(&mut self, at: u64, bytes: &[u8]) {
        self.number(at, bytes.len() as u64 + u64::from(bytes.first().copied().unwrap_or(0)));
    }

    #[inline(always)]
    fn address(&mut self, at: u64, bytes: &[u8]) {
        if let Ok(v4) = <[u8; 4]>::try_from(bytes) {
            self.number(at, u32::from_ne_bytes(v4).into());
        } else if let Ok(v6) = <[u8; 16]>::try_from(bytes) {
            self.number(at, u128::from_ne_bytes(v6) as u64);
        }
    }

    #[inline(always)]
    fn ip(&mut self, at: u64, address: IpAddr) {
        match address {
            IpAddr::V4(v4) => self.number(at, u32::from_ne_bytes(v4.octets()).into()),
            IpAddr::V6(v6) => self.number(at, u128::from_ne_bytes(v6.octets()) as u64),
        }
    }
}

/// Reads in one pass, each attribute as it occurs.
#[inline(always)]
fn route_by_one_pass(route: Parsed<'_, RouteHeader, Route>, fold: &mut Fold) -> Result<(), Error> {
    fold.number(0, route.header.dst_len.into());
    for attr in route.attrs {
        let attr = attr?;
        if let Some(dst) = attr.get(Route::DST)? {
            fold.ip(1, dst);
        } else if let Some(iif) = attr.get(Route::IIF)? {
            fold.number(2, iif.into());
        } else if let Some(oif) = attr.get(Route::OIF)? {
            fold.number(3, oif.into());
        } else if let Some(gateway) = attr.get(Route::GATEWAY)? {
            fold.ip(4, gateway);
        } else if let Some(priority) = attr.get(Route::PRIORITY)? {
            fold.number(5, priority.into());
        } else if let Some(source) = attr.get(Route::PREFSRC)? {
            fold.ip(6, source);
        } else if let Some(metrics) = attr.get(Route::METRICS)? {
            fold.bytes(7, metrics.bytes());
        } else if let Some(hops) = attr.get(HOPS)? {
            fold.bytes(8, hops);
        } else if let Some(table) = attr.get(Route::TABLE)? {
            fold.number(9, table.0.into());
        } else if let Some(pref) = attr.get(Route::PREF)? {
            fold.number(10, pref.0.into());
        }
    }
    Ok(())
}

/// Reads ten attributes with one call of `find`.
#[inline(always)]
fn route_by_find(route: Parsed<'_, RouteHeader, Route>, fold: &mut Fold) -> Result<(), Error> {
    fold.number(0, route.header.dst_len.into());
    let (dst, iif, oif, gateway, priority, source, metrics, hops, table, pref) = route.find((
        Route::DST,
        Route::IIF,
        Route::OIF,
        Route::GATEWAY,
        Route::PRIORITY,
        Route::PREFSRC,
        Route::METRICS,
        HOPS,
        Route::TABLE,
        Route::PREF,
    ))?;
    dst.get()?.into_iter().for_each(|it| fold.ip(1, it));
    iif.get()?.into_iter().for_each(|it| fold.number(2, it.into()));
    oif.get()?.into_iter().for_each(|it| fold.number(3, it.into()));
    gateway.get()?.into_iter().for_each(|it| fold.ip(4, it));
    priority.get()?.into_iter().for_each(|it| fold.number(5, it.into()));
    source.get()?.into_iter().for_each(|it| fold.ip(6, it));
    metrics.get()?.into_iter().for_each(|it| fold.bytes(7, it.bytes()));
    hops.get()?.into_iter().for_each(|it| fold.bytes(8, it));
    table.get()?.into_iter().for_each(|it| fold.number(9, it.0.into()));
    pref.get()?.into_iter().for_each(|it| fold.number(10, it.0.into()));
    Ok(())
}

/// Reads each attribute with a call of `get`.
#[inline(always)]
fn route_by_get(route: Parsed<'_, RouteHeader, Route>, fold: &mut Fold) -> Result<(), Error> {
    fold.number(0, route.header.dst_len.into());
    route.get(Route::DST)?.into_iter().for_each(|it| fold.ip(1, it));
    route.get(Route::IIF)?.into_iter().for_each(|it| fold.number(2, it.into()));
    route.get(Route::OIF)?.into_iter().for_each(|it| fold.number(3, it.into()));
    route.get(Route::GATEWAY)?.into_iter().for_each(|it| fold.ip(4, it));
    route.get(Route::PRIORITY)?.into_iter().for_each(|it| fold.number(5, it.into()));
    route.get(Route::PREFSRC)?.into_iter().for_each(|it| fold.ip(6, it));
    route.get(Route::METRICS)?.into_iter().for_each(|it| fold.bytes(7, it.bytes()));
    route.get(HOPS)?.into_iter().for_each(|it| fold.bytes(8, it));
    route.get(Route::TABLE)?.into_iter().for_each(|it| fold.number(9, it.0.into()));
    route.get(Route::PREF)?.into_iter().for_each(|it| fold.number(10, it.0.into()));
    Ok(())
}

#[inline(always)]
fn link_by_one_pass(link: Parsed<'_, LinkHeader, Link>, fold: &mut Fold) -> Result<(), Error> {
    fold.number(0, link.header.index as u32 as u64);
    for attr in link.attrs {
        let attr = attr?;
        if let Some(address) = attr.get(Link::ADDRESS)? {
            fold.bytes(1, address.0);
        } else if let Some(name) = attr.get(Link::IFNAME)? {
            fold.bytes(2, name.0);
        } else if let Some(mtu) = attr.get(Link::MTU)? {
            fold.number(3, mtu.into());
        } else if let Some(under) = attr.get(Link::LINK)? {
            fold.number(4, under.into());
        } else if let Some(qdisc) = attr.get(Link::QDISC)? {
            fold.bytes(5, qdisc.0);
        } else if let Some(master) = attr.get(Link::MASTER)? {
            fold.number(6, master.into());
        } else if let Some(queue) = attr.get(Link::TXQLEN)? {
            fold.number(7, queue.into());
        } else if let Some(state) = attr.get(Link::OPERSTATE)? {
            fold.number(8, state.0.into());
        } else if let Some(info) = attr.get(Link::LINKINFO)? {
            info_by_one_pass(info, fold)?;
        } else if let Some(group) = attr.get(Link::GROUP)? {
            fold.number(10, group.into());
        }
    }
    Ok(())
}

#[inline(always)]
fn info_by_one_pass(info: Attrs<'_, LinkInfo>, fold: &mut Fold) -> Result<(), Error> {
    for attr in info {
        if let Some(kind) = attr?.get(LinkInfo::KIND)? {
            fold.bytes(9, kind.0);
        }
    }
    Ok(())
}

#[inline(always)]
fn link_by_find(link: Parsed<'_, LinkHeader, Link>, fold: &mut Fold) -> Result<(), Error> {
    fold.number(0, link.header.index as u32 as u64);
    let (address, name, mtu, under, qdisc, master, queue, state, info, group) = link.find((
        Link::ADDRESS,
        Link::IFNAME,
        Link::MTU,
        Link::LINK,
        Link::QDISC,
        Link::MASTER,
        Link::TXQLEN,
        Link::OPERSTATE,
        Link::LINKINFO,
        Link::GROUP,
    ))?;
    address.get()?.into_iter().for_each(|it| fold.bytes(1, it.0));
    name.get()?.into_iter().for_each(|it| fold.bytes(2, it.0));
    mtu.get()?.into_iter().for_each(|it| fold.number(3, it.into()));
    under.get()?.into_iter().for_each(|it| fold.number(4, it.into()));
    qdisc.get()?.into_iter().for_each(|it| fold.bytes(5, it.0));
    master.get()?.into_iter().for_each(|it| fold.number(6, it.into()));
    queue.get()?.into_iter().for_each(|it| fold.number(7, it.into()));
    state.get()?.into_iter().for_each(|it| fold.number(8, it.0.into()));
    if let Some(info) = info.get()? {
        info_by_one_pass(info, fold)?;
    }
    group.get()?.into_iter().for_each(|it| fold.number(10, it.into()));
    Ok(())
}

#[inline(always)]
fn link_by_get(link: Parsed<'_, LinkHeader, Link>, fold: &mut Fold) -> Result<(), Error> {
    fold.number(0, link.header.index as u32 as u64);
    link.get(Link::ADDRESS)?.into_iter().for_each(|it| fold.bytes(1, it.0));
    link.get(Link::IFNAME)?.into_iter().for_each(|it| fold.bytes(2, it.0));
    link.get(Link::MTU)?.into_iter().for_each(|it| fold.number(3, it.into()));
    link.get(Link::LINK)?.into_iter().for_each(|it| fold.number(4, it.into()));
    link.get(Link::QDISC)?.into_iter().for_each(|it| fold.bytes(5, it.0));
    link.get(Link::MASTER)?.into_iter().for_each(|it| fold.number(6, it.into()));
    link.get(Link::TXQLEN)?.into_iter().for_each(|it| fold.number(7, it.into()));
    link.get(Link::OPERSTATE)?.into_iter().for_each(|it| fold.number(8, it.0.into()));
    if let Some(info) = link.get(Link::LINKINFO)? {
        info.get(LinkInfo::KIND)?.into_iter().for_each(|it| fold.bytes(9, it.0));
    }
    link.get(Link::GROUP)?.into_iter().for_each(|it| fold.number(10, it.into()));
    Ok(())
}

/// Defines the ways to read a dump, as functions that the instruction counter finds by name.
macro_rules! ways {
    ($($name:ident = |$bytes:ident, $fold:ident| $body:expr;)*) => {
        $(
            #[unsafe(no_mangle)]
            #[inline(never)]
            extern "Rust" fn $name($bytes: &[u8], $fold: &mut Fold) {
                for _ in 0..TIMES {
                    let $bytes = black_box($bytes);
                    $body;
                }
            }
        )*
        /// Ways with their names.
        #[allow(clippy::type_complexity)]
        const WAYS: &[(&str, fn(&[u8], &mut Fold))] = &[$( (stringify!($name), $name), )*];
    };
}

#[inline(always)]
fn ours(
    bytes: &[u8],
    mut each: impl FnMut(barelink_codec::Message<'_>) -> Result<(), Error>,
) -> Option<()> {
    for message in Messages::new(bytes) {
        each(message.ok()?).ok()?;
    }
    Some(())
}

ways! {
    messages_by_hand = |bytes, fold| by_hand::messages(bytes, |kind, payload| {
        fold.number(kind.into(), payload.len() as u64);
        Some(())
    }).unwrap();
    messages_by_ours = |bytes, fold| ours(bytes, |message| {
        fold.number(message.message_type.into(), message.payload.len() as u64);
        Ok(())
    }).unwrap();

    routes_by_hand = |bytes, fold| by_hand::messages(bytes, |kind, payload| {
        if kind == 24 { by_hand::route(payload, fold) } else { Some(()) }
    }).unwrap();
    routes_by_one_pass = |bytes, fold| ours(bytes, |message| {
        message.parse(route::NEW).map_or(Ok(()), |route| route_by_one_pass(route, fold))
    }).unwrap();
    routes_by_find = |bytes, fold| ours(bytes, |message| {
        message.parse(route::NEW).map_or(Ok(()), |route| route_by_find(route, fold))
    }).unwrap();
    routes_by_get = |bytes, fold| ours(bytes, |message| {
        message.parse(route::NEW).map_or(Ok(()), |route| route_by_get(route, fold))
    }).unwrap();

    links_by_hand = |bytes, fold| by_hand::messages(bytes, |kind, payload| {
        if kind == 16 { by_hand::link(payload, fold) } else { Some(()) }
    }).unwrap();
    links_by_one_pass = |bytes, fold| ours(bytes, |message| {
        message.parse(link::NEW).map_or(Ok(()), |link| link_by_one_pass(link, fold))
    }).unwrap();
    links_by_find = |bytes, fold| ours(bytes, |message| {
        message.parse(link::NEW).map_or(Ok(()), |link| link_by_find(link, fold))
    }).unwrap();
    links_by_get = |bytes, fold| ours(bytes, |message| {
        message.parse(link::NEW).map_or(Ok(()), |link| link_by_get(link, fold))
    }).unwrap();
}

fn main() {
    // The dumps were recorded on a little-endian machine.
    const { assert!(cfg!(target_endian = "little")) };
    let routes: &[u8] = include_bytes!("../data/routes.nl");
    let links: &[u8] = include_bytes!("../data/links.nl");
    let mut before = ("", Fold::default());
    for (name, way) in WAYS {
        let dump = if name.starts_with("links") { links } else { routes };
        let mut fold = Fold::default();
        way(dump, &mut fold);
        // Each way has to read the same values.
        let object = name.split('_').next().unwrap_or_default();
        assert!(before.0 != object || before.1 == fold, "{name} reads something else");
        before = (object, fold);
        println!("{name} {}", TIMES * Messages::new(dump).count());
    }
}
