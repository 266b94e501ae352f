//! First program (pid 1) of a guest that `ci/guests/boot` starts: mounts the usual file systems,
//! loads the modules of `/modules/order`, runs each line of `/commands`, prints its exit status, and
//! powers off. Without commands it executes `/netup`, which does all of that by itself.
//!
//! A line of `/modules/order` is a module's name and its options; one of `/commands` is a program
//! and its arguments, without quoting. The output of a command is passed through; `exit 0` follows
//! it.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Instant;

use rustix::mount::{MountFlags, mount};
use rustix::system::{RebootCommand, finit_module, reboot};

fn main() {
    let started = Instant::now();
    let _ = fs::create_dir_all("/tmp");
    for (kind, at) in [("proc", "/proc"), ("sysfs", "/sys"), ("devtmpfs", "/dev")] {
        let _ = fs::create_dir_all(at);
        if let Err(error) = mount(kind, at, kind, MountFlags::empty(), None) {
            println!("guest: no {kind} at {at}: {error}");
        }
    }
    println!("guest: {}", fs::read_to_string("/proc/version").unwrap_or_default().trim());
    for line in fs::read_to_string("/modules/order").unwrap_or_default().lines() {
        let (name, options) = line.split_once(' ').unwrap_or((line, ""));
        if let Err(error) = load(name, options) {
            println!("guest: module {name} not loaded: {error}");
        }
    }
    let Ok(commands) = fs::read_to_string("/commands") else {
        let error = Command::new("/netup").exec();
        return println!("guest: no /commands, and no /netup: {error}");
    };
    let mut failed = 0;
    for line in commands.lines() {
        println!("guest: $ {line}");
        let mut words = line.split_whitespace();
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).env("PATH", "/bin:/sbin:/usr/bin:/usr/sbin").env("HOME", "/tmp");
        match command.status() {
            Ok(status) => {
                failed += usize::from(!status.success());
                println!("guest: exit {}", status.code().unwrap_or(-1));
            }
            Err(error) => {
                failed += 1;
                println!("guest: not started: {error}");
            }
        }
    }
    let count = commands.lines().count();
    println!("guest: {count} commands, {failed} failed, {:.1} s", started.elapsed().as_secs_f32());
    let error = reboot(RebootCommand::PowerOff);
    println!("guest: does not power off: {error:?}");
}

fn load(name: &str, options: &str) -> std::io::Result<()> {
    let file = fs::File::open(format!("/modules/{name}.ko"))?;
    let options = std::ffi::CString::new(options)?;
    match finit_module(&file, &options, 0) {
        Err(error) if error != rustix::io::Errno::EXIST => Err(error.into()),
        _ => Ok(()),
    }
}
