//! The controller of generic netlink, family `nlctrl`: names, IDs, operations and policies of
//! families.

use crate::nest::{IndexedArray, Nest};
use crate::value::Text;

pub use crate::control::{PolicyAttr, PolicyType};

/// Message type of the controller, the only one that is fixed, `GENL_ID_CTRL`.
pub const ID: u16 = 16;

/// Multicast group ID of [`NOTIFY`], fixed like the controller's own.
pub const NOTIFY_ID: u32 = 16;

attributes! {
    /// Attributes of a generic family.
    pub Ctrl "CTRL_ATTR_" {
        /// Family ID, the `nlmsg_type` of its messages.
        1 => FAMILY_ID: u16,
        /// Name, by which programs find the family: `ethtool`.
        2 => FAMILY_NAME: Text<15>,
        /// Version of the family.
        3 => VERSION: u32,
        /// Length of the family's own header in bytes.
        4 => HDRSIZE: u32,
        /// Highest attribute type.
        5 => MAXATTR: u32,
        /// Operations of the family.
        6 => OPS: IndexedArray<Nest<Op>>,
        /// Multicast groups of the family.
        7 => MCAST_GROUPS: IndexedArray<Nest<McastGroup>>,
        /// Policies by policy index, each with its attributes' policies by attribute type.
        8 => POLICY: IndexedArray<IndexedArray<Nest<PolicyAttr>>>,
        /// Policy indexes of the operations, by command.
        9 => OP_POLICY: IndexedArray<Nest<OpPolicy>>,
        /// Command whose policy is requested.
        10 => OP: u32,
    }
}

attributes! {
    /// Multicast group.
    pub McastGroup "CTRL_ATTR_MCAST_GRP_" {
        /// Name of the group.
        1 => NAME: Text<15>,
        /// Group ID, for joining.
        2 => ID: u32,
    }
}

attributes! {
    /// Operation.
    pub Op "CTRL_ATTR_OP_" {
        /// Command.
        1 => ID: u32,
        /// Capabilities and permissions.
        2 => FLAGS: OpFlags,
    }
}

flags! {
    /// Capabilities and permissions of an operation.
    pub OpFlags "GENL_": u32 {
        /// Requires `CAP_NET_ADMIN`.
        0x1 => ADMIN_PERM,
        /// Has a do operation.
        0x2 => CMD_CAP_DO,
        /// Has a dump operation.
        0x4 => CMD_CAP_DUMP,
        /// Has a policy.
        0x8 => CMD_CAP_HASPOL,
        /// Requires `CAP_NET_ADMIN` in the user namespace of the network namespace.
        0x10 => UNS_ADMIN_PERM,
    }
}

attributes! {
    /// Policy indexes of a command.
    pub OpPolicy "CTRL_ATTR_POLICY_" {
        /// Policy index of the do operation.
        1 => DO: u32,
        /// Policy index of the dump operation.
        2 => DUMP: u32,
    }
}

commands! {
    /// The controller.
    pub FAMILY "nlctrl" "CTRL_CMD_" version 2 {
        /// Notification of a family that was registered; reply to a get.
        1 => NEW_FAMILY "CTRL_CMD_NEWFAMILY": Ctrl,
        /// Notification of a family that was unregistered.
        2 => DEL_FAMILY "CTRL_CMD_DELFAMILY": Ctrl,
        /// Request for a family by name or ID, or as a dump for all families.
        3 => GET_FAMILY "CTRL_CMD_GETFAMILY": Ctrl,
        /// Notification of an operation that was registered; no longer sent.
        4 => NEW_OPS "CTRL_CMD_NEWOPS": Ctrl,
        /// Notification of an operation that was unregistered; no longer sent.
        5 => DEL_OPS "CTRL_CMD_DELOPS": Ctrl,
        /// Request for an operation; not implemented by the kernel.
        6 => GET_OPS "CTRL_CMD_GETOPS": Ctrl,
        /// Notification of a multicast group that was registered.
        7 => NEW_MCAST_GRP "CTRL_CMD_NEWMCAST_GRP": Ctrl,
        /// Notification of a multicast group that was unregistered.
        8 => DEL_MCAST_GRP "CTRL_CMD_DELMCAST_GRP": Ctrl,
        /// Request for a multicast group; not implemented by the kernel.
        9 => GET_MCAST_GRP "CTRL_CMD_GETMCAST_GRP": Ctrl,
        /// Dump request for the policies of a family.
        10 => GET_POLICY "CTRL_CMD_GETPOLICY": Ctrl,
    }
    groups {
        /// Registration of families and groups.
        NOTIFY "notify",
    }
}
