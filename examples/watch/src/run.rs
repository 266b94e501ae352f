//! Puts all together: the manager, the terminal, what comes out.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::{Duration, Instant};

use barelink_cache::{Manager, Progress};
use barelink_transport::{Deadline, Error, Socket};
use ratatui::crossterm::event;
use rustix::event::{PollFd, PollFlags, Timespec};

use crate::known::Known;
use crate::lines::Lines;
use crate::once;
use crate::options::Options;
use crate::screen::Screen;
use crate::state::State;

/// How long `--once` waits.
const PATIENCE: Duration = Duration::from_secs(10);
/// From one drawing to the next, at least.
const FRAME: Duration = Duration::from_millis(100);

/// Why it ended before it was to.
#[derive(Debug)]
pub enum Failure {
    /// The kernel, or the way to it.
    Netlink(Error),
    /// The terminal, or where it prints to.
    Output(io::Error),
    /// Another reason, in words.
    Other(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Netlink(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Output(error)
    }
}

/// Watches as the options say.
pub fn run(options: &Options, known: &mut Known) -> Result<(), Failure> {
    let live = !options.once && !options.json;
    if live && !(io::stdout().is_terminal() && io::stdin().is_terminal()) {
        let words = "this is no terminal; --json prints a line for each change, --once a table";
        return Err(Failure::Other(words.into()));
    }
    known.want(&options.objects);
    let mut buffer = vec![0; 32 * 1024];
    let mut manager =
        Manager::open_with(known, &mut buffer, |socket| match options.receive_buffer {
            Some(bytes) => set_receive_buffer(socket, bytes),
            None => Ok(()),
        })?;
    let ended = match (options.once, options.json) {
        (true, _) => print_once(options, &mut manager),
        (false, true) => print_lines(options, &mut manager),
        (false, false) => show(options, &mut manager),
    };
    match ended {
        // Who was reading has read enough.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// More or fewer bytes of events may wait.
fn set_receive_buffer(socket: &Socket, bytes: usize) -> Result<(), Error> {
    // The kernel doubles what it is told, and tells that.
    if bytes.saturating_mul(2) >= socket.receive_buffer()? {
        return socket.raise_receive_buffer(bytes).map(drop);
    }
    rustix::net::sockopt::set_socket_recv_buffer_size(socket, bytes)
        .map_err(|errno| Error::Socket { call: "receive buffer", errno })
}

fn print_once(options: &Options, manager: &mut Manager<'_, Known>) -> Result<(), Failure> {
    let mut state = State::NEW;
    match manager.sync(PATIENCE, |_, event| state.take(&event)) {
        Err(Error::TimedOut) => {
            let (rounds, overruns) = (manager.stats().rounds, manager.stats().overruns);
            let seconds = PATIENCE.as_secs();
            return Err(Failure::Other(format!(
                "could not read all within {seconds} seconds, in {rounds} rounds, with {overruns} \
                 overruns. {state}"
            )));
        }
        other => other?,
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let print = if options.json { once::json } else { once::tables };
    Ok(print(manager.caches(), &options.objects, &mut out)?)
}

fn print_lines(options: &Options, manager: &mut Manager<'_, Known>) -> Result<(), Failure> {
    let end = options.limit.map(Deadline::after);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut lines = Lines::default();
    while !end.is_some_and(|end| end.has_passed()) {
        let limit = end.map(|end| end.remaining());
        manager.poll_for(limit, |_, event| lines.take(&options.objects, event))?;
        lines.write(manager.stats(), &mut out)?;
    }
    Ok(())
}

fn show(options: &Options, manager: &mut Manager<'_, Known>) -> Result<(), Failure> {
    let end = options.limit.map(Deadline::after);
    let mut terminal = ratatui::try_init()?;
    let ended = follow(options, manager, &mut terminal, end);
    ratatui::restore();
    ended
}

fn follow(
    options: &Options,
    manager: &mut Manager<'_, Known>,
    terminal: &mut ratatui::DefaultTerminal,
    end: Option<Deadline>,
) -> Result<(), Failure> {
    let (mut state, mut screen) = (State::NEW, Screen::new(options.objects.clone()));
    let (mut synced, mut drawn) = (false, None::<Instant>);
    loop {
        let progress = manager.poll(|known, event| {
            state.take(&event);
            screen.take(known, &event, synced);
            synced |= matches!(state, State::Synced { .. });
        })?;
        // Also tells whether the terminal has another size.
        while event::poll(Duration::ZERO)? {
            if !screen.key(&event::read()?) {
                return Ok(());
            }
        }
        if end.is_some_and(|end| end.has_passed()) {
            return Ok(());
        }
        let lit = screen.fade();
        let since = drawn.map_or(Duration::MAX, |drawn| drawn.elapsed());
        if screen.dirty && since >= FRAME {
            let counters = manager.stats();
            let known = manager.caches();
            terminal.draw(|frame| screen.draw(frame, known, state, counters))?;
            drawn = Some(Instant::now());
        }
        if progress == Progress::More {
            continue;
        }
        let deadlines = [
            manager.next_deadline().map(|deadline| deadline.remaining()),
            end.map(|end| end.remaining()),
            screen.dirty.then(|| FRAME.saturating_sub(since)),
            lit.then_some(FRAME),
        ];
        wait(manager.events(), deadlines.into_iter().flatten().min())?;
    }
}

/// Waits for an event, a key, or a time to pass.
fn wait(events: &Socket, limit: Option<Duration>) -> Result<(), Failure> {
    let stdin = io::stdin();
    let mut both = [PollFd::new(events, PollFlags::IN), PollFd::new(&stdin, PollFlags::IN)];
    // Above all, not less than the time that is left.
    let limit = limit.map(|limit| Timespec {
        tv_sec: limit.as_secs().try_into().unwrap_or(i64::MAX),
        tv_nsec: limit.subsec_nanos().into(),
    });
    match rustix::event::poll(&mut both, limit.as_ref()) {
        // The terminal has another size, say.
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(errno) => Err(io::Error::from(errno).into()),
    }
}

/// Says on standard error what went wrong.
pub fn complain(failure: &Failure) {
    let mut err = io::stderr().lock();
    let said = match failure {
        Failure::Netlink(error) => writeln!(err, "watch: {error}"),
        Failure::Output(error) => writeln!(err, "watch: output: {error}"),
        Failure::Other(words) => writeln!(err, "watch: {words}"),
    };
    said.ok();
}
