//! What the cache's tests share: a network namespace of their own, a made-up kernel, and a look at
//! whether what is kept is what is.
#![allow(dead_code, missing_docs, unreachable_pub)]

use std::cell::RefCell;
use std::fmt::Debug;
use std::process::Command;
use std::rc::Rc;
use std::time::{Duration, Instant};

use barelink_cache::{Cache, Caches, Change, Entry, Event, Manager, Message, Pace, Progress};
use barelink_transport::fake::{Answers, Fake};
use barelink_transport::{Channel, Deadline, Error, Received};

// The real kernel

/// Runs a test in a new network namespace, on a thread of its own, or says why it cannot.
pub fn in_namespace(test: impl FnOnce() + Send + 'static) {
    #[allow(deprecated)]
    // The call is unsafe for file descriptor tables; namespaces have no such trap.
    let test = move || match rustix::thread::unshare(rustix::thread::UnshareFlags::NEWNET) {
        Ok(()) => test(),
        Err(errno) => eprintln!(
            "skipped: no network namespace of its own ({errno}); as root, or under `unshare -r`"
        ),
    };
    if let Err(panic) = std::thread::spawn(test).join() {
        std::panic::resume_unwind(panic);
    }
}

/// Runs a program, such as `ip`; what it says against that, if it fails.
pub fn attempt(line: &str) -> Result<(), String> {
    let mut words = line.split_whitespace();
    let output = Command::new(words.next().unwrap()).args(words).output();
    let output = output.map_err(|error| error.to_string())?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// Runs programs, one a line, that have to succeed.
pub fn run(lines: &str) {
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        attempt(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    }
}

/// The index of a link.
pub fn index(name: &str) -> u32 {
    let index = std::fs::read_to_string(format!("/proc/thread-self/net/dev_snmp6/{name}"));
    let index = index.unwrap_or_else(|error| panic!("{name}: {error}"));
    let line = index.lines().next().unwrap_or_default();
    line.split_whitespace().nth(1).unwrap_or_default().parse().unwrap()
}

/// Polls until nothing has happened for 50 milliseconds, and what is kept is certain.
pub fn settle<T: Caches, C: Channel>(manager: &mut Manager<'_, T, C>) {
    settle_with(manager, |_, _| {});
}

/// The same, and tells what happens.
pub fn settle_with<T: Caches, C: Channel>(
    manager: &mut Manager<'_, T, C>,
    mut on: impl for<'c> FnMut(&'c T, Event<T::Change<'c>>),
) {
    let start = Instant::now();
    loop {
        let before = manager.counters();
        let progress = manager.poll_for(Some(Duration::from_millis(50)), &mut on).unwrap();
        let quiet = progress == Progress::Idle && manager.counters() == before;
        if quiet && manager.is_synced() {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "it never gets quiet");
    }
}

/// What differs between two caches, each entry against the one that is the same.
pub fn differences<E: Entry + Debug, const N: usize>(
    ours: &Cache<E, N>,
    fresh: &Cache<E, N>,
) -> Vec<String> {
    let mut all = Vec::new();
    for entry in fresh {
        match ours.all(entry.key()).find(|it| it.is(entry)) {
            None => all.push(format!("missing: {entry:?}")),
            Some(it) if !barelink_cache::What::is_nothing(&it.what(entry)) => {
                all.push(format!("differs: {it:?}\n   fresh: {entry:?}"));
            }
            Some(_) => {}
        }
    }
    let gone = ours.iter().filter(|it| !fresh.all(it.key()).any(|entry| entry.is(it)));
    all.extend(gone.map(|it| format!("gone:    {it:?}")));
    if ours.len() != fresh.len() && all.is_empty() {
        all.push(format!("{} of {}", ours.len(), fresh.len()));
    }
    all
}

/// Makes sure that two caches have the same entries, and each of them the same values.
#[track_caller]
pub fn assert_same<E: Entry + Debug, const N: usize>(ours: &Cache<E, N>, fresh: &Cache<E, N>) {
    let differences = differences(ours, fresh);
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

/// What another manager reads now, if it wants the same.
pub fn read_anew<E: Entry<Index: Clone> + 'static, const N: usize>(
    ours: &Cache<E, N>,
) -> Box<Cache<E, N>> {
    let mut fresh = Box::new(Cache::<E, N>::of(ours.index().clone()));
    let mut buffer = vec![0; 32 * 1024];
    let mut manager = Manager::open(&mut *fresh, &mut buffer).unwrap();
    manager.sync(Duration::from_secs(5), |_, _| {}).unwrap();
    drop(manager);
    fresh
}

/// Keeps a cache, does one thing after the other to the kernel, and makes sure after each that what
/// is kept is what is; gives what was told, each change behind what it came from.
#[track_caller]
pub fn follow<E, const N: usize>(
    cache: &mut Cache<E, N>,
    lines: &str,
    told: impl Fn(Change<'_, E>) -> String,
) -> Vec<String>
where
    E: Entry<Index: Clone> + Debug + 'static,
{
    let mut buffer = vec![0; 32 * 1024];
    let mut manager = Manager::open(cache, &mut buffer).unwrap();
    manager.set_pace(Pace { shortest: Duration::from_millis(10), ..Pace::default() });
    manager.sync(Duration::from_secs(5), |_, _| {}).unwrap();
    let mut all = Vec::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        run(line);
        settle_with(&mut manager, |_, event| {
            if let Event::Change(change) = event {
                all.push(format!("{line}: {}", told(change)));
            }
        });
        let differences = differences(manager.caches(), &read_anew(manager.caches()));
        assert!(differences.is_empty(), "{line}\n{}", differences.join("\n"));
    }
    all
}

// A made-up kernel

type Answer = Box<dyn FnMut(&Message<'_>, &mut Answers<'_>)>;

/// A made-up kernel, which a test can have tell something while a manager has it, too.
#[derive(Clone)]
pub struct Wire(Rc<RefCell<Fake<'static, Answer>>>);

impl Wire {
    pub fn new(answer: impl FnMut(&Message<'_>, &mut Answers<'_>) + 'static) -> Self {
        let queue = vec![0; 256 * 1024].leak();
        Wire(Rc::new(RefCell::new(Fake::new(queue, Box::new(answer)))))
    }

    pub fn tell(&self, what: impl FnOnce(&mut Answers<'_>)) {
        self.0.borrow_mut().tell(what);
    }
}

impl Channel for Wire {
    fn port(&mut self) -> Result<u32, Error> {
        self.0.borrow_mut().port()
    }
    fn send(&mut self, datagram: &[u8], deadline: Option<Deadline>) -> Result<(), Error> {
        self.0.borrow_mut().send(datagram, deadline)
    }
    fn receive(
        &mut self,
        buffer: &mut [u8],
        deadline: Option<Deadline>,
    ) -> Result<Received, Error> {
        self.0.borrow_mut().receive(buffer, deadline)
    }
}

/// A cache that is kept over a made-up kernel.
pub struct Play<E: Entry<What: Debug> + 'static, const N: usize> {
    pub manager: Manager<'static, Cache<E, N>, Wire>,
    events: Wire,
}

impl<E: Entry<What: Debug> + 'static, const N: usize> Play<E, N> {
    /// Of a kernel that answers like this to who wants to read all; all is read.
    pub fn new(
        index: E::Index,
        answer: impl FnMut(&Message<'_>, &mut Answers<'_>) + 'static,
    ) -> Self {
        let cache = Box::leak(Box::new(Cache::of(index)));
        let events = Wire::new(|_, _| {});
        let buffer = vec![0; 32 * 1024].leak();
        let mut manager = Manager::over(cache, events.clone(), Wire::new(answer), buffer).unwrap();
        let patience = Duration::from_secs(1);
        manager.set_pace(Pace { shortest: Duration::ZERO, longest: Duration::ZERO, patience });
        let mut play = Play { manager, events };
        play.settle();
        play
    }

    pub fn cache(&self) -> &Cache<E, N> {
        self.manager.caches()
    }

    /// The kernel tells something. What changes: `new`, `deleted`, or which fields are different;
    /// and `stale`, where all had to be read anew.
    pub fn tell(&mut self, what: impl FnOnce(&mut Answers<'_>)) -> Vec<String> {
        self.events.tell(what);
        self.settle()
    }

    pub fn settle(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        loop {
            let progress = self.manager.poll(|_, event| match event {
                Event::Change(Change::New(_)) => all.push("new".into()),
                Event::Change(Change::Changed { what, .. }) => all.push(format!("{what:?}")),
                Event::Change(Change::Deleted(_)) => all.push("deleted".into()),
                Event::Change(Change::Refused(_)) => all.push("refused".into()),
                Event::Stale(_) => all.push("stale".into()),
                _ => {}
            });
            if progress.unwrap() == Progress::Idle && self.manager.is_synced() {
                return all;
            }
        }
    }
}
