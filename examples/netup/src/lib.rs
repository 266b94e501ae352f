//! `netup`: brings a machine's network up from the kernel command line.
//!
//! The library has no `std` and does not allocate: [`run`] gets the program's words, the means to start
//! programs ([`init::Programs`]), the buffers and a place to print to, and returns the exit status.
//! `main.rs` is the program with the standard library; `examples/tiny` has it without libc.
//!
//! # From the command line to a network
//!
//! 1. [`system`] reads `/proc/cmdline`; as process 1, [`init`] mounts it first.
//! 2. [`parse`] makes a [`plan`] of it; [`fields`] cuts words and fields, [`bond`] reads a bond's options,
//!    [`bad`] describes what is wrong with a word.
//! 3. [`apply`] carries the plan out over one connection and one monitor, [`wait::Kernel`]: it looks up
//!    links and their state ([`look`]), makes VLANs, bonds and bridges ([`make`]), waits for devices and
//!    carrier by notifications within a time limit ([`wait`]), sets addresses and routes, and asks for a
//!    DHCP lease (`dhcp`, with the feature of that name).
//! 4. [`system`] writes name servers and sets the host name.
//! 5. [`status`] prints each step as it is done, and keeps the worst outcome for the exit status.
//! 6. As process 1, [`init`] runs the programs of `netup.run=`, executes the one of `netup.then=`, or powers off.
#![cfg_attr(not(test), no_std)]
#![allow(missing_debug_implementations)] // A program's insides, which nobody else prints.
#![warn(clippy::std_instead_of_core, clippy::alloc_instead_of_core)]

use core::fmt::Write;

pub mod apply;
pub mod bad;
pub mod bond;
#[cfg(feature = "dhcp")]
pub mod dhcp;
pub mod fields;
pub mod init;
pub mod look;
pub mod make;
pub mod parse;
pub mod plan;
pub mod status;
pub mod system;
pub mod wait;

use apply::Work;
use init::Programs;
use status::{Log, Status};
use wait::Kernel;

/// Room for what is read: the command line, and the kernel's answers.
pub struct Room {
    cmdline: [u8; 8 * 1024],
    answers: [u8; 33 * 1024],
}

impl Room {
    /// Empty room.
    pub const fn new() -> Self {
        Room { cmdline: [0; 8 * 1024], answers: [0; 33 * 1024] }
    }
}

impl Default for Room {
    fn default() -> Self {
        Room::new()
    }
}

/// What the program is told by its own words.
struct Options<'a> {
    cmdline: Option<&'a str>,
    file: &'a str,
    resolv: &'a str,
    timeout: Option<u32>,
}

const USAGE: &str = "\
usage: netup [--cmdline TEXT | --cmdline-file FILE] [--resolv FILE] [--timeout SECONDS]
Brings the network up as the kernel's command line says: ip=, nameserver=, vlan=, bond=,
bridge=, rd.route=, ifname=. Without options, it is that of /proc/cmdline, and name servers
go to /etc/resolv.conf.
";

/// The status for words of its own that the program does not know.
const MISUSED: u8 = 255;

impl<'a> Options<'a> {
    const USUAL: Options<'static> =
        Options { cmdline: None, file: "/proc/cmdline", resolv: "/etc/resolv.conf", timeout: None };

    fn parse(words: &[&'a str]) -> Option<Options<'a>> {
        let mut options = Options::USUAL;
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let value = *words.next()?;
            match *word {
                "--cmdline" => options.cmdline = Some(value),
                "--cmdline-file" => options.file = value,
                "--resolv" => options.resolv = value,
                "--timeout" => options.timeout = Some(parse::number(value)?),
                _ => return None,
            }
        }
        Some(options)
    }
}

/// Runs the program; the status that it is to end with.
pub fn run(words: &[&str], programs: &mut dyn Programs, room: &mut Room, to: &mut dyn Write) -> u8 {
    let is_first = init::is_first();
    let mut log = Log::new(to);
    let options = match Options::parse(words) {
        Some(options) => options,
        // The kernel hands its first process what it does not know itself.
        None if is_first => Options::USUAL,
        None => {
            let _ = log.write_str(USAGE);
            return MISUSED;
        }
    };
    if is_first {
        init::mount_all(&mut log);
    }
    let cmdline = match options.cmdline {
        Some(text) => text,
        None => match system::contents(options.file, &mut room.cmdline) {
            Ok(bytes) => system::text(bytes),
            Err(errno) => {
                system::refused(&mut log, options.file, errno);
                ""
            }
        },
    };
    let mut plan = parse::parse(cmdline, &mut |bad| {
        log.worse(Status::Words, format_args!("{bad}"));
    });
    if let Some(seconds) = options.timeout {
        plan.limits = plan::Limits::all(seconds);
    }
    let mut servers = plan.servers.clone();
    match Kernel::open(&mut room.answers) {
        Ok(kernel) => {
            let mut work = Work { kernel, plan: &plan, log: &mut log, servers };
            work.run();
            servers = work.servers;
        }
        Err(error) => {
            log.is_done("netlink", "open", Err(error));
        }
    }
    system::servers(options.resolv, &servers, &mut log);
    if let Some(name) = plan.hostname {
        system::hostname(name, &mut log);
    }
    if is_first {
        init::finish(&plan, programs, &mut log);
    }
    log.status as u8
}
