//! `netup`: configures the network from the kernel command line, with the standard library.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use barelink_netup::init::Programs;
use barelink_netup::{self as netup, Buffers};
use barelink_transport::Errno;

/// Standard error, for the log.
struct Stderr;

impl core::fmt::Write for Stderr {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        std::io::stderr().write_all(text.as_bytes()).map_err(|_| core::fmt::Error)
    }
}

/// Starts programs by `std::process`.
struct StdPrograms;

/// Returns the command of a path and its arguments.
fn command(arguments: &[&str]) -> Command {
    let (path, rest) = arguments.split_first().unwrap_or((&"", &[]));
    let mut command = Command::new(path);
    command.args(rest);
    command
}

/// Returns the errno of an IO error; `EINVAL` if it has none.
fn errno(error: &std::io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::INVAL)
}

impl Programs for StdPrograms {
    fn run(&mut self, arguments: &[&str]) -> Result<i32, Errno> {
        let status = command(arguments).status().map_err(|error| errno(&error))?;
        Ok(status.code().unwrap_or(128))
    }

    fn exec(&mut self, arguments: &[&str]) -> Errno {
        errno(&command(arguments).exec())
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut buffers = Box::new(Buffers::new());
    ExitCode::from(netup::run(&arguments, &mut StdPrograms, &mut buffers, &mut Stderr))
}
