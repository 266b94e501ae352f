//! The controller, `nlctrl`: the generic family that knows the others.

use crate::nest::{IndexedArray, Nest};
use crate::value::Text;

pub use crate::control::{PolicyAttr, PolicyType};

/// The number of the controller itself, the one family whose number is fixed, `GENL_ID_CTRL`.
pub const ID: u16 = 16;

/// The number of the controller's group [`NOTIFY`], fixed as well.
pub const NOTIFY_ID: u32 = 16;

attributes! {
    /// What the controller says of a family, `CTRL_ATTR_*`.
    pub Ctrl "CTRL_ATTR_" {
        /// The number that stands for the family in a message's kind.
        1 => FAMILY_ID: u16,
        /// The family's name.
        2 => FAMILY_NAME: Text<15>,
        /// The family's version.
        3 => VERSION: u32,
        /// How many bytes the family's own header has.
        4 => HDRSIZE: u32,
        /// The highest number of an attribute.
        5 => MAXATTR: u32,
        /// The family's commands.
        6 => OPS: IndexedArray<Nest<Op>>,
        /// The family's multicast groups.
        7 => MCAST_GROUPS: IndexedArray<Nest<McastGroup>>,
        /// The policies, by their index; each holds policies by attribute.
        8 => POLICY: IndexedArray<IndexedArray<Nest<PolicyAttr>>>,
        /// Which policies the commands have, by command.
        9 => OP_POLICY: IndexedArray<Nest<OpPolicy>>,
        /// The command whose policy is meant.
        10 => OP: u32,
    }
}

attributes! {
    /// A multicast group, `CTRL_ATTR_MCAST_GRP_*`.
    pub McastGroup "CTRL_ATTR_MCAST_GRP_" {
        /// The group's name.
        1 => NAME: Text<15>,
        /// The group's number, to join it by.
        2 => ID: u32,
    }
}

attributes! {
    /// A command, `CTRL_ATTR_OP_*`.
    pub Op "CTRL_ATTR_OP_" {
        /// The command's number.
        1 => ID: u32,
        /// What it can do, and who may use it.
        2 => FLAGS: OpFlags,
    }
}

flags! {
    /// What a command can do, and who may use it, `GENL_*`.
    pub OpFlags "GENL_": u32 {
        /// Only for those with `CAP_NET_ADMIN`.
        0x1 => ADMIN_PERM,
        /// It can be asked to do something.
        0x2 => CMD_CAP_DO,
        /// It can be asked for all there are.
        0x4 => CMD_CAP_DUMP,
        /// It has a policy.
        0x8 => CMD_CAP_HASPOL,
        /// Only for those with `CAP_NET_ADMIN` in the namespace's user namespace.
        0x10 => UNS_ADMIN_PERM,
    }
}

attributes! {
    /// Which policies a command has, `CTRL_ATTR_POLICY_*`.
    pub OpPolicy "CTRL_ATTR_POLICY_" {
        /// The index of the policy for doing.
        1 => DO: u32,
        /// The index of the policy for dumping.
        2 => DUMP: u32,
    }
}

commands! {
    /// The controller.
    pub FAMILY "nlctrl" "" version 2 {
        /// A family has come.
        1 => NEW_FAMILY: Ctrl,
        /// A family has gone.
        2 => DEL_FAMILY: Ctrl,
        /// Asks for a family, or for all.
        3 => GET_FAMILY: Ctrl,
        /// A command has come.
        4 => NEW_OPS: Ctrl,
        /// A command has gone.
        5 => DEL_OPS: Ctrl,
        /// Asks for a command.
        6 => GET_OPS: Ctrl,
        /// A multicast group has come.
        7 => NEW_MCAST_GRP: Ctrl,
        /// A multicast group has gone.
        8 => DEL_MCAST_GRP: Ctrl,
        /// Asks for a multicast group.
        9 => GET_MCAST_GRP: Ctrl,
        /// Asks for a family's policies.
        10 => GET_POLICY: Ctrl,
    }
    groups {
        /// Families that come and go.
        NOTIFY "notify",
    }
}
