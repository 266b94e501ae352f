//! Runs the manager, the terminal and the output together.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::{Duration, Instant};

use barelink_cache::{Manager, Progress};
use barelink_transport::{Deadline, Error, Socket};
use ratatui::crossterm::event;
use rustix::event::{PollFd, PollFlags, Timespec};

use crate::caches::WatchCaches;
use crate::lines::Lines;
use crate::once;
use crate::options::Options;
use crate::screen::Screen;
use crate::state::State;

/// Timeout of `--once`.
const SYNC_TIMEOUT: Duration = Duration::from_secs(10);
/// Minimum time between two frames.
const FRAME_INTERVAL: Duration = Duration::from_millis(100);

/// Error that ended the program.
#[derive(Debug)]
pub enum WatchError {
    /// Error of the kernel or the socket.
    Netlink(Error),
    /// Error of the terminal or the output.
    Output(io::Error),
    /// Description of another error.
    Other(String),
}

impl From<Error> for WatchError {
    fn from(error: Error) -> Self {
        WatchError::Netlink(error)
    }
}

impl From<io::Error> for WatchError {
    fn from(error: io::Error) -> Self {
        WatchError::Output(error)
    }
}

/// Runs the program with these options.
///
/// # Errors
/// [`WatchError`]; a closed pipe at the output is not an error.
pub fn run(options: &Options, caches: &mut WatchCaches) -> Result<(), WatchError> {
    let on_terminal = !options.once && !options.json;
    if on_terminal && !(io::stdout().is_terminal() && io::stdin().is_terminal()) {
        let message = "not a terminal; --json prints a line for each change, --once a table";
        return Err(WatchError::Other(message.into()));
    }
    caches.select(&options.objects);
    let mut buffer = vec![0; 32 * 1024];
    let mut manager =
        Manager::open_with(caches, &mut buffer, |socket| match options.receive_buffer {
            Some(bytes) => set_receive_buffer(socket, bytes),
            None => Ok(()),
        })?;
    let result = match (options.once, options.json) {
        (true, _) => print_once(options, &mut manager),
        (false, true) => print_lines(options, &mut manager),
        (false, false) => run_terminal(options, &mut manager),
    };
    match result {
        // The reader closed the pipe.
        Err(WatchError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Sets the size of the socket's receive buffer (`SO_RCVBUF`).
fn set_receive_buffer(socket: &Socket, bytes: usize) -> Result<(), Error> {
    // The kernel doubles the value that is set, and returns the doubled one.
    if bytes.saturating_mul(2) >= socket.receive_buffer()? {
        return socket.raise_receive_buffer(bytes).map(drop);
    }
    rustix::net::sockopt::set_socket_recv_buffer_size(socket, bytes)
        .map_err(|errno| Error::Socket { call: "receive buffer", errno })
}

fn print_once(options: &Options, manager: &mut Manager<'_, WatchCaches>) -> Result<(), WatchError> {
    let mut state = State::NEW;
    match manager.sync(SYNC_TIMEOUT, |_, event| state.update(&event)) {
        Err(Error::TimedOut) => {
            let (rounds, overruns) = (manager.stats().rounds, manager.stats().overruns);
            let seconds = SYNC_TIMEOUT.as_secs();
            return Err(WatchError::Other(format!(
                "not synced within {seconds} seconds: {rounds} rounds, {overruns} overruns. {state}"
            )));
        }
        other => other?,
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let print = if options.json { once::json } else { once::tables };
    Ok(print(manager.caches(), &options.objects, &mut out)?)
}

fn print_lines(
    options: &Options,
    manager: &mut Manager<'_, WatchCaches>,
) -> Result<(), WatchError> {
    let end = options.limit.map(Deadline::after);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut lines = Lines::default();
    while !end.is_some_and(|end| end.has_passed()) {
        let limit = end.map(|end| end.remaining());
        manager.poll_for(limit, |_, event| lines.push(&options.objects, event))?;
        lines.write(manager.stats(), &mut out)?;
    }
    Ok(())
}

fn run_terminal(
    options: &Options,
    manager: &mut Manager<'_, WatchCaches>,
) -> Result<(), WatchError> {
    let end = options.limit.map(Deadline::after);
    let mut terminal = ratatui::try_init()?;
    let result = event_loop(options, manager, &mut terminal, end);
    ratatui::restore();
    result
}

fn event_loop(
    options: &Options,
    manager: &mut Manager<'_, WatchCaches>,
    terminal: &mut ratatui::DefaultTerminal,
    end: Option<Deadline>,
) -> Result<(), WatchError> {
    let (mut state, mut screen) = (State::NEW, Screen::new(options.objects.clone()));
    let (mut synced, mut drawn) = (false, None::<Instant>);
    loop {
        let progress = manager.poll(|caches, event| {
            state.update(&event);
            screen.update(caches, &event, synced);
            synced |= matches!(state, State::Synced { .. });
        })?;
        // A new size of the terminal is an event too.
        while event::poll(Duration::ZERO)? {
            if !screen.key(&event::read()?) {
                return Ok(());
            }
        }
        if end.is_some_and(|end| end.has_passed()) {
            return Ok(());
        }
        let has_highlights = screen.expire_highlights();
        let since = drawn.map_or(Duration::MAX, |drawn| drawn.elapsed());
        if screen.dirty && since >= FRAME_INTERVAL {
            let stats = manager.stats();
            let caches = manager.caches();
            terminal.draw(|frame| screen.draw(frame, caches, state, stats))?;
            drawn = Some(Instant::now());
        }
        if progress == Progress::More {
            continue;
        }
        let deadlines = [
            manager.next_deadline().map(|deadline| deadline.remaining()),
            end.map(|end| end.remaining()),
            screen.dirty.then(|| FRAME_INTERVAL.saturating_sub(since)),
            has_highlights.then_some(FRAME_INTERVAL),
        ];
        wait(manager.events(), deadlines.into_iter().flatten().min())?;
    }
}

/// Waits for a notification, a key, or the timeout.
fn wait(events: &Socket, limit: Option<Duration>) -> Result<(), WatchError> {
    let stdin = io::stdin();
    let mut descriptors = [PollFd::new(events, PollFlags::IN), PollFd::new(&stdin, PollFlags::IN)];
    // Saturated, so as not to be shorter than the time left.
    let limit = limit.map(|limit| Timespec {
        tv_sec: limit.as_secs().try_into().unwrap_or(i64::MAX),
        tv_nsec: limit.subsec_nanos().into(),
    });
    match rustix::event::poll(&mut descriptors, limit.as_ref()) {
        // `SIGWINCH`, for example.
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(errno) => Err(io::Error::from(errno).into()),
    }
}

/// Prints an error to standard error.
pub fn report(error: &WatchError) {
    let mut err = io::stderr().lock();
    let written = match error {
        WatchError::Netlink(error) => writeln!(err, "watch: {error}"),
        WatchError::Output(error) => writeln!(err, "watch: output: {error}"),
        WatchError::Other(message) => writeln!(err, "watch: {message}"),
    };
    written.ok();
}
