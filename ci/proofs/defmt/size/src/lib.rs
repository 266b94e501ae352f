//! The same values printed by `Debug` and by defmt; `ci/defmt` measures each of these functions with
//! everything that it calls.
#![no_std]

extern crate barelink_cache as cache;
extern crate barelink_codec as codec;
extern crate barelink_transport as transport;

use core::fmt::Write;

use cache::{Change, LinkEntry, RouteEntry};
use codec::path::Path;
use codec::rtnl::link::{Link, LinkHeader, OperState};
use codec::{Attrs, Error, Message, Parsed};

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

extern "C" {
    fn printed(byte: u8);
}

/// Sink of text, a byte at a time.
struct Out;

impl Write for Out {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        // SAFETY: the code is measured and never run.
        text.bytes().for_each(|byte| unsafe { printed(byte) });
        Ok(())
    }
}

/// Defines two functions that print a value of a type: `name_debug, name_defmt: type`.
macro_rules! probes {
    ($($debug:ident, $defmt:ident: $type:ty,)*) => {$(
        #[no_mangle]
        pub fn $debug(value: &$type) {
            let _ = write!(Out, "{value:?}");
        }
        #[no_mangle]
        pub fn $defmt(value: &$type) {
            defmt::println!("{}", value);
        }
    )*};
}

probes! {
    state_debug, state_defmt: OperState,
    path_debug, path_defmt: Path,
    error_debug, error_defmt: Error,
    failure_debug, failure_defmt: transport::Error,
    message_debug, message_defmt: Message<'_>,
    header_debug, header_defmt: LinkHeader,
    attrs_debug, attrs_defmt: Attrs<'_, Link>,
    link_debug, link_defmt: Parsed<'_, LinkHeader, Link>,
    entry_debug, entry_defmt: LinkEntry,
    change_debug, change_defmt: Change<'_, LinkEntry>,
    route_debug, route_defmt: RouteEntry<8, 4>,
}
