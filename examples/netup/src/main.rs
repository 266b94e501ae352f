//! `netup`: brings a machine's network up from the kernel's command line.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use barelink_netup::init::Programs;
use barelink_netup::{self as netup, Room};
use barelink_transport::Errno;

/// What is told goes to the standard error.
struct Sink;

impl core::fmt::Write for Sink {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        std::io::stderr().write_all(text.as_bytes()).map_err(|_| core::fmt::Error)
    }
}

/// Programs of this machine.
struct Machine;

/// The program that these words start.
fn command(words: &[&str]) -> Command {
    let (path, rest) = words.split_first().unwrap_or((&"", &[]));
    let mut command = Command::new(path);
    command.args(rest);
    command
}

/// Why the kernel did not do it.
fn errno(error: &std::io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::INVAL)
}

impl Programs for Machine {
    fn run(&mut self, words: &[&str]) -> Result<i32, Errno> {
        let status = command(words).status().map_err(|error| errno(&error))?;
        Ok(status.code().unwrap_or(128))
    }

    fn become_it(&mut self, words: &[&str]) -> Errno {
        errno(&command(words).exec())
    }
}

fn main() -> ExitCode {
    let words: Vec<String> =
        std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut room = Box::new(Room::new());
    ExitCode::from(netup::run(&words, &mut Machine, &mut room, &mut Sink))
}
