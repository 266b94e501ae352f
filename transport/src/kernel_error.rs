//! What the kernel says when it refuses: its errno, its words, and the attribute it points at.

use core::fmt;

use barelink_codec::control::Status;
use barelink_codec::path::Path;
use barelink_codec::schema::{Set, TableFn};
use rustix::io::Errno;

use crate::error::{Words, advice};

/// Why the kernel refused a request, or what it warns of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KernelError {
    /// The kernel's error number; 0 of a warning.
    pub errno: i32,
    /// The attribute that it points at, if it points at one; by its names with the feature
    /// `names`, without it by its numbers.
    pub path: Path,
    text: [u8; TEXT],
    /// How long it was, more than there is room for if it is cut.
    len: u8,
}

/// What the kernel puts together has at most 80 bytes; its ready-made sentences run to 93.
const TEXT: usize = 99;

/// The highest number that rustix takes, `MAX_ERRNO`: it panics at others, and at 0.
const MAX_ERRNO: i32 = 4095;

/// The table that errors take their names from.
pub(crate) fn names<S: Set>() -> Option<TableFn> {
    if cfg!(feature = "names") { Some(S::table) } else { None }
}

/// Where in the request it is, by names if there are to be any.
pub(crate) fn path(
    verdict: &Status<'_>,
    names: Option<TableFn>,
    head: usize,
    request: &[u8],
) -> Path {
    verdict.path(if cfg!(feature = "names") { names } else { None }, head, request)
}

impl KernelError {
    pub(crate) fn new(verdict: &Status<'_>, path: Path) -> Self {
        let words = verdict.text().map_or(&[][..], |text| text.0);
        let mut text = [0; TEXT];
        text.iter_mut().zip(words).for_each(|(to, from)| *to = *from);
        KernelError { errno: verdict.errno, path, text, len: words.len().min(u8::MAX.into()) as u8 }
    }

    /// What the kernel says, as far as it fits 99 bytes; empty if it says nothing.
    pub fn text(&self) -> &str {
        let bytes = self.text.get(..self.len as usize).unwrap_or(&self.text);
        match core::str::from_utf8(bytes) {
            Ok(text) => text,
            // It is UTF-8 up to there.
            Err(error) => bytes
                .get(..error.valid_up_to())
                .and_then(|valid| core::str::from_utf8(valid).ok())
                .unwrap_or_default(),
        }
    }

    /// The error number as rustix has it; of a warning, and of a number that rustix has no room
    /// for, 4095, which nobody has a name for.
    pub fn errno(&self) -> Errno {
        let fits = (1..=MAX_ERRNO).contains(&self.errno);
        Errno::from_raw_os_error(if fits { self.errno } else { MAX_ERRNO })
    }
}

impl fmt::Display for KernelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        if self.errno != 0 {
            write!(f, "{}", Words(self.errno))?;
            if let Some(advice) = advice(self.errno()).filter(|_| self.len == 0) {
                write!(f, ": {advice}")?;
            }
            between = ": ";
        }
        if self.len > 0 {
            let cut = self.len as usize > TEXT;
            write!(f, "{between}{}{}", self.text(), if cut { "..." } else { "" })?;
            between = ": ";
        }
        if !self.path.is_empty() {
            write!(f, "{between}attribute {}", self.path)?;
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
