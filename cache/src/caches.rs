//! Several caches of one manager: [`Caches`], [`AnyCache`], [`caches!`](crate::caches!).

use barelink_codec::socket::Protocol;
use barelink_codec::{Error, Message};

use crate::cache::Cache;
use crate::change::{Change, Outcome};
use crate::entry::DumpRequest;
use crate::event::Event;
use crate::filter::ClassicFilter;
use crate::kernel_rules::KernelRules;
use crate::table::{Cursor, Source};
use crate::trigger::{LinkState, Trigger};

/// Names of the codec that [`caches!`](crate::caches!) needs.
#[doc(hidden)]
pub mod codec {
    pub use barelink_codec::socket::Protocol;
    pub use barelink_codec::{Error, Message};
}

/// Cache of any entry type and capacity: what a manager does with it, other than the processing of
/// messages.
///
/// Object-safe and called through `dyn`: these calls are few per dump. Messages and walks, of which
/// there are many, are methods of [`Caches`] with static dispatch. Implemented for every [`Cache`].
pub trait AnyCache {
    /// Returns the `nth` multicast group to join, counting from 0; `None` if there are no more.
    fn group(&self, nth: usize) -> Option<u32>;
    /// Builds the dump request of a step, counting from 0. Returns `false` if there are no more
    /// steps.
    fn dump_request(&self, step: usize, request: &mut DumpRequest<'_>) -> bool;
    /// Adds the messages that the cache reads to the filter of the event socket.
    fn socket_filter(&self, filter: &mut ClassicFilter);
    /// Returns the state of the link with this index, if the cache stores links.
    fn link_state(&self, index: i32) -> Option<LinkState>;
    /// Returns whether a dump is needed: the entries may be wrong, or a slot became free after an
    /// entry was rejected.
    fn needs_dump(&self) -> bool;
    /// Returns whether every wanted entry fits; `false` after an entry was rejected for lack of
    /// capacity.
    fn is_complete(&self) -> bool;
    /// Sets the seed of the hashes, if no entry has been stored yet.
    fn set_seed(&mut self, seed: u32);
    /// Begins a dump: entries that it does not report are removed after its end.
    fn begin_dump(&mut self);
    /// Ends a dump, complete or not. Returns whether it can have reported every entry.
    fn end_dump(&mut self) -> bool;
    /// Records that notifications were lost.
    fn messages_lost(&mut self);
}

impl<E: KernelRules, const N: usize> AnyCache for Cache<E, N> {
    fn group(&self, nth: usize) -> Option<u32> {
        E::GROUPS.iter().copied().filter(|group| E::wants_group(self.index(), *group)).nth(nth)
    }
    fn dump_request(&self, step: usize, request: &mut DumpRequest<'_>) -> bool {
        E::dump_request(self.index(), step, request)
    }
    fn socket_filter(&self, filter: &mut ClassicFilter) {
        E::socket_filter(self.index(), filter);
    }
    fn link_state(&self, index: i32) -> Option<LinkState> {
        E::link_state(&self.view(), index)
    }
    fn needs_dump(&self) -> bool {
        self.view().needs_dump()
    }
    fn is_complete(&self) -> bool {
        self.view().is_complete()
    }
    fn set_seed(&mut self, seed: u32) {
        self.table().set_seed(seed);
    }
    fn begin_dump(&mut self) {
        self.table().begin_dump();
    }
    fn end_dump(&mut self) -> bool {
        self.table().end_dump()
    }
    fn messages_lost(&mut self) {
        self.table().messages_lost();
    }
}

/// One cache, or several caches of one protocol.
///
/// Implemented for [`Cache`], and by [`caches!`](crate::caches!) for a structure of caches. The
/// methods are for the manager, which addresses a cache by its number, counting from 0.
pub trait Caches: Sized {
    /// Change of any of the caches.
    type Change<'c>;
    /// Number of caches, at most 32.
    const COUNT: usize;
    /// Netlink protocol of the messages.
    const PROTOCOL: Protocol;
    /// Names of the caches, for people.
    const NAMES: &'static [&'static str];

    /// Returns a cache.
    fn any(&self, cache: usize) -> Option<&dyn AnyCache>;
    /// Returns a cache for modification.
    fn any_mut(&mut self, cache: usize) -> Option<&mut dyn AnyCache>;
    /// Applies a message to a cache, and reports the change.
    ///
    /// # Errors
    ///
    /// Any error of the codec, if the message does not identify the entry that it is about.
    fn message(
        &mut self,
        cache: usize,
        message: &Message<'_>,
        nsid: Option<i32>,
        source: Source,
        notify: &mut EventSink<'_, Self>,
    ) -> Result<(), Error>;
    /// Applies a trigger to the entries of a cache, or with `None` removes those that the completed
    /// dump did not report; reports each change. Ends with the cursor, or when `work` is used up.
    fn walk(
        &mut self,
        cache: usize,
        trigger: Option<&Trigger>,
        cursor: &mut Cursor,
        work: &mut usize,
        notify: &mut EventSink<'_, Self>,
    );
}

/// Handler of a manager's events. It sees the caches as they are after the event.
pub type EventSink<'t, T> = dyn for<'c> FnMut(&'c T, Event<<T as Caches>::Change<'c>>) + 't;

/// Hot paths of a cache, for implementations of [`Caches`].
#[doc(hidden)]
pub mod typed {
    use super::*;

    #[inline]
    pub fn message<E: KernelRules, const N: usize>(
        cache: &mut Cache<E, N>,
        message: &Message<'_>,
        nsid: Option<i32>,
        source: Source,
    ) -> Result<Outcome<E>, Error> {
        match E::read_from(message, nsid) {
            Ok(Some(update)) => Ok(cache.table().update(update, source)),
            Ok(None) => Ok(Outcome::Unchanged),
            Err(error) => {
                // A dumped message would be as unreadable in the next dump.
                if source == Source::Event {
                    cache.table().mark_stale();
                }
                Err(error)
            }
        }
    }

    pub fn walk<E: KernelRules, const N: usize>(
        cache: &mut Cache<E, N>,
        trigger: Option<&Trigger>,
        cursor: &mut Cursor,
        work: &mut usize,
    ) -> Outcome<E> {
        match trigger {
            Some(trigger) => cache.table().apply_trigger(trigger, cursor, work),
            None => cache.table().sweep(cursor, work),
        }
    }
}

/// Declares a structure of caches, one per row, and the enumeration of their changes.
///
/// ```
/// use barelink_cache::{AddrEntry, LinkEntry, caches};
///
/// caches! {
///     /// State that a small program follows.
///     pub struct State, changes Change {
///         /// Links.
///         Link: links => [LinkEntry; 16],
///         /// Addresses of the links.
///         Addr: addresses => [AddrEntry; 32],
///     }
/// }
///
/// static STATE: std::sync::Mutex<State> = std::sync::Mutex::new(State::new());
/// # fn main() {
/// assert_eq!(STATE.lock().unwrap().links.capacity(), 16);
/// # }
/// ```
///
/// The caches have one protocol, each entry has a multicast group, and there are at most 32:
///
/// ```compile_fail
/// barelink_cache::caches! {
///     /// Wrong: families are notified by generic netlink.
///     pub struct State, changes Change {
///         /// Links.
///         Link: links => [barelink_cache::LinkEntry; 16],
///         /// Families.
///         Family: families => [barelink_cache::FamilyEntry; 16],
///     }
/// }
/// # fn main() { let _ = State::new(); }
/// ```
#[macro_export]
macro_rules! caches {
    (@first $first:ty $(, $rest:ty)*) => { <$first as $crate::entry::Entry>::PROTOCOL };
    ($(#[$doc:meta])* $vis:vis struct $caches:ident, changes $change:ident {
        $( $(#[$row_doc:meta])* $variant:ident: $field:ident => [$entry:ty; $capacity:expr], )*
    }) => {
        $(#[$doc])*
        #[derive(Debug)]
        $vis struct $caches {
            $( $(#[$row_doc])* pub $field: $crate::cache::Cache<$entry, { $capacity }>, )*
        }

        /// Change of any of the caches.
        #[derive(Debug, Clone, Copy)]
        $vis enum $change<'c> {
            $( $(#[$row_doc])* $variant($crate::change::Change<'c, $entry>), )*
        }

        const _: () = {
            const FIRST: $crate::caches::codec::Protocol = $crate::caches!(@first $($entry),*);
            $(
                assert!(
                    <$entry as $crate::entry::Entry>::PROTOCOL.0 == FIRST.0,
                    "caches of different protocols: a manager has one event socket"
                );
                assert!(
                    !<$entry as $crate::entry::Entry>::GROUPS.is_empty(),
                    "an entry type without a multicast group is never updated"
                );
            )*
            assert!([$( stringify!($field) ),*].len() <= 32, "more than 32 caches");
        };

        impl $caches {
            /// Creates empty caches of every entry.
            $vis const fn new() -> Self {
                $caches { $( $field: $crate::cache::Cache::new(), )* }
            }
        }

        impl Default for $caches {
            fn default() -> Self {
                $caches::new()
            }
        }

        #[allow(unused_assignments, clippy::arithmetic_side_effects)]
        impl $crate::caches::Caches for $caches {
            type Change<'c> = $change<'c>;
            const COUNT: usize = [$( stringify!($field) ),*].len();
            const PROTOCOL: $crate::caches::codec::Protocol = $crate::caches!(@first $($entry),*);
            const NAMES: &'static [&'static str] = &[$( stringify!($field) ),*];

            fn any(&self, cache: usize) -> Option<&dyn $crate::caches::AnyCache> {
                let all: [&dyn $crate::caches::AnyCache; Self::COUNT] = [$( &self.$field ),*];
                all.get(cache).copied()
            }
            fn any_mut(&mut self, cache: usize) -> Option<&mut dyn $crate::caches::AnyCache> {
                let all: [&mut dyn $crate::caches::AnyCache; Self::COUNT] =
                    [$( &mut self.$field ),*];
                all.into_iter().nth(cache)
            }
            #[inline]
            fn message(
                &mut self,
                cache: usize,
                message: &$crate::caches::codec::Message<'_>,
                nsid: Option<i32>,
                source: $crate::table::Source,
                notify: &mut $crate::caches::EventSink<'_, Self>,
            ) -> Result<(), $crate::caches::codec::Error> {
                let mut at = 0;
                $(
                    if at == cache {
                        let outcome =
                            $crate::caches::typed::message(&mut self.$field, message, nsid, source)?;
                        if let Some(change) = outcome.change(self.$field.view()) {
                            notify(self, $crate::event::Event::Change($change::$variant(change)));
                        }
                        return Ok(());
                    }
                    at += 1;
                )*
                Ok(())
            }
            fn walk(
                &mut self,
                cache: usize,
                trigger: Option<&$crate::trigger::Trigger>,
                cursor: &mut $crate::table::Cursor,
                work: &mut usize,
                notify: &mut $crate::caches::EventSink<'_, Self>,
            ) {
                let mut at = 0;
                $(
                    while at == cache && *work > 0 && !cursor.is_past() {
                        let outcome =
                            $crate::caches::typed::walk(&mut self.$field, trigger, cursor, work);
                        if let Some(change) = outcome.change(self.$field.view()) {
                            notify(self, $crate::event::Event::Change($change::$variant(change)));
                        }
                    }
                    at += 1;
                )*
            }
        }
    };
}

/// A single cache.
impl<E: KernelRules + 'static, const N: usize> Caches for Cache<E, N> {
    type Change<'c> = Change<'c, E>;
    const COUNT: usize = 1;
    const PROTOCOL: Protocol = E::PROTOCOL;
    const NAMES: &'static [&'static str] = &["cache"];

    fn any(&self, cache: usize) -> Option<&dyn AnyCache> {
        (cache == 0).then_some(self)
    }
    fn any_mut(&mut self, cache: usize) -> Option<&mut dyn AnyCache> {
        (cache == 0).then_some(self)
    }
    fn message(
        &mut self,
        _: usize,
        message: &Message<'_>,
        nsid: Option<i32>,
        source: Source,
        notify: &mut EventSink<'_, Self>,
    ) -> Result<(), Error> {
        let outcome = typed::message(self, message, nsid, source)?;
        if let Some(change) = outcome.change(self.view()) {
            notify(self, Event::Change(change));
        }
        Ok(())
    }
    fn walk(
        &mut self,
        _: usize,
        trigger: Option<&Trigger>,
        cursor: &mut Cursor,
        work: &mut usize,
        notify: &mut EventSink<'_, Self>,
    ) {
        while *work > 0 && !cursor.is_past() {
            let outcome = typed::walk(self, trigger, cursor, work);
            if let Some(change) = outcome.change(self.view()) {
                notify(self, Event::Change(change));
            }
        }
    }
}
