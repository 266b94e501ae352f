//! What every command that changes something needs: the kernel's answer, and what words stand for.

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

/// Puts a request in with others, typed, so that a refusal names its attribute.
pub type PushFn = fn(&mut Requests<'_>, u16, Flags, &[u8]) -> Result<(), CodecError>;

fn push_request<H: Structure, S: Set>(
    requests: &mut Requests<'_>,
    number: u16,
    flags: Flags,
    bytes: &[u8],
) -> Result<(), CodecError> {
    requests.push_encoded(MessageType::<H, S>::new(number).with(flags), bytes)
}

/// Has the kernel do it, or tells why not.
pub fn send<C: Channel, H: Structure, S: Set>(
    ip: &mut Ip<'_, '_, C>,
    message_type: MessageType<H, S>,
    body: &Body,
) -> Result<(), Exit> {
    send_request(ip, push_request::<H, S>, message_type.number(), message_type.flags(), body)
}

/// Has the kernel do several things at once. Once in a program, whatever they are.
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

/// Messages about what is to be deleted: sent whenever there is no more room, over the second
/// connection, while what is to be found is still told over the first.
pub struct DeleteBatch {
    push: PushFn,
    number: u16,
    body: Body,
    count: usize,
    /// What the kernel refused first.
    error: Option<Error>,
}

impl DeleteBatch {
    /// Takes a message.
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

    /// Takes what is known by its number.
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

    /// Has the kernel delete what there is so far.
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
                // What went with another is gone, too.
                let gone = [Errno::NOENT, Errno::SRCH, Errno::ADDRNOTAVAIL];
                let failed = result.err().filter(|error| !gone.contains(&error.errno()));
                *error = error.or(failed.map(Error::Kernel));
            },
        );
        *error = error.or(sent.err());
        *body = Body::empty();
    }
}

/// What finds what is to be deleted.
pub type Find<'f, 'a, 'b, C> =
    &'f mut dyn FnMut(&mut Ip<'a, 'b, C>, &mut DeleteBatch) -> Result<(), Exit>;

/// How often a flush may find no less than the time before.
const MAX_ROUNDS: usize = 10;

/// Deletes all that `find` finds, until it finds nothing any more; how many those were.
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
        // What goes while it is told makes the kernel pass over some, so that there are less each time.
        if found >= last {
            rounds = 1usize.saturating_add(rounds);
        }
        last = found;
    }
    writeln!(ip.printer.err, "*** Flush remains incomplete after {MAX_ROUNDS} rounds. ***");
    Err(Exit(1))
}

/// A number in base 10, 8 or 16, of at most this much; complains as `invarg` does.
#[inline(never)]
pub fn uint(word: &str, max: u64, why: &str, err: &mut TextOutput<'_>) -> Result<u64, Exit> {
    number(word).filter(|number| *number <= max).ok_or_else(|| invalid_argument(err, word, why))
}

/// A number of 32 bits.
pub fn uint32(word: &str, why: &str, err: &mut TextOutput<'_>) -> Result<u32, Exit> {
    Ok(uint(word, u32::MAX.into(), why, err)? as u32)
}

/// Whether a word is `on` or `off`.
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

/// An address of this family, or of the one it looks like; complains as `get_addr` does.
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

/// The same as a prefix of all its bits; a label, too, if it is of that family.
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

/// A hardware address: bytes in base 16 with colons between, or an IPv4 address's; how many.
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

/// The family that an optional word tells, else the one that is known so far; and the word behind.
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

/// The address behind an optional word for its family.
pub fn family_address(
    words: &mut Words<'_>,
    family: AddressFamily,
    err: &mut TextOutput<'_>,
) -> Result<Prefix, Exit> {
    let (family, word) = family_word(words, family, err)?;
    host_prefix(word, family, err)
}

/// The prefix behind an optional word for its family.
pub fn family_prefix(
    words: &mut Words<'_>,
    family: AddressFamily,
    err: &mut TextOutput<'_>,
) -> Result<Prefix, Exit> {
    let (family, word) = family_word(words, family, err)?;
    Prefix::parse(word, family, err)
}

/// Puts a table that the header has no room for; what the header has.
pub fn put_table(table: u32, number: u16, body: &mut Body) -> RouteTable {
    if table < 256 {
        return RouteTable(table);
    }
    body.put_u32(number, table);
    RouteTable::UNSPEC
}

/// Takes the family of what was said, if none is known so far.
pub fn default_family(family: &mut AddressFamily, value: AddressFamily) {
    if *family == AddressFamily::UNSPEC {
        *family = value;
    }
}

/// A mark and its mask, `N` or `N/MASK`.
pub fn split_mask(word: &str) -> (&str, Option<&str>) {
    match word.split_once('/') {
        Some((value, mask)) => (value, Some(mask)),
        None => (word, None),
    }
}

/// Complains about a second value for the same thing, as `duparg` does.
pub fn duplicate_argument(err: &mut TextOutput<'_>, name: &str, word: &str) -> Exit {
    writeln!(err, "Error: duplicate \"{name}\": \"{word}\" is the second value.");
    USAGE
}

/// Complains about what is missing, as `missarg` does.
pub fn missing(err: &mut TextOutput<'_>, name: &str) -> Exit {
    writeln!(err, "Error: argument \"{name}\" is required");
    USAGE
}
