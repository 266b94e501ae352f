//! Acquires a DHCP lease by one exchange, as the kernel's own `ip=dhcp` does.
//!
//! Renewing the lease is left to another client. smoltcp parses and builds the messages. Replies are
//! requested as broadcasts, since the client has no address yet; its requests are broadcasts too, for
//! which there is a route meanwhile.

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

use super::apply::{Executor, InterfaceState, deadline_in};
use super::lookup::{self, FoundLink};

/// Parameters of a lease.
struct Lease {
    local: Prefix,
    gateway: Option<Ipv4Addr>,
    servers: Vec<Ipv4Addr, 3>,
    /// Lease time; `u32::MAX` is infinite.
    seconds: u32,
}

/// DHCP option codes (RFC 2132).
mod option {
    pub(super) const MASK: u8 = 1;
    pub(super) const ROUTERS: u8 = 3;
    pub(super) const NAME_SERVERS: u8 = 6;
    pub(super) const LEASE_TIME: u8 = 51;
    pub(super) const MESSAGE_TYPE: u8 = 53;
    pub(super) const SERVER: u8 = 54;
}

/// Options requested beside the address (parameter request list).
const REQUESTED: [u8; 4] =
    [option::MASK, option::ROUTERS, option::NAME_SERVERS, option::LEASE_TIME];

/// Minimum length of a message, in bytes, as in BOOTP.
const MIN_MESSAGE: usize = 300;

/// Maximum length of a message, in bytes: the UDP payload of a 1500-byte packet.
const MAX_MESSAGE: usize = 1472;

/// Turns the errno of a system call into an error that names the call.
fn map_errno<T>(call: &'static str, result: Result<T, Errno>) -> Result<T, Error> {
    result.map_err(|errno| Error::Socket { call, errno })
}

/// Offered address, and the server identifier.
type Offer = (Ipv4Addr, Ipv4Addr);

/// Reply of a server to this client.
struct Reply<'a>(DhcpPacket<&'a [u8]>);

impl<'a> Reply<'a> {
    /// Parses a reply; `None` if it is malformed or addressed to another client.
    fn parse(bytes: &'a [u8], mac: EthernetAddress, id: u32) -> Option<Self> {
        let packet = DhcpPacket::new_checked(bytes).ok()?;
        let is_for_us = packet.opcode() == DhcpOpCode::Reply
            && packet.transaction_id() == id
            && usize::from(packet.hardware_len()) == mac.0.len()
            && packet.client_hardware_address() == mac;
        is_for_us.then_some(Reply(packet))
    }

    /// Returns the payload of an option.
    fn option(&self, number: u8) -> Option<&[u8]> {
        self.0.options().find(|option| option.kind == number).map(|option| option.data)
    }

    /// Returns the IPv4 addresses in an option.
    fn addresses(&self, number: u8) -> impl Iterator<Item = Ipv4Addr> {
        let all = self.option(number).unwrap_or_default().chunks_exact(4);
        all.filter_map(|octets| Some(<[u8; 4]>::try_from(octets).ok()?.into()))
    }

    fn message_type(&self) -> Option<DhcpMessageType> {
        self.option(option::MESSAGE_TYPE)?.first().map(|number| DhcpMessageType::from(*number))
    }

    fn offer(&self) -> Option<Offer> {
        Some((self.0.your_ip(), self.addresses(option::SERVER).next()?))
    }

    fn lease(&self) -> Lease {
        let mask = self.addresses(option::MASK).next().unwrap_or(Ipv4Addr::BROADCAST);
        let len = mask.to_bits().leading_ones() as u8;
        let secs = self.option(option::LEASE_TIME).and_then(|bytes| bytes.try_into().ok());
        Lease {
            local: Prefix { address: self.0.your_ip().into(), len },
            gateway: self.addresses(option::ROUTERS).next(),
            servers: self.addresses(option::NAME_SERVERS).take(3).collect(),
            seconds: secs.map_or(u32::MAX, u32::from_be_bytes),
        }
    }
}

/// DHCP client of one interface.
struct Client {
    socket: OwnedFd,
    mac: EthernetAddress,
    /// Transaction id, which replies repeat.
    id: u32,
}

impl Client {
    fn open(mac: [u8; 6]) -> Result<Self, Error> {
        let (socket_type, flags) = (SocketType::DGRAM, SocketFlags::CLOEXEC);
        let socket =
            map_errno("socket", socket_with(AddressFamily::INET, socket_type, flags, None))?;
        map_errno("broadcast", sockopt::set_socket_broadcast(&socket, true))?;
        map_errno("share", sockopt::set_socket_reuseaddr(&socket, true))?;
        let own = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, DHCP_CLIENT_PORT);
        map_errno("bind", bind(&socket, &own))?;
        // Distinct for each process, so that replies to another client of this machine are ignored.
        let [.., a, b, c, d] = mac;
        let process = rustix::process::getpid().as_raw_nonzero().get() as u32;
        let id = u32::from_be_bytes([a, b, c, d]) ^ process.rotate_left(16);
        Ok(Client { socket, mac: EthernetAddress(mac), id })
    }

    /// Sends DHCPDISCOVER, or DHCPREQUEST for an offer.
    fn send(&self, offer: Option<Offer>) -> Result<(), Error> {
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
            parameter_request_list: Some(&REQUESTED),
            dns_servers: None,
            max_size: Some(MAX_MESSAGE as u16 + 28),
            lease_duration: None,
            renew_duration: None,
            rebind_duration: None,
            additional_options: &[],
        };
        let mut buffer = [0; MIN_MESSAGE];
        let head = buffer.get_mut(..request.buffer_len()).unwrap_or_default();
        let built = DhcpPacket::new_checked(head).and_then(|mut packet| request.emit(&mut packet));
        if built.is_err() {
            return Err(Error::Codec(barelink_codec::Error::Full { needed: request.buffer_len() }));
        }
        let to = SocketAddrV4::new(Ipv4Addr::BROADCAST, DHCP_SERVER_PORT);
        let sent = retry_on_intr(|| sendto(&self.socket, &buffer, SendFlags::empty(), &to));
        map_errno("send", sent).map(|_| ())
    }

    /// Receives the next reply to this client; `None` at the deadline.
    fn receive<'r>(
        &self,
        buffer: &'r mut [u8; MAX_MESSAGE],
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
                Err(errno) => return map_errno("wait", Err(errno)),
            }
            let len = match recv(&self.socket, &mut *buffer, RecvFlags::DONTWAIT) {
                Ok((len, _)) => len,
                // The kernel dropped a datagram with a wrong checksum.
                Err(Errno::AGAIN | Errno::INTR) => continue,
                Err(errno) => return map_errno("receive", Err(errno)),
            };
            if Reply::parse(buffer.get(..len).unwrap_or_default(), self.mac, self.id).is_some() {
                let packet = DhcpPacket::new_unchecked(buffer.get(..len).unwrap_or_default());
                return Ok(Some(Reply(packet)));
            }
        }
    }

    /// Repeats requests until a server grants a lease; [`Error::TimedOut`] at the deadline.
    fn lease(&self, by: Deadline) -> Result<Lease, Error> {
        let mut buffer = [0; MAX_MESSAGE];
        let mut offer = None;
        let mut pause = 1;
        while !by.has_passed() {
            self.send(offer)?;
            let until = Deadline::after(by.remaining().min(Duration::from_secs(pause)));
            loop {
                let Some(reply) = self.receive(&mut buffer, until)? else {
                    // The server that made the offer may be down.
                    if pause > 2 {
                        offer = None;
                    }
                    pause = (pause * 2).min(8);
                    break;
                };
                let from = reply.offer();
                match (reply.message_type(), offer) {
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

impl Executor<'_, '_, '_, '_> {
    /// Acquires a lease for an interface, and adds its address.
    #[inline(never)]
    pub(super) fn acquire_lease(&mut self, state: &mut InterfaceState) {
        let by = deadline_in(self.plan.timeouts.lease);
        let broadcast = Prefix { address: Ipv4Addr::BROADCAST.into(), len: 32 };
        let index = Some(state.index);
        let is_own = &mut |link: &Parsed<'_, LinkHeader, Link>| {
            link.header.index == state.index as i32 && link.header.hardware == Hardware::ETHER
        };
        let mac = match lookup::first_link(&mut self.kernel.route, is_own) {
            Ok(Some(FoundLink { mac: Some(mac), .. })) => mac,
            // The client identifier is an Ethernet address.
            _ => return self.report_client(&state.name, "DHCP"),
        };
        let route = self.route_request(route::NEW.replace(), broadcast, (None, index), 0, false);
        let lease = route.and_then(|()| Client::open(mac)?.lease(by));
        let removed = self.route_request(route::DEL, broadcast, (None, index), 0, false);
        let lease = match lease.and_then(|lease| removed.map(|()| lease)) {
            Ok(lease) => lease,
            Err(error) => {
                self.log.check(&state.name, "get a DHCP lease", Err(error));
                return;
            }
        };
        let added = self.add_address(state.index, lease.local, None, lease.seconds);
        if self.log.check(&state.name, "add the address", added) {
            state.has_address = true;
            state.local = Some(lease.local);
            state.default_gateway = lease.gateway.map(IpAddr::V4);
            state.lease_secs = lease.seconds;
            for server in lease.servers {
                let _ = self.name_servers.push(server.into());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_replies_are_parsed_without_panic() {
        let mac = EthernetAddress([2, 0, 0, 0, 0, 1]);
        let mut bytes = [0u8; 300];
        // A reply with transaction id 7, and its options.
        bytes[..8].copy_from_slice(&[2, 1, 6, 0, 0, 0, 0, 7]);
        bytes[16..20].copy_from_slice(&[192, 0, 2, 77]);
        bytes[28..34].copy_from_slice(&mac.0);
        bytes[236..240].copy_from_slice(&[99, 130, 83, 99]);
        let options = [
            &[option::MESSAGE_TYPE, 1, 5, option::SERVER, 4, 192, 0, 2, 1, option::MASK, 4][..],
            &[255, 255, 255, 0, option::ROUTERS, 8, 192, 0, 2, 1, 192, 0, 2, 2, 255],
        ];
        let options = options.concat();
        bytes[240..240 + options.len()].copy_from_slice(&options);
        let whole = Reply::parse(&bytes, mac, 7).unwrap();
        assert_eq!(whole.message_type(), Some(DhcpMessageType::Ack));
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
            if let Some(reply) = Reply::parse(&garbled[..end], mac, 7) {
                let _ = (reply.message_type(), reply.offer(), reply.lease().servers.len());
                read += 1;
            }
        }
        assert!(read > 10_000);
    }
}
