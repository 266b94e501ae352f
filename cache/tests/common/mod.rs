//! Helpers of the cache's tests.
#![allow(dead_code, unreachable_pub)]

pub mod alone;
pub mod kernel;
pub mod play;

use rustix::thread::UnshareFlags;

/// Runs a test in a new network namespace, in a thread of its own; skipped if that is not
/// permitted.
pub fn in_namespace(test: impl FnOnce() + Send + 'static) {
    let test = move || {
        #[allow(deprecated)]
        // The call is deprecated as unsafe for file descriptor tables; namespaces are not affected.
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
