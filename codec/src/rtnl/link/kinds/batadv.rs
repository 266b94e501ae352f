//! `batadv`: a mesh of radios that looks like a switch.

use crate::value::Text;

attributes! {
    /// A mesh's attributes, `IFLA_BATADV_*`.
    pub Batadv "IFLA_BATADV_" {
        /// The routing algorithm, `BATMAN_IV` or `BATMAN_V`; when it is made.
        1 => ALGO_NAME: Text<19>,
    }
}
