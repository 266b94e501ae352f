//! The kernel's own words: errors, acknowledgements, the end of a dump, and the details that go
//! with them.
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
    /// Kinds of message that every family has, `NLMSG_*`.
    pub Control "NLMSG_": u16 {
        /// It says nothing.
        1 => NOOP,
        /// It refuses a request; or with the code 0, acknowledges it.
        2 => ERROR,
        /// It ends a dump, perhaps with an error.
        3 => DONE,
        /// It says that messages were lost.
        4 => OVERRUN,
    }
}

attributes! {
    /// The details of an error or an acknowledgement, `NLMSGERR_ATTR_*`.
    pub ExtAck "NLMSGERR_ATTR_" {
        /// What the kernel has to say.
        1 => MSG: Text<255>,
        /// The attribute it is about, in bytes from the request's `nlmsghdr`.
        2 => OFFS: u32,
        /// What a successful request yields besides, as its family has it.
        3 => COOKIE: Bytes,
        /// What the attribute would have to be.
        4 => POLICY: Nest<PolicyAttr>,
        /// The number of an attribute that is missing.
        5 => MISS_TYPE: u32,
        /// The nest that it is missing from, in bytes from the request's `nlmsghdr`.
        6 => MISS_NEST: u32,
    }
}

attributes! {
    /// What the kernel takes in an attribute, `NL_POLICY_TYPE_ATTR_*`.
    pub PolicyAttr "NL_POLICY_TYPE_ATTR_" {
        /// What kind of value.
        1 => TYPE: PolicyType,
        /// The lowest, of an integer that may be negative.
        2 => MIN_VALUE_S: i64,
        /// The highest, of an integer that may be negative.
        3 => MAX_VALUE_S: i64,
        /// The lowest.
        4 => MIN_VALUE_U: u64,
        /// The highest.
        5 => MAX_VALUE_U: u64,
        /// The fewest bytes.
        6 => MIN_LENGTH: u32,
        /// The most bytes.
        7 => MAX_LENGTH: u32,
        /// The index of the policy for what is nested.
        8 => POLICY_IDX: u32,
        /// The highest number of an attribute nested.
        9 => POLICY_MAXTYPE: u32,
        /// The bits that there are, of a bit field.
        10 => BITFIELD32_MASK: u32,
        /// Fills up to 8 bytes.
        11 => PAD: Bytes,
        /// The bits that may be set.
        12 => MASK: u64,
    }
}

values! {
    /// What kind of value an attribute takes, `NL_ATTR_TYPE_*`.
    pub PolicyType "NL_ATTR_TYPE_": u32 {
        /// None that would be allowed.
        0 => INVALID,
        /// None: being there says it all.
        1 => FLAG,
        /// An integer of 1 byte.
        2 => U8,
        /// An integer of 2 bytes.
        3 => U16,
        /// An integer of 4 bytes.
        4 => U32,
        /// An integer of 8 bytes.
        5 => U64,
        /// An integer of 1 byte, perhaps negative.
        6 => S8,
        /// An integer of 2 bytes, perhaps negative.
        7 => S16,
        /// An integer of 4 bytes, perhaps negative.
        8 => S32,
        /// An integer of 8 bytes, perhaps negative.
        9 => S64,
        /// Bytes.
        10 => BINARY,
        /// Text that need not end in a NUL.
        11 => STRING,
        /// Text that ends in a NUL.
        12 => NUL_STRING,
        /// Attributes.
        13 => NESTED,
        /// Attributes that each hold attributes.
        14 => NESTED_ARRAY,
        /// Bits, and which of them are meant.
        15 => BITFIELD32,
        /// An integer of 4 or 8 bytes, perhaps negative.
        16 => SINT,
        /// An integer of 4 or 8 bytes.
        17 => UINT,
    }
}

/// An error, an acknowledgement, or the end of a dump, with all that the kernel says about it.
#[derive(Clone, Copy)]
pub struct Status<'a> {
    /// The error number, above 0; or 0 for success.
    pub errno: i32,
    /// What a success yields, as some families have it: how much was sent, or the number of what was
    /// made (`MAC80211_HWSIM`). 0 as a rule.
    pub positive_code: i32,
    /// The header of the request that it is about; of the end of a dump, there is none.
    pub request: Option<MessageHeader>,
    /// As much of the request's payload as is quoted.
    pub quoted: &'a [u8],
    /// The details.
    pub details: Attrs<'a, ExtAck>,
}

impl<'a> Status<'a> {
    /// Reads a message of the kind [`Control::ERROR`] or [`Control::DONE`].
    ///
    /// The end of a dump may have no payload at all. Of an error, at least the request's header has
    /// to be there.
    pub fn read(message: &Message<'a>) -> Result<Self, Error> {
        let payload = message.payload;
        let code = i32::load(payload);
        let (errno, positive_code) = (code.min(0).saturating_neg(), code.max(0));
        let truncated = Error::Truncated { at: message::HEADER };
        if message.message_type == Control::DONE.0 {
            let details = Self::details(message, CODE);
            return Ok(Status { errno, positive_code, request: None, quoted: &[], details });
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
        Ok(Status { errno, positive_code, request: Some(request), quoted, details })
    }

    fn details(message: &Message<'a>, at: usize) -> Attrs<'a, ExtAck> {
        let there = message.flags.contains(Flags::ACK_TLVS);
        Attrs::new(message.payload.get(at..).filter(|_| there).unwrap_or_default())
    }

    /// What the kernel has to say, if it says anything.
    pub fn text(&self) -> Option<Str<'a>> {
        self.details.get(ExtAck::MSG).ok().flatten()
    }

    /// The attribute that it is about: the one that is wrong, or the one that is missing.
    ///
    /// `request` is what followed the `nlmsghdr` of the message that was sent; what is
    /// [`quoted`](Status::quoted) serves if it is whole. `head` is how many bytes of it are the
    /// family's own header, and `root`, if given, the table of its attributes. Empty if the kernel
    /// points at none, or at none that can be found.
    pub fn path(&self, root: Option<TableFn>, head: usize, request: &[u8]) -> Path {
        let found = self.details.find((ExtAck::OFFS, ExtAck::MISS_TYPE, ExtAck::MISS_NEST));
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

/// The length of the code.
const CODE: usize = 4;
/// Where the request's quoted payload starts.
const QUOTED: usize = CODE + message::HEADER;

impl fmt::Debug for Status<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "errno {} {:?}", self.errno, self.details)
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

    fn verdict(bytes: &[u8]) -> Result<Status<'_>, Error> {
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
    fn details_follow_the_whole_request_or_its_header_as_the_flags_say() {
        let mut full = std::vec![0xee; 16];
        full.extend_from_slice(&no());
        let full = message(Control::ERROR, 0x200, &error(-17, 32, &full));
        let full = verdict(&full).unwrap();
        assert_eq!((full.errno, full.quoted.len()), (17, 16));
        assert_eq!(full.text(), Some(Str(b"no")));

        let capped = message(Control::ERROR, 0x300, &error(-17, 32, &no()));
        let capped = verdict(&capped).unwrap();
        assert_eq!((capped.errno, capped.quoted), (17, &[][..]));
        assert_eq!(capped.text(), Some(Str(b"no")));
    }

    #[test]
    fn a_success_may_carry_a_warning_and_is_capped_whatever_its_flags_say() {
        let bytes = message(Control::ERROR, 0x200, &error(0, 32, &no()));
        let ack = verdict(&bytes).unwrap();
        assert_eq!((ack.errno, ack.text()), (0, Some(Str(b"no"))));
    }

    #[test]
    fn the_end_of_a_dump_may_have_no_payload_or_an_error_with_details() {
        let empty = message(Control::DONE, 2, &[]);
        assert_eq!(verdict(&empty).unwrap().errno, 0);
        let mut payload = (-22i32).to_ne_bytes().to_vec();
        payload.extend_from_slice(&no());
        let failed = message(Control::DONE, 0x202, &payload);
        let failed = verdict(&failed).unwrap();
        assert_eq!((failed.errno, failed.text()), (22, Some(Str(b"no"))));
        assert!(failed.request.is_none());
    }

    #[test]
    fn an_error_that_quotes_less_than_a_header_is_truncated() {
        for len in 0..20 {
            let short = &error(-1, 16, &[])[..len];
            let bytes = message(Control::ERROR, 0, short);
            assert_eq!(verdict(&bytes).unwrap_err(), Error::Truncated { at: 16 });
        }
    }

    #[test]
    fn details_without_their_flag_are_none() {
        let bytes = message(Control::ERROR, 0x100, &error(-1, 16, &no()));
        assert_eq!(verdict(&bytes).unwrap().text(), None);
    }

    #[test]
    fn what_is_above_0_is_no_error_but_what_was_made() {
        let mut rest = std::vec![0xee; 16];
        rest.extend_from_slice(&no());
        let bytes = message(Control::ERROR, 0x200, &error(3, 32, &rest));
        let made = verdict(&bytes).unwrap();
        assert_eq!((made.errno, made.positive_code, made.quoted.len()), (0, 3, 16));
        assert_eq!(made.text(), Some(Str(b"no")));
    }

    #[test]
    fn an_error_number_is_kept_exactly() {
        for errno in [1, 95, 113, 524] {
            let bytes = message(Control::ERROR, 0x100, &error(-errno, 16, &[]));
            assert_eq!(verdict(&bytes).unwrap().errno, errno);
        }
        let bytes = message(Control::ERROR, 0x100, &error(i32::MIN, 16, &[]));
        assert_eq!(verdict(&bytes).unwrap().errno, i32::MAX);
    }
}
