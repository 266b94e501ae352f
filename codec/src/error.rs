//! What can be wrong with a message.

use core::fmt;

/// Why bytes could not be read as a message, or a message not be built.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error {
    /// A header is cut off, or announces fewer bytes than it has or more than there are.
    Truncated {
        /// Where the header starts, in bytes from where the reading started.
        at: usize,
    },
    /// An attribute's payload does not fit its type.
    Payload {
        /// The attribute's name.
        attr: &'static str,
        /// How many bytes it has.
        len: usize,
    },
    /// An attribute that has to be there is not.
    Missing {
        /// The attribute's name.
        attr: &'static str,
    },
    /// The buffer is too small for the message.
    Full {
        /// How many bytes the message takes.
        needed: usize,
    },
    /// A value is not one that its attribute can hold: longer than the attribute's header can say
    /// (65 535 bytes), or not what its type allows, as text with a NUL in it, too few bytes or too
    /// many.
    InvalidValue {
        /// The attribute's number; 0 for the message's own header.
        number: u16,
    },
}

// Not derived: core's way to print a `&str` in quotes has a panic in it.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Truncated { at } => f.debug_struct("Truncated").field("at", at).finish(),
            Error::Payload { attr, len } => f
                .debug_struct("Payload")
                .field("attr", &format_args!("{attr}"))
                .field("len", len)
                .finish(),
            Error::Missing { attr } => {
                f.debug_struct("Missing").field("attr", &format_args!("{attr}")).finish()
            }
            Error::Full { needed } => f.debug_struct("Full").field("needed", needed).finish(),
            Error::InvalidValue { number } => {
                f.debug_struct("Unfit").field("number", number).finish()
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Error::Truncated { at } => write!(f, "cut off or garbled at byte {at}"),
            Error::Payload { attr, len } => {
                write!(f, "{attr}: a payload of {len} bytes does not fit")
            }
            Error::Missing { attr } => write!(f, "{attr} is missing"),
            Error::Full { needed } => write!(f, "buffer too small: {needed} bytes needed"),
            Error::InvalidValue { number: 0 } => {
                f.write_str("the header: a value is not one that it can hold")
            }
            Error::InvalidValue { number } => {
                write!(f, "attribute {number}: the value is not one that it can hold")
            }
        }
    }
}

impl core::error::Error for Error {}
