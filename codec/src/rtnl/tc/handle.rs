//! Handles: identifiers of qdiscs and classes.

values! {
    /// Handle of a qdisc or a class: major number in the upper 16 bits, minor number in the lower.
    /// A qdisc has minor number 0; a class has the major number of its qdisc. Prints as `tc` does,
    /// in hexadecimal: `1:` and `1:a0`.
    pub Handle "TC_H_": u32 as halves {
        /// Unspecified: none, or any.
        0 => UNSPEC,
        /// Parent of a link's root qdisc (egress).
        0xffff_ffff => ROOT,
        /// Parent of the `ingress` qdisc.
        0xffff_fff1 => INGRESS,
        /// Parent of the `clsact` qdisc, the same as `INGRESS`: filters on ingress and egress, no
        /// queue.
        0xffff_fff1 => CLSACT,
        /// Parent of the ingress filters of `clsact`: `TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)`.
        #[doc(alias = "TC_H_MIN_INGRESS")]
        0xffff_fff2 => CLSACT_INGRESS "",
        /// Parent of the egress filters of `clsact`: `TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS)`.
        #[doc(alias = "TC_H_MIN_EGRESS")]
        0xffff_fff3 => CLSACT_EGRESS "",
    }
}

impl Handle {
    /// Returns the handle with this major and minor number (`TC_H_MAKE`).
    ///
    /// ```
    /// use barelink_codec::rtnl::tc::handle::Handle;
    ///
    /// assert_eq!(Handle::new(0x1, 0xa0), Handle(0x1_00a0));
    /// ```
    pub const fn new(major: u16, minor: u16) -> Handle {
        Handle((major as u32) << 16 | minor as u32)
    }

    /// Returns the major number (`TC_H_MAJ`, shifted down), which a qdisc shares with its classes.
    pub const fn major(self) -> u16 {
        (self.0 >> 16) as u16
    }

    /// Returns the minor number (`TC_H_MIN`); 0 for a qdisc.
    pub const fn minor(self) -> u16 {
        self.0 as u16
    }
}
