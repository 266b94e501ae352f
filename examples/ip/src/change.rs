//! Sending of requests that change something, and the argument values that they share.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use barelink_codec::message::Flags;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::RouteTable;
use barelink_codec::schema::Set;
use barelink_codec::value::Structure;
use barelink_codec::{Attrs, Error as CodecError, MessageType};
use barelink_transport::{Channel, Connection, Errno, Error, KernelError, Requests};

use super::body::Body;
use super::names;
use super::prefix::Prefix;
use super::printer::Printer;
use super::words::{Exit, TextOutput, USAGE, Words, invalid_argument, number};
use super::{Ip, batch, errors};

/// Function that adds a request to a batch with its type, so that an error names its attribute.
pub type PushFn = fn(&mut Requests<'_>, u16, Flags, &[u8]) -> Result<(), CodecError>;

fn push_request<H: Structure, S: Set>(
    requests: &mut Requests<'_>,
    number: u16,
    flags: Flags,
    bytes: &[u8],
) -> Result<(), CodecError> {
    requests.push_encoded(MessageType::<H, S>::new(number).with(flags), bytes)
}

/// Sends a request and waits for its acknowledgement; prints the error if it fails.
pub fn send<C: Channel, H: Structure, S: Set>(
    ip: &mut Ip<'_, '_, C>,
    message_type: MessageType<H, S>,
    body: &Body,
) -> Result<(), Exit> {
    send_request(ip, push_request::<H, S>, message_type.number(), message_type.flags(), body)
}

/// Sends several requests at once and passes each result to `each`. It is not generic over the
/// message, so that it is compiled once.
#[inline(never)]
pub fn send_batch<C: Channel>(
    kernel: &mut Connection<'_, C>,
    fill: &mut dyn FnMut(&mut Requests<'_>) -> Result<(), CodecError>,
    each: &mut dyn FnMut(usize, Result<(), KernelError>),
) -> Result<(), Error> {
    kernel.batch(fill, each)
}

#[inline(never)]
fn send_request<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    push: PushFn,
    number: u16,
    flags: Flags,
    body: &Body,
) -> Result<(), Exit> {
    if body.bytes().is_empty() {
        writeln!(ip.printer.err, "Error: Buffer too small for object.");
        return Err(USAGE);
    }
    while let Some(pending) = ip.printer.pending.as_deref_mut() {
        if pending.push(push, number, flags, body.bytes()) {
            return Ok(());
        }
        batch::send_pending(&mut ip.printer);
    }
    let mut answer: Result<(), KernelError> = Ok(());
    let sent = send_batch(
        &mut ip.kernel,
        &mut |requests| push(requests, number, flags, body.bytes()),
        &mut |_, result| answer = result,
    );
    if batch::is_link(number) {
        ip.printer.links.forget_all();
    }
    let result = sent.and(answer.map_err(Error::Kernel));
    if let Some(warning) = ip.kernel.warning() {
        errors::warning(ip.printer.err, warning);
    }
    result.map_err(|error| errors::request_failed(ip.printer.err, &error))
}

/// Delete requests for the objects that a flush has found: sent whenever the buffer is full, over
/// the second connection, while the dump continues over the first.
pub struct DeleteBatch {
    push: PushFn,
    number: u16,
    body: Body,
    count: usize,
    /// First kernel error.
    error: Option<Error>,
}

impl DeleteBatch {
    /// Adds a delete request with the header and attributes of a dumped object.
    pub fn push<C: Channel, H: Structure>(
        &mut self,
        printer: &mut Printer<'_, '_, C>,
        header: &H,
        attrs: &[u8],
    ) {
        self.add(printer, &mut |body| {
            body.put_raw_structure(header);
            body.put_raw(attrs);
        });
    }

    /// Adds a delete request for an object that one 32-bit attribute identifies.
    pub fn push_id<C: Channel, H: Structure>(
        &mut self,
        printer: &mut Printer<'_, '_, C>,
        header: &H,
        number: u16,
        value: u32,
    ) {
        self.add(printer, &mut |body| {
            body.put_raw_structure(header);
            body.put_u32(number, value);
        });
    }

    #[inline(never)]
    fn add<C: Channel>(
        &mut self,
        printer: &mut Printer<'_, '_, C>,
        put: &mut dyn FnMut(&mut Body),
    ) {
        for _ in 0..2 {
            let open = self.body.open(0);
            put(&mut self.body);
            self.body.close(open);
            if self.body.fits() {
                break;
            }
            self.body.cancel(open);
            self.send(printer);
        }
        self.count = self.count.saturating_add(1);
    }

    /// Sends the collected delete requests.
    #[inline(never)]
    fn send<C: Channel>(&mut self, printer: &mut Printer<'_, '_, C>) {
        let DeleteBatch { push, number, body, error, .. } = self;
        let sent = send_batch(
            &mut printer.links.second,
            &mut |requests| {
                let attrs = Attrs::<()>::new(body.bytes()).iter();
                for message in attrs.map_while(Result::ok) {
                    push(requests, *number, Flags::NONE, message.payload())?;
                }
                Ok(())
            },
            &mut |_, result| {
                // Deleted together with another object.
                let gone = [Errno::NOENT, Errno::SRCH, Errno::ADDRNOTAVAIL];
                let failed = result.err().filter(|error| !gone.contains(&error.errno()));
                *error = error.or(failed.map(Error::Kernel));
            },
        );
        *error = error.or(sent.err());
        *body = Body::empty();
    }
}

/// Function that adds the objects to delete to the batch.
pub type Find<'f, 'a, 'b, C> =
    &'f mut dyn FnMut(&mut Ip<'a, 'b, C>, &mut DeleteBatch) -> Result<(), Exit>;

/// Number of rounds in which a flush may find as many objects as before.
const MAX_ROUNDS: usize = 10;

/// Deletes what `find` finds, until it finds nothing; returns the number of deleted objects.
pub fn flush<'a, 'b, C: Channel, H: Structure, S: Set>(
    ip: &mut Ip<'a, 'b, C>,
    delete: MessageType<H, S>,
    find: Find<'_, 'a, 'b, C>,
) -> Result<usize, Exit> {
    let (push, number) = (push_request::<H, S> as PushFn, delete.number());
    flush_rounds(ip, DeleteBatch { push, number, body: Body::empty(), count: 0, error: None }, find)
}

#[inline(never)]
fn flush_rounds<'a, 'b, C: Channel>(
    ip: &mut Ip<'a, 'b, C>,
    mut deletions: DeleteBatch,
    find: Find<'_, 'a, 'b, C>,
) -> Result<usize, Exit> {
    let (mut rounds, mut last) = (0, usize::MAX);
    while rounds < MAX_ROUNDS {
        let before = deletions.count;
        find(ip, &mut deletions)?;
        deletions.send(&mut ip.printer);
        if let Some(error) = deletions.error {
            errors::report(ip.printer.err, &error);
            return Err(Exit(1));
        }
        let found = deletions.count.saturating_sub(before);
        if found == 0 {
            return Ok(deletions.count);
        }
        // Deleting during the dump makes the kernel skip some objects, so each round finds fewer.
        if found >= last {
            rounds = 1usize.saturating_add(rounds);
        }
        last = found;
    }
    writeln!(ip.printer.err, "*** Flush remains incomplete after {MAX_ROUNDS} rounds. ***");
    Err(Exit(1))
}

/// Parses a number in base 10, 8 or 16 up to `max`; prints the error of iproute2's `invarg`.
#[inline(never)]
pub fn uint(word: &str, max: u64, why: &str, err: &mut TextOutput<'_>) -> Result<u64, Exit> {
    number(word).filter(|number| *number <= max).ok_or_else(|| invalid_argument(err, word, why))
}

/// Parses a 32-bit number; prints the error of iproute2's `invarg`.
pub fn uint32(word: &str, why: &str, err: &mut TextOutput<'_>) -> Result<u32, Exit> {
    Ok(uint(word, u32::MAX.into(), why, err)? as u32)
}

/// Parses `on` or `off`.
pub fn on_off(name: &str, word: &str, err: &mut TextOutput<'_>) -> Result<bool, Exit> {
    match word {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => {
            writeln!(
                err,
                "Error: argument of \"{name}\" must be one of \"on\" or \"off\", not \"{word}\""
            );
            Err(USAGE)
        }
    }
}

/// Parses an address of this family, or of the one that its form implies; prints the error of
/// iproute2's `get_addr`.
#[inline(never)]
pub fn address(
    word: &str,
    family: AddressFamily,
    err: &mut TextOutput<'_>,
) -> Result<IpAddr, Exit> {
    let prefix = host_prefix(word, family, err)?;
    match (prefix.addr(), prefix.family) {
        (Some(addr), _) => Ok(addr),
        (None, AddressFamily::INET) => Ok(Ipv4Addr::UNSPECIFIED.into()),
        (None, AddressFamily::INET6) => Ok(Ipv6Addr::UNSPECIFIED.into()),
        (None, _) => Err(not_address(word, family, err)),
    }
}

/// Parses an address as a prefix of full length; an MPLS label if that is the family.
#[inline(never)]
pub fn host_prefix(
    word: &str,
    family: AddressFamily,
    err: &mut TextOutput<'_>,
) -> Result<Prefix, Exit> {
    match Prefix::read(word, family) {
        Some(prefix) if !prefix.explicit_len && !word.contains('/') => Ok(prefix),
        _ => Err(not_address(word, family, err)),
    }
}

fn not_address(word: &str, family: AddressFamily, err: &mut TextOutput<'_>) -> Exit {
    let name = super::prefix::family_name(family);
    writeln!(err, "Error: {name} address is expected rather than \"{word}\".");
    Exit(1)
}

/// Parses a hardware address, given as bytes in base 16 joined by colons or as an IPv4 address;
/// returns its length.
#[inline(never)]
pub fn hardware_address(
    word: &str,
    buffer: &mut [u8; 32],
    err: &mut TextOutput<'_>,
) -> Result<usize, Exit> {
    if word.contains('.') && !word.contains(':') {
        if let Some(IpAddr::V4(v4)) =
            Prefix::read(word, AddressFamily::INET).and_then(|it| it.addr())
        {
            buffer.iter_mut().zip(v4.octets()).for_each(|(to, from)| *to = from);
            return Ok(4);
        }
    }
    let mut len = 0;
    for part in word.split(':') {
        let byte = u8::from_str_radix(part, 16).ok();
        let slot = buffer.get_mut(len);
        let (Some(byte), Some(slot)) = (byte, slot) else {
            writeln!(err, "\"{word}\" is invalid lladdr.");
            return Err(Exit(1));
        };
        *slot = byte;
        len = len.saturating_add(1);
    }
    Ok(len)
}

/// Reads an optional address family and the word that follows it.
fn family_word<'w>(
    words: &mut Words<'w>,
    family: AddressFamily,
    err: &mut TextOutput<'_>,
) -> Result<(AddressFamily, &'w str), Exit> {
    let word = words.value(err)?;
    match names::known(word, names::FAMILIES) {
        Some(family) => Ok((AddressFamily(family as u8), words.value(err)?)),
        None => Ok((family, word)),
    }
}

/// Parses an address after its optional family.
pub fn family_address(
    words: &mut Words<'_>,
    family: AddressFamily,
    err: &mut TextOutput<'_>,
) -> Result<Prefix, Exit> {
    let (family, word) = family_word(words, family, err)?;
    host_prefix(word, family, err)
}

/// Parses a prefix after its optional family.
pub fn family_prefix(
    words: &mut Words<'_>,
    family: AddressFamily,
    err: &mut TextOutput<'_>,
) -> Result<Prefix, Exit> {
    let (family, word) = family_word(words, family, err)?;
    Prefix::parse(word, family, err)
}

/// Returns the header's routing table; one above 255 becomes an attribute, and the header's is
/// `RT_TABLE_UNSPEC`.
pub fn put_table(table: u32, number: u16, body: &mut Body) -> RouteTable {
    if table < 256 {
        return RouteTable(table);
    }
    body.put_u32(number, table);
    RouteTable::UNSPEC
}

/// Sets the family if it is `AF_UNSPEC`.
pub fn default_family(family: &mut AddressFamily, value: AddressFamily) {
    if *family == AddressFamily::UNSPEC {
        *family = value;
    }
}

/// Splits a value and its mask, `N` or `N/MASK`.
pub fn split_mask(word: &str) -> (&str, Option<&str>) {
    match word.split_once('/') {
        Some((value, mask)) => (value, Some(mask)),
        None => (word, None),
    }
}

/// Prints the error of a repeated argument, as iproute2's `duparg` does.
pub fn duplicate_argument(err: &mut TextOutput<'_>, name: &str, word: &str) -> Exit {
    writeln!(err, "Error: duplicate \"{name}\": \"{word}\" is the second value.");
    USAGE
}

/// Prints the error of a missing argument, as iproute2's `missarg` does.
pub fn missing(err: &mut TextOutput<'_>, name: &str) -> Exit {
    writeln!(err, "Error: argument \"{name}\" is required");
    USAGE
}
