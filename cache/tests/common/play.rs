//! A cache that follows a fake kernel.

use std::cell::RefCell;
use std::fmt::Debug;
use std::rc::Rc;
use std::time::Duration;

use barelink_cache::{Backoff, Cache, Change, Event, KernelRules, Manager, Progress};
use barelink_codec::Message;
use barelink_transport::testing::{Answers, Fake};
use barelink_transport::{Channel, Deadline, Error, Received};

type Answer = Box<dyn FnMut(&Message<'_>, &mut Answers<'_>)>;

/// A fake kernel that a test can also notify from while a manager has it.
#[derive(Clone)]
pub struct Wire(Rc<RefCell<Fake<'static, Answer>>>);

impl Wire {
    pub fn new(answer: impl FnMut(&Message<'_>, &mut Answers<'_>) + 'static) -> Self {
        let queue = vec![0; 256 * 1024].leak();
        Wire(Rc::new(RefCell::new(Fake::new(queue, Box::new(answer)))))
    }

    pub fn notify(&self, what: impl FnOnce(&mut Answers<'_>)) {
        self.0.borrow_mut().push(what);
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

/// A cache that follows a fake kernel.
pub struct Play<E: KernelRules<Diff: Debug> + 'static, const N: usize> {
    pub manager: Manager<'static, Cache<E, N>, Wire>,
    events: Wire,
}

impl<E: KernelRules<Diff: Debug> + 'static, const N: usize> Play<E, N> {
    /// Creates a cache of a kernel that answers dump requests like this, and dumps it.
    pub fn new(
        index: E::Index,
        answer: impl FnMut(&Message<'_>, &mut Answers<'_>) + 'static,
    ) -> Self {
        Play::beside(Wire::new(|_, _| {}), index, answer)
    }

    /// As `new`, with a kernel that may notify while it answers.
    pub fn beside(
        events: Wire,
        index: E::Index,
        answer: impl FnMut(&Message<'_>, &mut Answers<'_>) + 'static,
    ) -> Self {
        let cache = Box::leak(Box::new(Cache::with_index(index)));
        let buffer = vec![0; 32 * 1024].leak();
        let mut manager =
            Manager::with_channel(cache, events.clone(), Wire::new(answer), buffer).unwrap();
        let reply_timeout = Duration::from_secs(1);
        manager.set_backoff(Backoff { min: Duration::ZERO, max: Duration::ZERO, reply_timeout });
        let mut play = Play { manager, events };
        play.settle();
        play
    }

    pub fn cache(&self) -> &Cache<E, N> {
        self.manager.caches()
    }

    /// Sends a notification. Returns the changes: `new`, `deleted`, or the fields that differ; and
    /// `stale` for a resync.
    pub fn notify(&mut self, what: impl FnOnce(&mut Answers<'_>)) -> Vec<String> {
        self.events.notify(what);
        self.settle()
    }

    pub fn settle(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        loop {
            let progress = self.manager.poll(|_, event| match event {
                Event::Change(Change::New(_)) => all.push("new".into()),
                Event::Change(Change::Changed { diff, .. }) => all.push(format!("{diff:?}")),
                Event::Change(Change::Deleted(_)) => all.push("deleted".into()),
                Event::Change(Change::Rejected(_)) => all.push("rejected".into()),
                Event::Stale(_) => all.push("stale".into()),
                _ => {}
            });
            if progress.unwrap() == Progress::Idle && self.manager.is_synced() {
                return all;
            }
        }
    }
}
