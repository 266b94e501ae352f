//! Describes what is invalid in a parameter of the kernel command line.

use core::fmt;

/// Invalid parameter, with the part that is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParamError<'a> {
    /// Whole parameter, `name=value`.
    pub param: &'a str,
    /// Invalid part; empty for the parameter as a whole or a missing part.
    pub part: &'a str,
    /// Problem of the part.
    pub problem: ParamProblem,
}

/// Problem of a part of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParamProblem {
    /// Not an IP address.
    Address,
    /// Opening bracket without a closing one.
    Bracket,
    /// Not a prefix length, or too long for the address.
    Length,
    /// Neither a prefix length nor a netmask.
    Mask,
    /// IPv4 and IPv6 addresses in one parameter.
    Version,
    /// IPv4 address of class D or E, which has no default netmask.
    Class,
    /// Not an interface name.
    Name,
    /// Not an Ethernet address.
    Mac,
    /// Not a number, or out of range.
    Number,
    /// Neither an address nor a method.
    Method,
    /// Gateway or netmask without a client address.
    NoAddress,
    /// DHCP together with a static address.
    StaticAndDhcp,
    /// Field after the last one that is known.
    Fields,
    /// Interface name that does not end in a VLAN id, 1 to 4094.
    Vlan,
    /// Unknown bond option.
    Option,
    /// Invalid value of a bond option.
    Value,
    /// Route with neither gateway nor interface.
    Nowhere,
    /// `ibft`: firmware tables are not supported.
    Firmware,
    /// More parameters of this name than the plan has capacity for.
    TooMany,
}

impl ParamProblem {
    const fn text(self) -> &'static str {
        match self {
            ParamProblem::Address => "not an IP address",
            ParamProblem::Bracket => "unclosed bracket",
            ParamProblem::Length => "invalid prefix length",
            ParamProblem::Mask => "neither a prefix length nor a netmask",
            ParamProblem::Version => "IPv4 and IPv6 mixed",
            ParamProblem::Class => "this address needs a netmask",
            ParamProblem::Name => "invalid interface name",
            ParamProblem::Mac => "not an Ethernet address",
            ParamProblem::Number => "invalid number",
            ParamProblem::Method => "neither an address nor a method",
            ParamProblem::NoAddress => "needs a client address",
            ParamProblem::StaticAndDhcp => "conflicts with the address",
            ParamProblem::Fields => "unexpected field",
            ParamProblem::Vlan => "does not end in a VLAN id, 1 to 4094",
            ParamProblem::Option => "unknown bond option",
            ParamProblem::Value => "invalid value of this option",
            ParamProblem::Nowhere => "neither a gateway nor an interface",
            ParamProblem::Firmware => "iBFT is not supported",
            ParamProblem::TooMany => "too many of these parameters",
        }
    }
}

impl fmt::Display for ParamError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.param)?;
        if !self.part.is_empty() {
            f.write_str(": \"")?;
            f.write_str(self.part)?;
            f.write_str("\"")?;
        }
        f.write_str(": ")?;
        f.write_str(self.problem.text())
    }
}
