//! What can be wrong with a word of the command line.

use core::fmt;

/// A word that is not understood, and which part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bad<'a> {
    /// The word.
    pub word: &'a str,
    /// The part; empty if it is the word as a whole, or something that is not there.
    pub part: &'a str,
    /// What is wrong with it.
    pub why: Why,
}

/// What is wrong with a part of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// It is no IP address.
    Address,
    /// A bracket is open.
    Bracket,
    /// It is no prefix length, or too long a one.
    Length,
    /// It is neither a prefix length nor a netmask.
    Mask,
    /// It is an address of the other IP version.
    Version,
    /// An IPv4 address of no class, which has to be told its netmask.
    Class,
    /// It is no name of an interface.
    Name,
    /// It is no Ethernet address.
    Mac,
    /// It is no number, or one too great or too small.
    Number,
    /// It is neither an address nor a way to get one.
    Method,
    /// A gateway or a netmask without an address.
    NoAddress,
    /// An address beside a way to get one.
    TwoWays,
    /// It has more fields than are known.
    Fields,
    /// The name ends in no VLAN number from 1 to 4094.
    Vlan,
    /// There is no such option of a bond.
    Option,
    /// The option has no such value.
    Value,
    /// A route with neither gateway nor interface.
    Nowhere,
    /// It is in a table of the firmware, which is not read.
    Firmware,
    /// There are more of them than there is room for.
    Many,
}

impl Why {
    const fn text(self) -> &'static str {
        match self {
            Why::Address => "no IP address",
            Why::Bracket => "a bracket is open",
            Why::Length => "no prefix length of this address",
            Why::Mask => "neither a prefix length nor a netmask",
            Why::Version => "an address of the other IP version",
            Why::Class => "this address needs a netmask",
            Why::Name => "no name of an interface",
            Why::Mac => "no Ethernet address",
            Why::Number => "no such number here",
            Why::Method => "neither an address nor a way to get one",
            Why::NoAddress => "there is no address that it goes with",
            Why::TwoWays => "it has an address already",
            Why::Fields => "nothing is known of this field",
            Why::Vlan => "it does not end in a VLAN's number, 1 to 4094",
            Why::Option => "no option of a bond that is known",
            Why::Value => "not a value of this option",
            Why::Nowhere => "it has neither a gateway nor an interface",
            Why::Firmware => "the firmware's table is not read",
            Why::Many => "more of these than there is room for",
        }
    }
}

impl fmt::Display for Bad<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word)?;
        if !self.part.is_empty() {
            f.write_str(": \"")?;
            f.write_str(self.part)?;
            f.write_str("\"")?;
        }
        f.write_str(": ")?;
        f.write_str(self.why.text())
    }
}
