//! Configures a machine with few kilobytes of code: `lo` up, an address, a default route; then prints
//! the links.
//!
//! Messages are built, and replies are processed, by codec alone, over any [`Channel`]. The other
//! services of `Connection` are left out: deadlines, replies left over from earlier requests, the
//! attribute of an error.
//!
//! [`Job::parse`] parses the arguments; [`Job::run`] sends three requests and a dump through a [`Kernel`],
//! which follows each by codec's `Exchange`. `main.rs` is the program with the standard library;
//! `examples/tiny` has it without libc, over a socket of rustix alone.
#![no_std]

use core::fmt::{self, Write};
use core::net::Ipv4Addr;

use barelink_codec::message::{Message, MessageType};
use barelink_codec::rtnl::addr::{self, Addr, AddrHeader};
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::{self, Link, LinkFlags, LinkHeader};
use barelink_codec::rtnl::route::{self, Route, RouteHeader, RouteProtocol, RouteTable, RouteType};
use barelink_codec::schema::Set;
use barelink_codec::value::Structure;
use barelink_codec::{Exchange, ExchangeEvent, Flags, Messages, Writer};
use barelink_transport::{Channel, Errno, Error};

/// Interface index of `lo` in every network namespace.
const LO: u32 = 1;

/// Configuration to set: an address, and a default gateway.
#[derive(Debug, Clone, Copy)]
pub struct Job {
    /// IPv4 address to add to `lo`.
    pub address: Ipv4Addr,
    /// Prefix length of the address, in bits.
    pub prefix_len: u8,
    /// Default gateway, in that network.
    pub gateway: Ipv4Addr,
}

impl Job {
    /// Parses the arguments `ADDRESS/BITS GATEWAY`.
    pub fn parse(arguments: &[&str]) -> Option<Job> {
        let [prefix, gateway] = arguments else { return None };
        let (address, bits) = prefix.split_once('/')?;
        let (address, gateway) = (ipv4(address)?, ipv4(gateway)?);
        Some(Job { address, prefix_len: byte(bits)?, gateway })
    }

    /// Sends the three requests, and prints the links.
    ///
    /// # Errors
    /// Errno of the kernel or the channel; `ENOSPC` if the buffer is too short.
    pub fn run<C: Channel>(
        &self,
        kernel: &mut Kernel<'_, C>,
        out: &mut dyn Write,
    ) -> Result<(), Errno> {
        let lo = LinkHeader { index: LO as i32, ..Default::default() };
        let up = LinkHeader { flags: LinkFlags::UP, change: LinkFlags::UP, ..lo };
        kernel.request(link::SET.with(Flags::ACK), up, |_| {}, &mut |_| {})?;

        let family = AddressFamily::INET;
        let prefix_len = self.prefix_len;
        let header = AddrHeader { family, prefix_len, index: LO, ..Default::default() };
        let address = |address: &mut Writer<'_, Addr>| {
            address.put(Addr::LOCAL, self.address.into());
        };
        kernel.request(addr::NEW.create().with(Flags::ACK), header, address, &mut |_| {})?;

        let header = RouteHeader {
            family,
            table: RouteTable::MAIN,
            protocol: RouteProtocol::BOOT,
            rtm_type: RouteType::UNICAST,
            ..Default::default()
        };
        let gateway = |route: &mut Writer<'_, Route>| {
            route.put(Route::GATEWAY, self.gateway.into());
        };
        kernel.request(route::NEW.create().with(Flags::ACK), header, gateway, &mut |_| {})?;

        kernel.request(link::GET.dump(), LinkHeader::default(), |_| {}, &mut |message| {
            let link = message.read(link::GET);
            let name = link.require(Link::IFNAME).ok().and_then(|name| name.to_str());
            let mtu = link.get(Link::MTU).ok().flatten().unwrap_or(0);
            let _ = print_link(out, link.header.index as u32, name.unwrap_or("?"), mtu);
        })
    }
}

/// Channel to the kernel, with a buffer for requests and replies.
#[derive(Debug)]
pub struct Kernel<'b, C> {
    channel: C,
    buffer: &'b mut [u8],
    seq: u32,
}

impl<'b, C: Channel> Kernel<'b, C> {
    /// Returns a kernel behind this channel.
    pub const fn new(channel: C, buffer: &'b mut [u8]) -> Self {
        Kernel { channel, buffer, seq: 0 }
    }

    fn request<H: Structure, S: Set>(
        &mut self,
        message_type: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
        each: &mut dyn FnMut(Message<'_>),
    ) -> Result<(), Errno> {
        self.seq += 1;
        let built =
            message_type.build(self.buffer, self.seq, header, fill).map(|request| request.len());
        self.send(built.map_err(|_| Errno::NOSPC)?, each)
    }

    /// Sends the request of this length at the start of the buffer, and calls `each` with each reply.
    fn send(&mut self, len: usize, each: &mut dyn FnMut(Message<'_>)) -> Result<(), Errno> {
        let mut exchange = Exchange::new(self.seq);
        let errno = |error| match error {
            Error::Socket { errno, .. } => errno,
            _ => Errno::IO,
        };
        self.channel.send(self.buffer.get(..len).unwrap_or_default(), None).map_err(errno)?;
        while !exchange.is_done() {
            let received = self.channel.receive(self.buffer, None).map_err(errno)?;
            if !received.is_from_kernel() {
                continue;
            }
            for message in Messages::new(self.buffer.get(..received.len).unwrap_or_default()) {
                match exchange.step(message.map_err(|_| Errno::BADMSG)?) {
                    ExchangeEvent::Valid(message) => each(message),
                    ExchangeEvent::Error(status) => {
                        return Err(Errno::from_raw_os_error(status.errno.clamp(1, 4095)));
                    }
                    ExchangeEvent::Overrun | ExchangeEvent::Invalid(..) => return Err(Errno::IO),
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

// The standard formatting and parsing of numbers would be a large part of the program; these functions
// do only what is used here.

/// Parses a decimal number up to 255.
fn byte(digits: &str) -> Option<u8> {
    if !(1..=3).contains(&digits.len()) {
        return None;
    }
    digits.bytes().try_fold(0u8, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 { None } else { number.checked_mul(10)?.checked_add(digit) }
    })
}

/// Parses an IPv4 address.
fn ipv4(text: &str) -> Option<Ipv4Addr> {
    let mut parts = text.split('.').map(byte);
    let mut next = || parts.next()?;
    let address = Ipv4Addr::new(next()?, next()?, next()?, next()?);
    parts.next().is_none().then_some(address)
}

/// Prints the line of a link.
fn print_link(out: &mut dyn Write, index: u32, name: &str, mtu: u32) -> fmt::Result {
    print_number(out, index)?;
    out.write_str(": ")?;
    out.write_str(name)?;
    out.write_str(" mtu ")?;
    print_number(out, mtu)?;
    out.write_str("\n")
}

/// Prints a number in decimal.
fn print_number(out: &mut dyn Write, number: u32) -> fmt::Result {
    if number >= 10 {
        print_number(out, number / 10)?;
    }
    out.write_char(char::from(b'0' + (number % 10) as u8))
}
