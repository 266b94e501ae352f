//! `batadv`: B.A.T.M.A.N. Advanced mesh, a layer 2 mesh network.

use crate::value::Text;

attributes! {
    /// Settings of a mesh interface.
    pub Batadv "IFLA_BATADV_" {
        /// Routing algorithm, `BATMAN_IV` or `BATMAN_V`; at creation only.
        1 => ALGO_NAME: Text<19>,
    }
}
