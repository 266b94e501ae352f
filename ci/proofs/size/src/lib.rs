//! Uses of codec in a small program; `ci/size` measures each of these functions with everything that
//! it calls.
#![no_std]

extern crate barelink_codec as codec;

use core::fmt::Write;

use codec::print::MessageDebug;
use codec::rtnl::link::{self, Link, LinkHeader, LinkInfo};
use codec::validate::{self, Strictness};
use codec::{Error, Message, Messages};

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

/// Values read of a link.
pub struct Found<'a> {
    index: i32,
    name: &'a [u8],
    mtu: u32,
    master: Option<u32>,
    address: &'a [u8],
    kind: Option<&'a [u8]>,
}

fn first(datagram: &[u8]) -> Result<Message<'_>, Error> {
    Messages::new(datagram).next().unwrap_or(Err(Error::Truncated { at: 0 }))
}

/// Reads five attributes of a link, the last one in a nest.
#[no_mangle]
pub fn read<'a>(datagram: &'a [u8], found: &mut Found<'a>) -> Result<(), Error> {
    let link = first(datagram)?.read(link::NEW);
    found.index = link.header.index;
    let keys = (Link::IFNAME, Link::MTU, Link::MASTER, Link::ADDRESS, Link::LINKINFO);
    let (name, mtu, master, address, info) = link.find(keys)?;
    found.name = name.require()?.0;
    found.mtu = mtu.get()?.unwrap_or_default();
    found.master = master.get()?;
    found.address = address.get()?.map_or(&[], |address| address.0);
    if let Some(info) = info.get()? {
        found.kind = info.get(LinkInfo::KIND)?.map(|kind| kind.0);
    }
    Ok(())
}

/// Builds a request for all links, and one that creates a VLAN.
#[no_mangle]
pub fn build(buffer: &mut [u8], name: &str, parent: u32, id: u16) -> Result<usize, Error> {
    use codec::rtnl::link::kinds::vlan::Vlan;

    let header = LinkHeader::default();
    let all = link::GET.dump().build(buffer, 1, header, |_| {})?.len();
    let rest = buffer.get_mut(all..).unwrap_or_default();
    let new = link::NEW.create().build(rest, 2, header, |link| {
        link.put(Link::IFNAME, name).put(Link::LINK, parent);
        link.nest(Link::LINKINFO, |info| {
            info.put(LinkInfo::KIND, "vlan");
            info.nest(LinkInfo::DATA.nested::<Vlan>(), |vlan| {
                vlan.put(Vlan::ID, id);
            });
        });
    })?;
    Ok(all.saturating_add(new.len()))
}

/// Reads and builds.
#[no_mangle]
pub fn read_and_build<'a>(
    datagram: &'a [u8],
    found: &mut Found<'a>,
    buffer: &mut [u8],
    name: &str,
    id: u16,
) -> Result<usize, Error> {
    read(datagram, found)?;
    build(buffer, name, found.index as u32, id)
}

/// Validates a message by the table; `true` if it is valid.
#[no_mangle]
pub fn validate(datagram: &[u8]) -> bool {
    let message = first(datagram);
    message.is_ok_and(|message| {
        validate::message(&link::FAMILY, message.message_type, message.payload, Strictness::LIBERAL)
            .is_ok()
    })
}

/// Prints a message by the table.
#[no_mangle]
pub fn print(datagram: &[u8], out: &mut dyn Write) -> bool {
    let message = first(datagram);
    message.is_ok_and(|message| {
        write!(out, "{:?}", MessageDebug { message, family: Some(&link::FAMILY) }).is_ok()
    })
}
