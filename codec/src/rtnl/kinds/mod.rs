//! What each kind of link adds to a link's attributes, one kind a file.

use super::brport::BridgePort;
use super::link::LinkInfo;
use crate::nest::Nest;

pub mod vlan;

use vlan::Vlan;

choices! {
    /// What [`LinkInfo::DATA`] holds, by [`LinkInfo::KIND`].
    pub LinkData by text LinkInfo::KIND {
        "vlan" => Nest<Vlan>,
    }
}

choices! {
    /// What [`LinkInfo::SLAVE_DATA`] holds, by [`LinkInfo::SLAVE_KIND`].
    pub SlaveData by text LinkInfo::SLAVE_KIND {
        "bridge" => Nest<BridgePort>,
    }
}
