//! Shared by tests against the running kernel: a network namespace for each, messages written by
//! hand.
#![allow(dead_code, unreachable_pub, unused_imports)]

pub mod fake;
pub mod links;

use rustix::thread::{CapabilitySet, CapabilitySets, UnshareFlags};

/// Runs a test in a new network namespace, on its own thread, or prints why it is skipped.
pub fn in_namespace(test: impl FnOnce() + Send + 'static) {
    let test = move || match new_namespace() {
        Ok(()) => test(),
        Err(errno) => eprintln!(
            "skipped: no permission for a network namespace ({errno}); run as root, or under `unshare -r`"
        ),
    };
    if let Err(panic) = std::thread::spawn(test).join() {
        std::panic::resume_unwind(panic);
    }
}

/// Moves this thread to a new network namespace.
#[allow(deprecated)] // The call is unsafe for file descriptor tables; namespaces have no such trap.
pub fn new_namespace() -> rustix::io::Result<()> {
    rustix::thread::unshare(UnshareFlags::NEWNET)
}

/// Drops all capabilities of this thread.
pub fn drop_capabilities() {
    let none = CapabilitySet::empty();
    let sets = CapabilitySets { effective: none, permitted: none, inheritable: none };
    rustix::thread::set_capabilities(None, sets).unwrap();
}

/// Message: a header, then `body`.
pub fn message(kind: u16, flags: u16, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend((16 + body.len() as u32).to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(flags.to_ne_bytes());
    bytes.extend(1u32.to_ne_bytes()); // sequence number
    bytes.extend(0u32.to_ne_bytes()); // port
    bytes.extend(body);
    bytes
}

/// Dump of all links: `RTM_GETLINK`, request|root|match, an empty `ifinfomsg`.
pub fn dump_links() -> Vec<u8> {
    message(18, 0x301, &[0; 16])
}

/// Request to bring the loopback link up: `RTM_NEWLINK`, request|ack.
pub fn loopback_up() -> Vec<u8> {
    let mut body = vec![0; 4]; // family, type
    body.extend(1u32.to_ne_bytes()); // index: lo is the first
    body.extend(1u32.to_ne_bytes()); // flags: up
    body.extend(1u32.to_ne_bytes()); // change: up
    message(16, 0x005, &body)
}

/// Type of the first message in a datagram.
pub fn kind(datagram: &[u8]) -> u16 {
    u16::from_ne_bytes([datagram[4], datagram[5]])
}
