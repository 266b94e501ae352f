//! Numbers of what controls traffic.

values! {
    /// The number of a queueing discipline or a class, `TC_H_*`: a discipline's upper 16 bits are its
    /// own, its lower ones 0; a class has the upper bits of its discipline, and lower ones of its
    /// own. Prints as `tc` writes it: `1:` and `1:a0`, in hexadecimal.
    pub Handle "TC_H_": u32 as halves {
        /// None, or any.
        0 => UNSPEC,
        /// As a parent: the link itself, where its packets leave.
        0xffff_ffff => ROOT,
        /// As a parent: where packets come in.
        0xffff_fff1 => INGRESS,
        /// The same place, of the discipline that has filters on both ways and holds no packets.
        0xffff_fff1 => CLSACT,
        /// As a filter's parent: what comes in by a link with [`Handle::CLSACT`].
        0xffff_fff2 => CLSACT_INGRESS,
        /// As a filter's parent: what goes out by a link with [`Handle::CLSACT`].
        0xffff_fff3 => CLSACT_EGRESS,
    }
}

impl Handle {
    /// The number with these halves.
    ///
    /// ```
    /// use barelink_codec::rtnl::tc::handle::Handle;
    ///
    /// assert_eq!(Handle::new(0x1, 0xa0), Handle(0x1_00a0));
    /// ```
    pub const fn new(major: u16, minor: u16) -> Handle {
        Handle((major as u32) << 16 | minor as u32)
    }

    /// The upper half, which a discipline and its classes have in common.
    pub const fn major(self) -> u16 {
        (self.0 >> 16) as u16
    }

    /// The lower half; 0 for a discipline.
    pub const fn minor(self) -> u16 {
        self.0 as u16
    }
}
