//! Tables of the generic netlink controller, compared with the kernel's description.
#![cfg(feature = "genl")]

mod drift;

use barelink_codec::genl::ctrl::{
    self, Ctrl, McastGroup, Op, OpFlags, OpPolicy, PolicyAttr, PolicyType,
};
use barelink_codec::schema::Set;

const POLICY: drift::Exceptions<'_> = &[
    (11, "PAD comes before MASK in linux/netlink.h, the spec has them the other way round"),
    (12, "MASK comes behind PAD in linux/netlink.h, the spec has them the other way round"),
];

const OTHERS: drift::Exceptions<'_> = &[
    (2, "the spec leaves out what comes as a notification only"),
    (4, "never sent, but in linux/genetlink.h"),
    (5, "never sent, but in linux/genetlink.h"),
    (6, "never sent, but in linux/genetlink.h"),
    (7, "the spec leaves out what comes as a notification only"),
    (8, "the spec leaves out what comes as a notification only"),
    (9, "never sent, but in linux/genetlink.h"),
];

#[test]
fn the_controller_is_as_the_kernel_describes_it() {
    let Some(spec) = drift::spec("json/nlctrl.json") else { return };
    spec.attributes(Ctrl::table(), "ctrl-attrs", &[]);
    spec.attributes(McastGroup::table(), "mcast-group-attrs", &[]);
    spec.attributes(Op::table(), "op-attrs", &[]);
    spec.attributes(OpPolicy::table(), "op-policy-attrs", &[]);
    spec.attributes(PolicyAttr::table(), "policy-attrs", POLICY);
    spec.names(OpFlags::NAMES, "op-flags", &[]);
    spec.names(PolicyType::NAMES, "attr-type", &[]);
    spec.operations(&[&ctrl::FAMILY], OTHERS);
}
