//! The `ip` program with the standard library; `examples/tiny` has it without.

use std::io::{BufWriter, Write};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use barelink_ip::{self as ip, Buffers, Machine};
use barelink_transport::Errno;

/// Buffered output; flushed after each line if the second field is `true`.
struct Sink<W: Write>(W, bool);

impl<W: Write> core::fmt::Write for Sink<W> {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        let written = self.0.write_all(text.as_bytes());
        let flushed = match self.1 && text.ends_with('\n') {
            true => self.0.flush(),
            false => Ok(()),
        };
        written.and(flushed).map_err(|_| core::fmt::Error)
    }
}

fn now() -> Option<Duration> {
    SystemTime::now().duration_since(UNIX_EPOCH).ok()
}

fn execute(words: &[&str]) -> Errno {
    let Some((program, rest)) = words.split_first() else { return Errno::INVAL };
    let error = Command::new(program).args(rest).exec();
    Errno::from_io_error(&error).unwrap_or(Errno::INVAL)
}

fn main() -> ExitCode {
    let words: Vec<String> =
        std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    // Notifications are flushed one by one, to a pipe as well.
    let at_once = words.iter().any(|word| word.starts_with("mo"));
    let input = std::io::stdin().as_fd().try_clone_to_owned().ok();
    let machine = Machine { input, now, execute };
    let mut out = Sink(BufWriter::new(std::io::stdout().lock()), at_once);
    let mut err = Sink(std::io::stderr(), false);
    let code = ip::run(&words, machine, &mut Buffers::new(), &mut out, &mut err);
    match out.0.flush() {
        Ok(()) => ExitCode::from(code),
        Err(_) => ExitCode::FAILURE,
    }
}
