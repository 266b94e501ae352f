//! What the machine's first process does beside: it mounts the kernel's file systems, starts what is
//! to be started, and becomes another program or powers the machine off.

use core::ffi::CStr;

use heapless::Vec;
use rustix::fs::{Mode, mkdir};
use rustix::io::Errno;
use rustix::mount::{MountFlags, mount};
use rustix::system::{RebootCommand, reboot};

use super::fields::Fields;
use super::plan::Plan;
use super::status::Log;
use super::system::{refused, text};

/// How programs are started.
pub trait Programs {
    /// Starts one, by its path and its other words, and waits for its end; its status.
    fn run(&mut self, words: &[&str]) -> Result<i32, Errno>;
    /// Becomes one.
    fn become_it(&mut self, words: &[&str]) -> Errno;
}

/// Whether this is the machine's first process.
pub fn is_first() -> bool {
    rustix::process::getpid().is_init()
}

/// The kernel's file systems, and where they belong.
const MOUNTS: [(&CStr, &CStr); 3] =
    [(c"proc", c"/proc"), (c"sysfs", c"/sys"), (c"devtmpfs", c"/dev")];

/// Mounts what is not mounted yet.
pub fn mount_all(log: &mut Log<'_>) {
    for (kind, place) in MOUNTS {
        let _ = mkdir(place, Mode::from_raw_mode(0o755));
        match mount(kind, place, kind, MountFlags::empty(), None) {
            Ok(()) | Err(Errno::BUSY) => {}
            Err(errno) => refused(log, text(place.to_bytes()), errno),
        }
    }
}

/// A program's words, with commas between.
fn words(text: &str) -> Vec<&str, 32> {
    let mut words = Vec::new();
    for word in Fields::by(text, b',') {
        let _ = words.push(word);
    }
    words
}

/// Starts programs one after the other; then becomes the last, or powers the machine off.
pub fn finish(plan: &Plan<'_>, programs: &mut dyn Programs, log: &mut Log<'_>) {
    for text in &plan.runs {
        match programs.run(&words(text)) {
            Ok(0) => {}
            Ok(status) => log.line(format_args!("{text}: ended with {}", status as u32)),
            Err(errno) => refused(log, text, errno),
        }
    }
    if let Some(text) = plan.then {
        let errno = programs.become_it(&words(text));
        refused(log, text, errno);
    }
    log.line(format_args!("powers off, status {}", log.status as u32));
    rustix::fs::sync();
    if let Err(errno) = reboot(RebootCommand::PowerOff) {
        refused(log, "power off", errno);
    }
}
