//! Error of the kernel for a request: errno, extended acknowledgement, attribute path.

use core::fmt;

use barelink_codec::control::Status;
use barelink_codec::errno::ErrnoText;
use barelink_codec::path::Path;
use barelink_codec::schema::{Set, TableFn};
use barelink_codec::value::Structure;
use rustix::io::Errno;

/// Error or warning of the kernel for one request, from `NLMSG_ERROR` or `NLMSG_DONE`.
///
/// `Display` prints the errno with its text, the extended acknowledgement and the attribute:
///
/// ```text
/// Numerical result out of range (errno 34): VXLAN ID must be lower than 16777216: attribute Link.LINKINFO.DATA.ID
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KernelError {
    /// Error number, positive; 0 for a warning.
    pub errno: i32,
    /// Attribute that the kernel points at (`NLMSGERR_ATTR_OFFS`) or misses
    /// (`NLMSGERR_ATTR_MISS_TYPE`); empty if none. Printed by names with the feature `names`, by
    /// numbers without.
    pub path: Path,
    text: [u8; TEXT],
    /// Length of the kernel's text; more than `TEXT` if it is truncated here.
    len: u8,
}

/// Capacity for the text: formatted texts of the kernel have at most 80 bytes
/// (`NETLINK_MAX_FMTMSG_LEN`), constant ones up to 93.
const TEXT: usize = 99;

/// Highest errno that `rustix::io::Errno` represents, the kernel's `MAX_ERRNO`; it panics above,
/// and at 0.
const MAX_ERRNO: i32 = 4095;

/// Layout of a request, by which an offset in an extended acknowledgement becomes a path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestLayout {
    /// Table of the attributes; `None` without the feature `names`.
    pub table: Option<TableFn>,
    /// Length of the family's header, in bytes.
    pub header_len: usize,
}

impl RequestLayout {
    /// Layout of messages with this header and these attributes.
    pub(crate) fn of<H: Structure, S: Set>() -> Self {
        let table: Option<TableFn> = if cfg!(feature = "names") { Some(S::table) } else { None };
        RequestLayout { table, header_len: H::LEN }
    }

    /// Returns the path of the attribute that the kernel points at in a request's payload.
    pub(crate) fn path(self, status: &Status<'_>, request: &[u8]) -> Path {
        let table = if cfg!(feature = "names") { self.table } else { None };
        status.path(table, self.header_len, request)
    }
}

impl KernelError {
    pub(crate) fn new(status: &Status<'_>, path: Path) -> Self {
        let message = status.text().map_or(&[][..], |text| text.0);
        let mut text = [0; TEXT];
        text.iter_mut().zip(message).for_each(|(to, from)| *to = *from);
        let len = message.len().min(u8::MAX.into()) as u8;
        KernelError { errno: status.errno, path, text, len }
    }

    /// Returns the extended acknowledgement's text (`NLMSGERR_ATTR_MSG`), at most 99 bytes of it;
    /// empty if there is none.
    #[doc(alias = "NLMSGERR_ATTR_MSG")]
    pub fn text(&self) -> &str {
        let bytes = self.text.get(..self.len as usize).unwrap_or(&self.text);
        match core::str::from_utf8(bytes) {
            Ok(text) => text,
            // Truncation may have split a character.
            Err(error) => bytes
                .get(..error.valid_up_to())
                .and_then(|valid| core::str::from_utf8(valid).ok())
                .unwrap_or_default(),
        }
    }

    /// Returns the error number as an [`Errno`], to compare with its constants.
    ///
    /// A number that `Errno` cannot represent (0 of a warning, above 4095) becomes 4095, which has
    /// no name; [`errno`](KernelError::errno) has the number itself.
    pub fn errno(&self) -> Errno {
        let fits = (1..=MAX_ERRNO).contains(&self.errno);
        Errno::from_raw_os_error(if fits { self.errno } else { MAX_ERRNO })
    }
}

/// Returns what to do about an errno that came without a text.
fn advice(errno: Errno) -> Option<&'static str> {
    Some(match errno {
        Errno::PERM => "CAP_NET_ADMIN (or root) is needed",
        Errno::OPNOTSUPP => "the kernel lacks the feature, or its module is not loaded",
        Errno::PROTONOSUPPORT | Errno::PFNOSUPPORT => "the kernel lacks the protocol",
        _ => return None,
    })
}

impl fmt::Display for KernelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        if self.errno != 0 {
            write!(f, "{}", ErrnoText(self.errno))?;
            if let Some(advice) = advice(self.errno()).filter(|_| self.len == 0) {
                write!(f, ": {advice}")?;
            }
            separator = ": ";
        }
        if self.len > 0 {
            let truncated = self.len as usize > TEXT;
            write!(f, "{separator}{}{}", self.text(), if truncated { "..." } else { "" })?;
            separator = ": ";
        }
        if !self.path.is_empty() {
            write!(f, "{separator}attribute {}", self.path)?;
        }
        Ok(())
    }
}

impl fmt::Debug for KernelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for KernelError {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "errno {=i32}: {=str}: {}", self.errno, self.text(), self.path);
    }
}
