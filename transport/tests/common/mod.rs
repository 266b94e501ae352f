//! What tests against the real kernel share: a network namespace of their own, and messages written
//! by hand.
#![allow(dead_code, unreachable_pub, unused_imports)]

pub mod fake;
pub mod links;

use rustix::thread::{CapabilitySet, CapabilitySets, UnshareFlags};

/// Runs a test in a new network namespace, on a thread of its own, or says why it cannot.
pub fn in_namespace(test: impl FnOnce() + Send + 'static) {
    let test = move || match new_namespace() {
        Ok(()) => test(),
        Err(errno) => eprintln!(
            "skipped: no network namespace of its own ({errno}); as root, or under `unshare -r`"
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

/// Takes every privilege from this thread, for good.
pub fn drop_capabilities() {
    let none = CapabilitySet::empty();
    let sets = CapabilitySets { effective: none, permitted: none, inheritable: none };
    rustix::thread::set_capabilities(None, sets).unwrap();
}

/// A message: a header, and this after it.
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

/// Asks for all links: GETLINK, request|root|match, an empty `ifinfomsg`.
pub fn dump_links() -> Vec<u8> {
    message(18, 0x301, &[0; 16])
}

/// Brings the loopback link up: NEWLINK, request|ack.
pub fn loopback_up() -> Vec<u8> {
    let mut body = vec![0; 4]; // family, type
    body.extend(1u32.to_ne_bytes()); // index: lo is the first
    body.extend(1u32.to_ne_bytes()); // flags: up
    body.extend(1u32.to_ne_bytes()); // change: up
    message(16, 0x005, &body)
}

/// The type of the first message in a datagram.
pub fn kind(datagram: &[u8]) -> u16 {
    u16::from_ne_bytes([datagram[4], datagram[5]])
}
