//! What has to be done before a machine can be reached: `lo` up, an address, a default route; then
//! the links are printed, to see what there is.
//!
//! Where each kilobyte counts: messages are built, and what comes back is followed, by codec alone,
//! over whatever brings them to the kernel. What `Connection` does besides is left out: deadlines,
//! leftovers of earlier requests, which attribute an error is about.
//!
//! [`Job::from_words`] reads the words; [`Job::run`] sends three requests and a dump through a [`Kernel`],
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

/// The first link of every machine is `lo`.
const LO: u32 = 1;

/// What the job is: an address, how many of its bits are the network's, and who knows the way.
#[derive(Debug, Clone, Copy)]
pub struct Job {
    /// The address.
    pub address: Ipv4Addr,
    /// The bits of it that are the network's.
    pub prefix_len: u8,
    /// The gateway, in that network.
    pub gateway: Ipv4Addr,
}

impl Job {
    /// From the words `ADDRESS/BITS GATEWAY`.
    pub fn from_words(words: &[&str]) -> Option<Job> {
        let [prefix, gateway] = words else { return None };
        let (address, bits) = prefix.split_once('/')?;
        let (address, gateway) = (ipv4(address)?, ipv4(gateway)?);
        Some(Job { address, prefix_len: byte(bits)?, gateway })
    }

    /// Does it.
    pub fn run<C: Channel>(
        &self,
        kernel: &mut Kernel<'_, C>,
        out: &mut dyn Write,
    ) -> Result<(), Errno> {
        let lo = LinkHeader { index: LO as i32, ..Default::default() };
        let up = LinkHeader { flags: LinkFlags::UP, change: LinkFlags::UP, ..lo };
        kernel.ask(link::SET.with(Flags::ACK), up, |_| {}, &mut |_| {})?;

        let family = AddressFamily::INET;
        let prefix_len = self.prefix_len;
        let header = AddrHeader { family, prefix_len, index: LO, ..Default::default() };
        let address = |address: &mut Writer<'_, Addr>| {
            address.put(Addr::LOCAL, self.address.into());
        };
        kernel.ask(addr::NEW.create().with(Flags::ACK), header, address, &mut |_| {})?;

        let header = RouteHeader {
            family,
            table: RouteTable::MAIN,
            protocol: RouteProtocol::BOOT,
            rtm_type: RouteType::UNICAST,
            ..Default::default()
        };
        let default = |default: &mut Writer<'_, Route>| {
            default.put(Route::GATEWAY, self.gateway.into());
        };
        kernel.ask(route::NEW.create().with(Flags::ACK), header, default, &mut |_| {})?;

        kernel.ask(link::GET.dump(), LinkHeader::default(), |_| {}, &mut |message| {
            let link = message.read(link::GET);
            let name = link.require(Link::IFNAME).ok().and_then(|name| name.to_str());
            let mtu = link.get(Link::MTU).ok().flatten().unwrap_or(0);
            let _ = print(out, link.header.index as u32, name.unwrap_or("?"), mtu);
        })
    }
}

/// The way to the kernel, and room for what goes there and comes back.
#[derive(Debug)]
pub struct Kernel<'b, C> {
    channel: C,
    buffer: &'b mut [u8],
    seq: u32,
}

impl<'b, C: Channel> Kernel<'b, C> {
    /// By this way.
    pub const fn new(channel: C, buffer: &'b mut [u8]) -> Self {
        Kernel { channel, buffer, seq: 0 }
    }

    fn ask<H: Structure, S: Set>(
        &mut self,
        kind: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
        each: &mut dyn FnMut(Message<'_>),
    ) -> Result<(), Errno> {
        self.seq += 1;
        let built = kind.build(self.buffer, self.seq, header, fill).map(|request| request.len());
        self.send(built.map_err(|_| Errno::NOSPC)?, each)
    }

    /// Sends the request of this length at the front of the buffer, and hands on what is answered.
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

// Much of what small programs are made of is the library's ways to read and print numbers, which
// can do all that anybody may want of them; these do what is wanted here.

/// A number up to 255.
fn byte(digits: &str) -> Option<u8> {
    if !(1..=3).contains(&digits.len()) {
        return None;
    }
    digits.bytes().try_fold(0u8, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 { None } else { number.checked_mul(10)?.checked_add(digit) }
    })
}

/// An address.
fn ipv4(word: &str) -> Option<Ipv4Addr> {
    let mut parts = word.split('.').map(byte);
    let mut next = || parts.next()?;
    let address = Ipv4Addr::new(next()?, next()?, next()?, next()?);
    parts.next().is_none().then_some(address)
}

/// Prints a link's line.
fn print(out: &mut dyn Write, index: u32, name: &str, mtu: u32) -> fmt::Result {
    number(out, index)?;
    out.write_str(": ")?;
    out.write_str(name)?;
    out.write_str(" mtu ")?;
    number(out, mtu)?;
    out.write_str("\n")
}

/// Prints a number.
fn number(out: &mut dyn Write, number: u32) -> fmt::Result {
    if number >= 10 {
        self::number(out, number / 10)?;
    }
    out.write_char(char::from(b'0' + (number % 10) as u8))
}
