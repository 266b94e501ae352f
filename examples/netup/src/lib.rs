//! `netup`: brings a machine's network up from the kernel command line.
//!
//! The library has no `std` and does not allocate: [`run`] gets the arguments, the means to start programs
//! ([`init::Programs`]), the buffers and a writer for the log, and returns the exit status.
//! `main.rs` is the program with the standard library; `examples/tiny` has it without libc.
//!
//! # From the command line to a network
//!
//! 1. [`system`] reads `/proc/cmdline`; as process 1, [`init`] mounts it first.
//! 2. [`parse`] makes a [`plan`] of it; [`fields`] splits parameters and fields, [`bond`] parses a bond's
//!    options, [`param_error`] describes an invalid parameter.
//! 3. [`apply`] carries the plan out over one connection and one monitor, [`wait::Kernel`]: it looks up
//!    links and their state ([`lookup`]), creates VLANs, bonds and bridges ([`create`]), waits for devices and
//!    carrier by notifications within a time limit ([`wait`]), sets addresses and routes, and asks for a
//!    DHCP lease (`dhcp`, with the feature of that name).
//! 4. [`system`] writes name servers and sets the host name.
//! 5. [`status`] prints each step as it is done, and keeps the worst outcome for the exit status.
//! 6. As process 1, [`init`] runs the programs of `netup.run=`, executes the one of `netup.then=`, or powers off.
#![cfg_attr(not(test), no_std)]
#![allow(missing_debug_implementations)] // Internal types of a program are not printed.
#![warn(clippy::std_instead_of_core, clippy::alloc_instead_of_core)]

use core::fmt::Write;

pub mod apply;
pub mod bond;
pub mod create;
#[cfg(feature = "dhcp")]
pub mod dhcp;
pub mod fields;
pub mod init;
pub mod lookup;
pub mod param_error;
pub mod parse;
pub mod plan;
pub mod status;
pub mod system;
pub mod wait;

use apply::Executor;
use init::Programs;
use status::{Log, Status};
use wait::Kernel;

/// Buffers for the command line and the kernel's replies.
pub struct Buffers {
    cmdline: [u8; 8 * 1024],
    replies: [u8; 33 * 1024],
}

impl Buffers {
    /// Returns zeroed buffers.
    pub const fn new() -> Self {
        Buffers { cmdline: [0; 8 * 1024], replies: [0; 33 * 1024] }
    }
}

impl Default for Buffers {
    fn default() -> Self {
        Buffers::new()
    }
}

/// Options of the program itself.
struct Options<'a> {
    cmdline: Option<&'a str>,
    file: &'a str,
    resolv: &'a str,
    timeout: Option<u32>,
}

const USAGE: &str = "\
usage: netup [--cmdline TEXT | --cmdline-file FILE] [--resolv FILE] [--timeout SECONDS]
Configures the network by the kernel command line: ip=, nameserver=, vlan=, bond=,
bridge=, rd.route=, ifname=. Default files: /proc/cmdline, /etc/resolv.conf.
";

/// Exit status for invalid options.
const EXIT_USAGE: u8 = 255;

impl<'a> Options<'a> {
    const DEFAULT: Options<'static> =
        Options { cmdline: None, file: "/proc/cmdline", resolv: "/etc/resolv.conf", timeout: None };

    fn parse(arguments: &[&'a str]) -> Option<Options<'a>> {
        let mut options = Options::DEFAULT;
        let mut arguments = arguments.iter();
        while let Some(option) = arguments.next() {
            let value = *arguments.next()?;
            match *option {
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

/// Runs the program, and returns its exit status.
pub fn run(
    arguments: &[&str],
    programs: &mut dyn Programs,
    buffers: &mut Buffers,
    to: &mut dyn Write,
) -> u8 {
    let is_init = init::is_init();
    let mut log = Log::new(to);
    let options = match Options::parse(arguments) {
        Some(options) => options,
        // The kernel passes unknown parameters of its command line to process 1.
        None if is_init => Options::DEFAULT,
        None => {
            let _ = log.write_str(USAGE);
            return EXIT_USAGE;
        }
    };
    if is_init {
        init::mount_all(&mut log);
    }
    let cmdline = match options.cmdline {
        Some(text) => text,
        None => match system::read_file(options.file, &mut buffers.cmdline) {
            Ok(bytes) => system::utf8_prefix(bytes),
            Err(errno) => {
                system::report_errno(&mut log, options.file, errno);
                ""
            }
        },
    };
    let mut plan = parse::parse(cmdline, &mut |error| {
        log.failure(Status::InvalidParam, format_args!("{error}"));
    });
    if let Some(seconds) = options.timeout {
        plan.timeouts = plan::Timeouts::all(seconds);
    }
    let mut name_servers = plan.name_servers.clone();
    match Kernel::open(&mut buffers.replies) {
        Ok(kernel) => {
            let mut executor = Executor { kernel, plan: &plan, log: &mut log, name_servers };
            executor.run();
            name_servers = executor.name_servers;
        }
        Err(error) => {
            log.check("netlink", "open", Err(error));
        }
    }
    system::set_name_servers(options.resolv, &name_servers, &mut log);
    if let Some(name) = plan.hostname {
        system::set_hostname(name, &mut log);
    }
    if is_init {
        init::finish(&plan, programs, &mut log);
    }
    log.status as u8
}
