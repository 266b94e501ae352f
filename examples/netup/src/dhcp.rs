//! DHCP: an address that is lent, by one exchange, as the kernel's own `ip=dhcp` has it. Who wants it
//! for longer than it is lent runs a client later. The messages are read and built by smoltcp.
//!
//! The answers have to come to everybody on the link, as the client has no address yet; so do its
//! requests, for which there is a route meanwhile.

use core::net::{IpAddr, Ipv4Addr, SocketAddrV4};
use core::time::Duration;

use barelink_codec::addr_text::Prefix;
use barelink_codec::nest::Parsed;
use barelink_codec::rtnl::link::{Hardware, Link, LinkHeader};
use barelink_codec::rtnl::route;
use barelink_transport::{Deadline, Errno, Error};
use heapless::Vec;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::io::retry_on_intr;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, bind, recv, sendto, socket_with,
    sockopt,
};
use smoltcp::wire::{
    DHCP_CLIENT_PORT, DHCP_SERVER_PORT, DhcpMessageType, DhcpOpCode, DhcpPacket, DhcpRepr,
    EthernetAddress,
};

use super::apply::{State, Work, seconds};
use super::look::{self, Seen};

/// What is lent.
struct Lease {
    local: Prefix,
    gateway: Option<Ipv4Addr>,
    servers: Vec<Ipv4Addr, 3>,
    /// For how long.
    seconds: u32,
}

/// Numbers of options, of RFC 2132.
mod option {
    pub(super) const MASK: u8 = 1;
    pub(super) const ROUTERS: u8 = 3;
    pub(super) const NAME_SERVERS: u8 = 6;
    pub(super) const SECONDS: u8 = 51;
    pub(super) const KIND: u8 = 53;
    pub(super) const SERVER: u8 = 54;
}

/// What is asked for beside the address.
const WANTED: [u8; 4] = [option::MASK, option::ROUTERS, option::NAME_SERVERS, option::SECONDS];

/// The shortest message that every server reads.
const SHORTEST: usize = 300;

/// The longest that is read, which fits in every packet.
const LONGEST: usize = 1472;

/// Turns a refused call into an error.
fn named<T>(call: &'static str, result: Result<T, Errno>) -> Result<T, Error> {
    result.map_err(|errno| Error::Socket { call, errno })
}

/// What a server offers: the address, and who it is.
type Offer = (Ipv4Addr, Ipv4Addr);

/// A message of a server's to this client.
struct Reply<'a>(DhcpPacket<&'a [u8]>);

impl<'a> Reply<'a> {
    /// A message, if it is one, and to this client.
    fn read(bytes: &'a [u8], mac: EthernetAddress, id: u32) -> Option<Self> {
        let packet = DhcpPacket::new_checked(bytes).ok()?;
        let is_for_us = packet.opcode() == DhcpOpCode::Reply
            && packet.transaction_id() == id
            && usize::from(packet.hardware_len()) == mac.0.len()
            && packet.client_hardware_address() == mac;
        is_for_us.then_some(Reply(packet))
    }

    /// An option's bytes.
    fn option(&self, number: u8) -> Option<&[u8]> {
        self.0.options().find(|option| option.kind == number).map(|option| option.data)
    }

    /// The addresses that an option has.
    fn addresses(&self, number: u8) -> impl Iterator<Item = Ipv4Addr> {
        let all = self.option(number).unwrap_or_default().chunks_exact(4);
        all.filter_map(|octets| Some(<[u8; 4]>::try_from(octets).ok()?.into()))
    }

    fn kind(&self) -> Option<DhcpMessageType> {
        self.option(option::KIND)?.first().map(|kind| DhcpMessageType::from(*kind))
    }

    fn offer(&self) -> Option<Offer> {
        Some((self.0.your_ip(), self.addresses(option::SERVER).next()?))
    }

    fn lease(&self) -> Lease {
        let mask = self.addresses(option::MASK).next().unwrap_or(Ipv4Addr::BROADCAST);
        let len = mask.to_bits().leading_ones() as u8;
        let lent = self.option(option::SECONDS).and_then(|bytes| bytes.try_into().ok());
        Lease {
            local: Prefix { address: self.0.your_ip().into(), len },
            gateway: self.addresses(option::ROUTERS).next(),
            servers: self.addresses(option::NAME_SERVERS).take(3).collect(),
            seconds: lent.map_or(u32::MAX, u32::from_be_bytes),
        }
    }
}

/// Asks servers.
struct Client {
    socket: OwnedFd,
    mac: EthernetAddress,
    /// What the answers have to repeat.
    id: u32,
}

impl Client {
    fn open(mac: [u8; 6]) -> Result<Self, Error> {
        let (kind, flags) = (SocketType::DGRAM, SocketFlags::CLOEXEC);
        let socket = named("socket", socket_with(AddressFamily::INET, kind, flags, None))?;
        named("broadcast", sockopt::set_socket_broadcast(&socket, true))?;
        named("share", sockopt::set_socket_reuseaddr(&socket, true))?;
        let own = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, DHCP_CLIENT_PORT);
        named("bind", bind(&socket, &own))?;
        // Answers to another request of this machine's have another number.
        let [.., a, b, c, d] = mac;
        let process = rustix::process::getpid().as_raw_nonzero().get() as u32;
        let id = u32::from_be_bytes([a, b, c, d]) ^ process.rotate_left(16);
        Ok(Client { socket, mac: EthernetAddress(mac), id })
    }

    /// Asks for an offer, or for what was offered.
    fn ask(&self, offer: Option<Offer>) -> Result<(), Error> {
        let none = Ipv4Addr::UNSPECIFIED;
        let request = DhcpRepr {
            message_type: match offer {
                Some(_) => DhcpMessageType::Request,
                None => DhcpMessageType::Discover,
            },
            transaction_id: self.id,
            secs: 0,
            client_hardware_address: self.mac,
            client_ip: none,
            your_ip: none,
            server_ip: none,
            router: None,
            subnet_mask: None,
            relay_agent_ip: none,
            broadcast: true,
            requested_ip: offer.map(|offer| offer.0),
            client_identifier: Some(self.mac),
            server_identifier: offer.map(|offer| offer.1),
            parameter_request_list: Some(&WANTED),
            dns_servers: None,
            max_size: Some(LONGEST as u16 + 28),
            lease_duration: None,
            renew_duration: None,
            rebind_duration: None,
            additional_options: &[],
        };
        let mut room = [0; SHORTEST];
        let head = room.get_mut(..request.buffer_len()).unwrap_or_default();
        let built = DhcpPacket::new_checked(head).and_then(|mut packet| request.emit(&mut packet));
        if built.is_err() {
            return Err(Error::Codec(barelink_codec::Error::Full { needed: request.buffer_len() }));
        }
        let to = SocketAddrV4::new(Ipv4Addr::BROADCAST, DHCP_SERVER_PORT);
        let sent = retry_on_intr(|| sendto(&self.socket, &room, SendFlags::empty(), &to));
        named("send", sent).map(|_| ())
    }

    /// The next answer to this client; none if there is none in time.
    fn answer<'r>(
        &self,
        room: &'r mut [u8; LONGEST],
        by: Deadline,
    ) -> Result<Option<Reply<'r>>, Error> {
        loop {
            let left = by.remaining();
            let limit = Timespec { tv_sec: left.as_secs() as _, tv_nsec: left.subsec_nanos() as _ };
            let mut ready = [PollFd::new(&self.socket, PollFlags::IN)];
            match poll(&mut ready, Some(&limit)) {
                Ok(0) if left.is_zero() => return Ok(None),
                Ok(0) | Err(Errno::INTR) => continue,
                Ok(_) => {}
                Err(errno) => return named("wait", Err(errno)),
            }
            let len = match recv(&self.socket, &mut *room, RecvFlags::DONTWAIT) {
                Ok((len, _)) => len,
                // What came was broken, and is gone.
                Err(Errno::AGAIN | Errno::INTR) => continue,
                Err(errno) => return named("receive", Err(errno)),
            };
            if Reply::read(room.get(..len).unwrap_or_default(), self.mac, self.id).is_some() {
                let packet = DhcpPacket::new_unchecked(room.get(..len).unwrap_or_default());
                return Ok(Some(Reply(packet)));
            }
        }
    }

    /// Asks until something is lent, or time is up.
    fn lease(&self, by: Deadline) -> Result<Lease, Error> {
        let mut room = [0; LONGEST];
        let mut offer = None;
        let mut pause = 1;
        while !by.has_passed() {
            self.ask(offer)?;
            let until = Deadline::after(by.remaining().min(Duration::from_secs(pause)));
            loop {
                let Some(reply) = self.answer(&mut room, until)? else {
                    // Who offered something may be gone.
                    if pause > 2 {
                        offer = None;
                    }
                    pause = (pause * 2).min(8);
                    break;
                };
                let from = reply.offer();
                match (reply.kind(), offer) {
                    (Some(DhcpMessageType::Offer), None) if from.is_some() => {
                        (offer, pause) = (from, 1);
                        break;
                    }
                    (Some(DhcpMessageType::Ack), Some(_)) if from == offer => {
                        return Ok(reply.lease());
                    }
                    (Some(DhcpMessageType::Nak), Some((_, server)))
                        if reply.addresses(option::SERVER).next() == Some(server) =>
                    {
                        offer = None;
                        break;
                    }
                    _ => {}
                }
            }
        }
        Err(Error::TimedOut)
    }
}

impl Work<'_, '_, '_, '_> {
    /// Has an interface lent an address.
    #[inline(never)]
    pub(super) fn lend(&mut self, state: &mut State) {
        let by = seconds(self.plan.limits.lease);
        let everybody = Prefix { address: Ipv4Addr::BROADCAST.into(), len: 32 };
        let index = Some(state.index);
        let is_it = &mut |link: &Parsed<'_, LinkHeader, Link>| {
            link.header.index == state.index as i32 && link.header.hardware == Hardware::ETHER
        };
        let mac = match look::first(&mut self.kernel.route, is_it) {
            Ok(Some(Seen { mac: Some(mac), .. })) => mac,
            // It is asked for by an Ethernet address.
            _ => return self.needed(&state.name, "DHCP"),
        };
        let lent = self.route(route::NEW.replace(), everybody, (None, index), 0, false);
        let lent = lent.and_then(|()| Client::open(mac)?.lease(by));
        let gone = self.route(route::DEL, everybody, (None, index), 0, false);
        let lent = match lent.and_then(|lease| gone.map(|()| lease)) {
            Ok(lease) => lease,
            Err(error) => {
                self.log.is_done(&state.name, "be lent an address", Err(error));
                return;
            }
        };
        let given = self.add_address(state.index, lent.local, None, lent.seconds);
        if self.log.is_done(&state.name, "add the address", given) {
            state.address = true;
            state.local = Some(lent.local);
            state.way = lent.gateway.map(IpAddr::V4);
            state.lent = lent.seconds;
            for server in lent.servers {
                let _ = self.servers.push(server.into());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn garbled_answers_are_read_to_their_end() {
        let mac = EthernetAddress([2, 0, 0, 0, 0, 1]);
        let mut bytes = [0u8; 300];
        // An answer to number 7, and its options.
        bytes[..8].copy_from_slice(&[2, 1, 6, 0, 0, 0, 0, 7]);
        bytes[16..20].copy_from_slice(&[192, 0, 2, 77]);
        bytes[28..34].copy_from_slice(&mac.0);
        bytes[236..240].copy_from_slice(&[99, 130, 83, 99]);
        let options = [
            &[option::KIND, 1, 5, option::SERVER, 4, 192, 0, 2, 1, option::MASK, 4][..],
            &[255, 255, 255, 0, option::ROUTERS, 8, 192, 0, 2, 1, 192, 0, 2, 2, 255],
        ];
        let options = options.concat();
        bytes[240..240 + options.len()].copy_from_slice(&options);
        let whole = Reply::read(&bytes, mac, 7).unwrap();
        assert_eq!(whole.kind(), Some(DhcpMessageType::Ack));
        let (lease, own) = (whole.lease(), Ipv4Addr::new(192, 0, 2, 77));
        assert_eq!(lease.local, Prefix { address: own.into(), len: 24 });
        assert_eq!((lease.gateway, lease.seconds), (Some(Ipv4Addr::new(192, 0, 2, 1)), u32::MAX));

        let (mut dice, mut read) = (1u32, 0);
        for _ in 0..20_000 {
            let mut garbled = bytes;
            for _ in 0..4 {
                dice ^= dice << 13;
                dice ^= dice >> 17;
                dice ^= dice << 5;
                garbled[240 + dice as usize % 40] = (dice >> 16) as u8;
            }
            let end = if dice & 1 == 0 { 300 } else { 200 + (dice >> 8) as usize % 100 };
            if let Some(reply) = Reply::read(&garbled[..end], mac, 7) {
                let _ = (reply.kind(), reply.offer(), reply.lease().servers.len());
                read += 1;
            }
        }
        assert!(read > 10_000);
    }
}
