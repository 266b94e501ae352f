//! What tests of the cache share.
#![allow(dead_code, unreachable_pub)]

pub mod alone;
pub mod kernel;
pub mod play;

use rustix::thread::UnshareFlags;

/// Runs a test in a new network namespace, on a thread of its own, or says why it cannot.
pub fn in_namespace(test: impl FnOnce() + Send + 'static) {
    let test = move || {
        #[allow(deprecated)]
        // The call is unsafe for file descriptor tables; namespaces have no such trap.
        match rustix::thread::unshare(UnshareFlags::NEWNET) {
            Ok(()) => test(),
            Err(errno) => eprintln!(
                "skipped: no network namespace of its own ({errno}); as root, or under `unshare -r`"
            ),
        }
    };
    if let Err(panic) = std::thread::spawn(test).join() {
        std::panic::resume_unwind(panic);
    }
}
