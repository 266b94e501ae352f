//! Does the work of process 1: mounts the kernel's file systems, runs programs, powers the machine off.

use core::ffi::CStr;

use heapless::Vec;
use rustix::fs::{Mode, mkdir};
use rustix::io::Errno;
use rustix::mount::{MountFlags, mount};
use rustix::system::{RebootCommand, reboot};

use super::fields::Fields;
use super::plan::Plan;
use super::status::Log;
use super::system::{report_errno, utf8_prefix};

/// Means to start programs; the first argument is the path.
pub trait Programs {
    /// Runs a program, waits for its end, and returns its exit status.
    fn run(&mut self, arguments: &[&str]) -> Result<i32, Errno>;
    /// Executes a program in place of this one (`execve(2)`); returns only on error.
    fn exec(&mut self, arguments: &[&str]) -> Errno;
}

/// Returns whether this is process 1.
pub fn is_init() -> bool {
    rustix::process::getpid().is_init()
}

/// File systems of the kernel, and their mount points.
const MOUNTS: [(&CStr, &CStr); 3] =
    [(c"proc", c"/proc"), (c"sysfs", c"/sys"), (c"devtmpfs", c"/dev")];

/// Mounts the kernel's file systems that are not mounted yet.
pub fn mount_all(log: &mut Log<'_>) {
    for (fstype, target) in MOUNTS {
        let _ = mkdir(target, Mode::from_raw_mode(0o755));
        match mount(fstype, target, fstype, MountFlags::empty(), None) {
            Ok(()) | Err(Errno::BUSY) => {}
            Err(errno) => report_errno(log, utf8_prefix(target.to_bytes()), errno),
        }
    }
}

/// Splits a program's path and arguments at commas.
fn arguments(text: &str) -> Vec<&str, 32> {
    let mut arguments = Vec::new();
    for argument in Fields::separated_by(text, b',') {
        let _ = arguments.push(argument);
    }
    arguments
}

/// Runs the programs of `netup.run=`; then executes `netup.then=`, or powers the machine off.
pub fn finish(plan: &Plan<'_>, programs: &mut dyn Programs, log: &mut Log<'_>) {
    for text in &plan.run {
        match programs.run(&arguments(text)) {
            Ok(0) => {}
            Ok(status) => log.line(format_args!("{text}: exit status {}", status as u32)),
            Err(errno) => report_errno(log, text, errno),
        }
    }
    if let Some(text) = plan.then {
        let errno = programs.exec(&arguments(text));
        report_errno(log, text, errno);
    }
    log.line(format_args!("powers off, status {}", log.status as u32));
    rustix::fs::sync();
    if let Err(errno) = reboot(RebootCommand::PowerOff) {
        report_errno(log, "power off", errno);
    }
}
