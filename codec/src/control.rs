//! Control messages: errors, acknowledgements, the end of a dump, and the extended acknowledgement.
//!
//! ```text
//! ERROR  | nlmsghdr | code | the request's nlmsghdr | its payload, unless CAPPED | details |
//! DONE   | nlmsghdr | code | details |
//! ```

use core::fmt;

use crate::attr::Attrs;
use crate::error::Error;
use crate::frame::align;
use crate::message::{self, Flags, Message, MessageHeader};
use crate::nest::Nest;
use crate::path::Path;
use crate::schema::TableFn;
use crate::value::{Bytes, Fixed, Str, Structure, Text};

values! {
    /// Message types that every protocol has.
    pub Control "NLMSG_": u16 {
        /// No operation; to be ignored.
        1 => NOOP,
        /// Error in reply to a request; an acknowledgement if the code is 0.
        2 => ERROR,
        /// End of a multipart message, possibly with an error code.
        3 => DONE,
        /// Messages were lost; the kernel does not send it today.
        4 => OVERRUN,
    }
}

attributes! {
    /// Attributes of the extended acknowledgement.
    pub ExtAck "NLMSGERR_ATTR_" {
        /// Error or warning message, for people.
        1 => MSG: Text<255>,
        /// Offset of the attribute in question in the request, in bytes from its `nlmsghdr`.
        2 => OFFS: u32,
        /// Result of a successful request, in a form that depends on the family.
        3 => COOKIE: Bytes,
        /// Policy that the attribute in question violates.
        4 => POLICY: Nest<PolicyAttr>,
        /// Type of a required attribute that is missing.
        5 => MISS_TYPE: u32,
        /// Offset of the nest that the missing attribute belongs in, in bytes from the request's
        /// `nlmsghdr`; absent at the top level.
        6 => MISS_NEST: u32,
    }
}

attributes! {
    /// Policy of an attribute.
    pub PolicyAttr "NL_POLICY_TYPE_ATTR_" {
        /// Type of the value.
        1 => TYPE: PolicyType,
        /// Minimum, of a signed integer.
        2 => MIN_VALUE_S: i64,
        /// Maximum, of a signed integer.
        3 => MAX_VALUE_S: i64,
        /// Minimum, of an unsigned integer.
        4 => MIN_VALUE_U: u64,
        /// Maximum, of an unsigned integer.
        5 => MAX_VALUE_U: u64,
        /// Minimum length in bytes.
        6 => MIN_LENGTH: u32,
        /// Maximum length in bytes.
        7 => MAX_LENGTH: u32,
        /// Index of the policy for nested attributes.
        8 => POLICY_IDX: u32,
        /// Highest type of a nested attribute.
        9 => POLICY_MAXTYPE: u32,
        /// Valid bits of a bitfield.
        10 => BITFIELD32_MASK: u32,
        /// Padding to align the 64-bit attribute that follows.
        11 => PAD: Bytes,
        /// Bits that may be set in an unsigned integer.
        12 => MASK: u64,
    }
}

values! {
    /// Type of an attribute's value.
    pub PolicyType "NL_ATTR_TYPE_": u32 {
        /// No value is accepted.
        0 => INVALID,
        /// No payload; the attribute's presence is its value.
        1 => FLAG,
        /// Unsigned integer of 8 bits.
        2 => U8,
        /// Unsigned integer of 16 bits.
        3 => U16,
        /// Unsigned integer of 32 bits.
        4 => U32,
        /// Unsigned integer of 64 bits.
        5 => U64,
        /// Signed integer of 8 bits.
        6 => S8,
        /// Signed integer of 16 bits.
        7 => S16,
        /// Signed integer of 32 bits.
        8 => S32,
        /// Signed integer of 64 bits.
        9 => S64,
        /// Bytes of any length.
        10 => BINARY,
        /// String, with or without a terminating NUL.
        11 => STRING,
        /// String with a terminating NUL.
        12 => NUL_STRING,
        /// Nested attributes.
        13 => NESTED,
        /// Array of nested attributes.
        14 => NESTED_ARRAY,
        /// Bits and a mask of those that are valid, `struct nla_bitfield32`.
        15 => BITFIELD32,
        /// Signed integer of 32 or 64 bits, as the value needs.
        16 => SINT,
        /// Unsigned integer of 32 or 64 bits, as the value needs.
        17 => UINT,
    }
}

/// Status that ends a request: an error, an acknowledgement, or the end of a dump.
#[derive(Clone, Copy)]
pub struct Status<'a> {
    /// Error number, positive; 0 for success.
    pub errno: i32,
    /// Positive code, with which some families report a result of a successful request: bytes sent,
    /// or the ID of a new object (`MAC80211_HWSIM`). 0 otherwise.
    pub positive_code: i32,
    /// Header of the request in question; `None` in `NLMSG_DONE`.
    pub request: Option<MessageHeader>,
    /// Payload of the request, as far as it is quoted.
    pub quoted: &'a [u8],
    /// Attributes of the extended acknowledgement.
    pub ext_ack: Attrs<'a, ExtAck>,
}

impl<'a> Status<'a> {
    /// Reads an `NLMSG_ERROR` or `NLMSG_DONE` message.
    ///
    /// `NLMSG_DONE` may have no payload at all; `NLMSG_ERROR` has the request's header at least.
    ///
    /// # Errors
    ///
    /// [`Error::Truncated`] where the payload is shorter than that.
    pub fn read(message: &Message<'a>) -> Result<Self, Error> {
        let payload = message.payload;
        let code = i32::load(payload);
        let (errno, positive_code) = (code.min(0).saturating_neg(), code.max(0));
        let truncated = Error::Truncated { at: message::HEADER };
        if message.message_type == Control::DONE.0 {
            let details = Self::details(message, CODE);
            return Ok(Status {
                errno,
                positive_code,
                request: None,
                quoted: &[],
                ext_ack: details,
            });
        }
        let header = payload.get(CODE..QUOTED).ok_or(truncated)?;
        let request = MessageHeader::read(header);
        // What says 0 is capped whatever its flags say.
        let capped = code == 0 || message.flags.contains(Flags::CAPPED);
        let end = match capped {
            true => QUOTED,
            false => CODE.saturating_add(align(request.len as usize)).max(QUOTED),
        };
        let quoted = payload.get(QUOTED..end.min(payload.len())).unwrap_or_default();
        let details = Self::details(message, end);
        Ok(Status { errno, positive_code, request: Some(request), quoted, ext_ack: details })
    }

    fn details(message: &Message<'a>, at: usize) -> Attrs<'a, ExtAck> {
        let there = message.flags.contains(Flags::ACK_TLVS);
        Attrs::new(message.payload.get(at..).filter(|_| there).unwrap_or_default())
    }

    /// Returns the kernel's message, `NLMSGERR_ATTR_MSG`.
    pub fn text(&self) -> Option<Str<'a>> {
        self.ext_ack.get(ExtAck::MSG).ok().flatten()
    }

    /// Returns the path of the attribute in question: the one that is wrong, or the one that is
    /// missing.
    ///
    /// `request` is what followed the `nlmsghdr` of the message that was sent;
    /// [`quoted`](Status::quoted) will do if complete. `head` is the length of the family's own
    /// header in it, `root` the table of its attributes. Empty if the kernel names no attribute, or
    /// one that cannot be found.
    pub fn path(&self, root: Option<TableFn>, head: usize, request: &[u8]) -> Path {
        let found = self.ext_ack.find((ExtAck::OFFS, ExtAck::MISS_TYPE, ExtAck::MISS_NEST));
        let Ok((wrong, missing, nest)) = found else { return Path::default() };
        let (offset, missing) = match (missing.get(), nest.get(), wrong.get()) {
            (Ok(Some(missing)), Ok(nest), _) => (nest.unwrap_or_default(), Some(missing)),
            (_, _, Ok(Some(offset))) => (offset, None),
            _ => return Path::default(),
        };
        let mut path = Path::at(root, head, request, offset as usize);
        if let Some(missing) = missing {
            path.push(missing as u16);
        }
        path
    }
}

/// Length of the error code.
const CODE: usize = 4;
/// Offset of the quoted payload.
const QUOTED: usize = CODE + message::HEADER;

impl fmt::Debug for Status<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "errno {} {:?}", self.errno, self.ext_ack)
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Status<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "errno {=i32}", self.errno);
        if let Some(text) = self.text() {
            defmt::write!(f, ": {}", text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Messages;
    use std::vec::Vec;

    fn message(kind: Control, flags: u16, payload: &[u8]) -> Vec<u8> {
        let len = message::size(payload.len()) as u32;
        let header = MessageHeader { len, message_type: kind.0, flags, seq: 7, port: 9 };
        let mut bytes = std::vec![0; message::HEADER];
        header.write(&mut bytes);
        bytes.extend_from_slice(payload);
        bytes
    }

    fn status(bytes: &[u8]) -> Result<Status<'_>, Error> {
        Status::read(&Messages::new(bytes).next().unwrap().unwrap())
    }

    /// `NLMSGERR_ATTR_MSG` "no", padded.
    fn no() -> [u8; 8] {
        let ([l0, l1], [n0, n1]) = (7u16.to_ne_bytes(), 1u16.to_ne_bytes());
        [l0, l1, n0, n1, b'n', b'o', 0, 0]
    }

    fn error(code: i32, quoted_len: u32, rest: &[u8]) -> Vec<u8> {
        let mut payload = code.to_ne_bytes().to_vec();
        let mut header = [0; message::HEADER];
        MessageHeader { len: quoted_len, message_type: 16, flags: 5, seq: 7, port: 9 }
            .write(&mut header);
        payload.extend_from_slice(&header);
        payload.extend_from_slice(rest);
        payload
    }

    #[test]
    fn the_extended_ack_follows_the_quoted_request() {
        let mut full = std::vec![0xee; 16];
        full.extend_from_slice(&no());
        let full = message(Control::ERROR, 0x200, &error(-17, 32, &full));
        let full = status(&full).unwrap();
        assert_eq!((full.errno, full.quoted.len()), (17, 16));
        assert_eq!(full.text(), Some(Str(b"no")));

        let capped = message(Control::ERROR, 0x300, &error(-17, 32, &no()));
        let capped = status(&capped).unwrap();
        assert_eq!((capped.errno, capped.quoted), (17, &[][..]));
        assert_eq!(capped.text(), Some(Str(b"no")));
    }

    #[test]
    fn an_ack_may_carry_a_warning_and_is_always_capped() {
        let bytes = message(Control::ERROR, 0x200, &error(0, 32, &no()));
        let ack = status(&bytes).unwrap();
        assert_eq!((ack.errno, ack.text()), (0, Some(Str(b"no"))));
    }

    #[test]
    fn done_has_no_payload_or_an_error_with_an_extended_ack() {
        let empty = message(Control::DONE, 2, &[]);
        assert_eq!(status(&empty).unwrap().errno, 0);
        let mut payload = (-22i32).to_ne_bytes().to_vec();
        payload.extend_from_slice(&no());
        let failed = message(Control::DONE, 0x202, &payload);
        let failed = status(&failed).unwrap();
        assert_eq!((failed.errno, failed.text()), (22, Some(Str(b"no"))));
        assert!(failed.request.is_none());
    }

    #[test]
    fn an_error_that_quotes_less_than_a_header_is_truncated() {
        for len in 0..20 {
            let short = &error(-1, 16, &[])[..len];
            let bytes = message(Control::ERROR, 0, short);
            assert_eq!(status(&bytes).unwrap_err(), Error::Truncated { at: 16 });
        }
    }

    #[test]
    fn without_the_flag_there_is_no_extended_ack() {
        let bytes = message(Control::ERROR, 0x100, &error(-1, 16, &no()));
        assert_eq!(status(&bytes).unwrap().text(), None);
    }

    #[test]
    fn a_positive_code_is_no_error() {
        let mut rest = std::vec![0xee; 16];
        rest.extend_from_slice(&no());
        let bytes = message(Control::ERROR, 0x200, &error(3, 32, &rest));
        let made = status(&bytes).unwrap();
        assert_eq!((made.errno, made.positive_code, made.quoted.len()), (0, 3, 16));
        assert_eq!(made.text(), Some(Str(b"no")));
    }

    #[test]
    fn an_error_number_is_kept_exactly() {
        for errno in [1, 95, 113, 524] {
            let bytes = message(Control::ERROR, 0x100, &error(-errno, 16, &[]));
            assert_eq!(status(&bytes).unwrap().errno, errno);
        }
        let bytes = message(Control::ERROR, 0x100, &error(i32::MIN, 16, &[]));
        assert_eq!(status(&bytes).unwrap().errno, i32::MAX);
    }
}
