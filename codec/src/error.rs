//! Errors of reading and building messages.

use core::fmt;

/// Error of reading or building a message.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error {
    /// Header cut off, or with a length below its own or beyond the end.
    Truncated {
        /// Offset of the header in bytes, from where reading started.
        at: usize,
    },
    /// Payload that does not fit the attribute's type.
    Payload {
        /// Name of the attribute.
        attr: &'static str,
        /// Length of the payload in bytes.
        len: usize,
    },
    /// Required attribute that is absent.
    Missing {
        /// Name of the attribute.
        attr: &'static str,
    },
    /// Buffer too small for the message.
    Full {
        /// Length of the message in bytes.
        needed: usize,
    },
    /// Value that the attribute cannot have: longer than an attribute can be (65 531 bytes), or not
    /// allowed by its type, such as text with a NUL.
    InvalidValue {
        /// Number of the attribute; 0 for the message's own header.
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
                f.debug_struct("InvalidValue").field("number", number).finish()
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Error::Truncated { at } => write!(f, "truncated or invalid length at byte {at}"),
            Error::Payload { attr, len } => {
                write!(f, "{attr}: a payload of {len} bytes does not fit its type")
            }
            Error::Missing { attr } => write!(f, "{attr} is missing"),
            Error::Full { needed } => write!(f, "buffer too small: {needed} bytes needed"),
            Error::InvalidValue { number: 0 } => f.write_str("message header: value not allowed"),
            Error::InvalidValue { number } => {
                write!(f, "attribute {number}: value not allowed")
            }
        }
    }
}

impl core::error::Error for Error {}
