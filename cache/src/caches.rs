//! Several caches that one manager keeps.

use barelink_codec::socket::Protocol;
use barelink_codec::{Error, Message};

use crate::entry::{DumpRequest, Entry};
use crate::event::Event;
use crate::filter::ClassicFilter;
use crate::table::{Cache, Change, Cursor, Source};
use crate::trigger::{LinkState, Trigger};

/// One cache, or several of one protocol: [`caches!`](crate::caches!) makes a structure of them.
///
/// The methods are for the manager, by a cache's number.
pub trait Caches: Sized {
    /// What changes, in any of them.
    type Change<'c>;
    /// How many there are; 32 at most.
    const COUNT: usize;
    /// Whose messages tell of them.
    const PROTOCOL: Protocol;

    /// The name of a cache, for people.
    fn name(cache: usize) -> &'static str;
    /// A group to join for it, one after the other.
    fn group(&self, cache: usize, nth: usize) -> Option<u32>;
    /// The next request that reads it; false when there is no more.
    fn dump_request(&self, cache: usize, step: usize, asking: &mut DumpRequest<'_>) -> bool;
    /// Which messages it hears.
    fn socket_filter(&self, cache: usize, program: &mut ClassicFilter);
    /// Does something to it that is the same for each.
    fn act(&mut self, cache: usize, act: Act) -> bool;
    /// What of the link of this index matters to others, if links are kept.
    fn link_state(&self, index: i32) -> Option<LinkState>;
    /// Takes in what a message says.
    fn message(
        &mut self,
        cache: usize,
        message: &Message<'_>,
        nsid: Option<i32>,
        source: Source,
        notify: &mut EventSink<'_, Self>,
    ) -> Result<(), Error>;
    /// Follows up on a cause, or on the end of a reading, until there is nothing more or no more
    /// work allowed.
    fn walk(
        &mut self,
        cache: usize,
        why: Option<&Trigger>,
        cursor: &mut Cursor,
        work: &mut usize,
        notify: &mut EventSink<'_, Self>,
    );
}

/// Is told what happens, and sees all that is kept.
pub type EventSink<'t, T> = dyn for<'c> FnMut(&'c T, Event<<T as Caches>::Change<'c>>) + 't;

/// What is the same for each cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Act {
    /// All are going to be read.
    Begin,
    /// All have been read; true if that can be all there is.
    End,
    /// True if it is better to read all anew.
    WantsReading,
    /// True if nothing was refused for want of room.
    IsComplete,
    /// Messages that told of changes were lost.
    Lost,
    /// Chooses where entries go.
    Seed(u32),
}

/// What a cache does for [`Caches`], whichever it is among them.
#[doc(hidden)]
pub mod one {
    use super::*;
    use crate::table::Outcome;

    pub fn group<E: Entry, const N: usize>(cache: &Cache<E, N>, nth: usize) -> Option<u32> {
        E::GROUPS.iter().copied().filter(|group| E::wants_group(cache.index(), *group)).nth(nth)
    }

    pub fn act<E: Entry, const N: usize>(cache: &mut Cache<E, N>, act: Act) -> bool {
        let mut table = cache.table();
        match act {
            Act::Begin => table.begin(),
            Act::End => return table.end(),
            Act::WantsReading => return table.wants_reading(),
            Act::IsComplete => return table.among().is_complete(),
            Act::Lost => table.lost(),
            Act::Seed(seed) => table.set_seed(seed),
        }
        true
    }

    #[inline]
    pub fn message<E: Entry, const N: usize>(
        cache: &mut Cache<E, N>,
        message: &Message<'_>,
        nsid: Option<i32>,
        source: Source,
    ) -> Result<Outcome<E>, Error> {
        match E::read_from(message, nsid) {
            Ok(Some(update)) => Ok(cache.table().update(update, source)),
            Ok(None) => Ok(Outcome::Nothing),
            Err(error) => {
                // Reading it again would not help.
                if source == Source::Event {
                    cache.table().mark_stale();
                }
                Err(error)
            }
        }
    }

    pub fn walk<E: Entry, const N: usize>(
        cache: &mut Cache<E, N>,
        why: Option<&Trigger>,
        cursor: &mut Cursor,
        work: &mut usize,
    ) -> Outcome<E> {
        match why {
            Some(cause) => cache.table().affect(cause, cursor, work),
            None => cache.table().sweep(cursor, work),
        }
    }
}

/// Declares a structure of caches, one a row, and what changes in any of them.
///
/// ```
/// use barelink_cache::{AddrEntry, LinkEntry, caches};
///
/// caches! {
///     /// Diff a small program wants to know.
///     pub struct Known, changes Change {
///         /// The links.
///         Link: links => [LinkEntry; 16],
///         /// Their addresses.
///         Addr: addresses => [AddrEntry; 32],
///     }
/// }
///
/// static KNOWN: std::sync::Mutex<Known> = std::sync::Mutex::new(Known::new());
/// # fn main() {
/// assert_eq!(KNOWN.lock().unwrap().links.capacity(), 16);
/// # }
/// ```
///
/// All have to be of one protocol, told of to some group, and 32 at most:
///
/// ```compile_fail
/// barelink_cache::caches! {
///     /// Wrong: families are told of by generic netlink.
///     pub struct Known, changes Change {
///         /// The links.
///         Link: links => [barelink_cache::LinkEntry; 16],
///         /// The families.
///         Family: families => [barelink_cache::FamilyEntry; 16],
///     }
/// }
/// # fn main() { let _ = Known::new(); }
/// ```
#[macro_export]
macro_rules! caches {
    (@first $first:ty $(, $rest:ty)*) => { <$first as $crate::Entry>::PROTOCOL };
    ($(#[$doc:meta])* $vis:vis struct $caches:ident, changes $change:ident {
        $( $(#[$row_doc:meta])* $variant:ident: $field:ident => [$entry:ty; $room:expr], )*
    }) => {
        $(#[$doc])*
        #[derive(Debug)]
        $vis struct $caches {
            $( $(#[$row_doc])* pub $field: $crate::Cache<$entry, { $room }>, )*
        }

        /// What changes.
        #[derive(Debug, Clone, Copy)]
        $vis enum $change<'c> {
            $( $(#[$row_doc])* $variant($crate::Change<'c, $entry>), )*
        }

        const _: () = {
            const FIRST: $crate::Protocol = $crate::caches!(@first $($entry),*);
            let mut count = 0;
            $(
                assert!(
                    <$entry as $crate::Entry>::PROTOCOL.0 == FIRST.0,
                    "caches of different protocols: a manager has one socket"
                );
                assert!(
                    !<$entry as $crate::Entry>::GROUPS.is_empty(),
                    "nobody is told when such an entry changes"
                );
                count += { let _ = stringify!($field); 1 };
            )*
            assert!(count <= 32, "more than 32 caches");
        };

        impl $caches {
            /// Empty caches, of all that there are.
            $vis const fn new() -> Self {
                $caches { $( $field: $crate::Cache::new(), )* }
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
            const PROTOCOL: $crate::Protocol = $crate::caches!(@first $($entry),*);

            fn name(cache: usize) -> &'static str {
                [$( stringify!($field) ),*].get(cache).copied().unwrap_or_default()
            }
            fn group(&self, cache: usize, nth: usize) -> Option<u32> {
                let mut at = 0;
                $(
                    if at == cache {
                        return $crate::caches::one::group(&self.$field, nth);
                    }
                    at += 1;
                )*
                None
            }
            fn dump_request(&self, cache: usize, step: usize, asking: &mut $crate::DumpRequest<'_>) -> bool {
                let mut at = 0;
                $(
                    if at == cache {
                        return <$entry as $crate::Entry>::dump_request(self.$field.index(), step, asking);
                    }
                    at += 1;
                )*
                false
            }
            fn socket_filter(&self, cache: usize, program: &mut $crate::filter::ClassicFilter) {
                let mut at = 0;
                $(
                    if at == cache {
                        <$entry as $crate::Entry>::socket_filter(self.$field.index(), program);
                    }
                    at += 1;
                )*
            }
            fn act(&mut self, cache: usize, act: $crate::caches::Act) -> bool {
                let mut at = 0;
                $(
                    if at == cache {
                        return $crate::caches::one::act(&mut self.$field, act);
                    }
                    at += 1;
                )*
                false
            }
            fn link_state(&self, index: i32) -> Option<$crate::LinkState> {
                None $( .or_else(|| {
                    <$entry as $crate::Entry>::link_state(&self.$field.among(), index)
                }) )*
            }
            #[inline]
            fn message(
                &mut self,
                cache: usize,
                message: &$crate::Message<'_>,
                nsid: Option<i32>,
                source: $crate::Source,
                notify: &mut $crate::caches::EventSink<'_, Self>,
            ) -> Result<(), $crate::CodecError> {
                let mut at = 0;
                $(
                    if at == cache {
                        let outcome =
                            $crate::caches::one::message(&mut self.$field, message, nsid, source)?;
                        if let Some(change) = outcome.change(&self.$field) {
                            notify(self, $crate::Event::Change($change::$variant(change)));
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
                why: Option<&$crate::Trigger>,
                cursor: &mut $crate::table::Cursor,
                work: &mut usize,
                notify: &mut $crate::caches::EventSink<'_, Self>,
            ) {
                let mut at = 0;
                $(
                    while at == cache && *work > 0 && !cursor.is_past() {
                        let outcome = $crate::caches::one::walk(&mut self.$field, why, cursor, work);
                        if let Some(change) = outcome.change(&self.$field) {
                            notify(self, $crate::Event::Change($change::$variant(change)));
                        }
                    }
                    at += 1;
                )*
            }
        }
    };
}

/// A single cache.
impl<E: Entry + 'static, const N: usize> Caches for Cache<E, N> {
    type Change<'c> = Change<'c, E>;
    const COUNT: usize = 1;
    const PROTOCOL: Protocol = E::PROTOCOL;

    fn name(_: usize) -> &'static str {
        "cache"
    }
    fn group(&self, _: usize, nth: usize) -> Option<u32> {
        one::group(self, nth)
    }
    fn dump_request(&self, _: usize, step: usize, asking: &mut DumpRequest<'_>) -> bool {
        E::dump_request(self.index(), step, asking)
    }
    fn socket_filter(&self, _: usize, program: &mut ClassicFilter) {
        E::socket_filter(self.index(), program);
    }
    fn act(&mut self, _: usize, act: Act) -> bool {
        one::act(self, act)
    }
    fn link_state(&self, index: i32) -> Option<LinkState> {
        E::link_state(&self.among(), index)
    }
    fn message(
        &mut self,
        _: usize,
        message: &Message<'_>,
        nsid: Option<i32>,
        source: Source,
        notify: &mut EventSink<'_, Self>,
    ) -> Result<(), Error> {
        let outcome = one::message(self, message, nsid, source)?;
        if let Some(change) = outcome.change(self) {
            notify(self, Event::Change(change));
        }
        Ok(())
    }
    fn walk(
        &mut self,
        _: usize,
        why: Option<&Trigger>,
        cursor: &mut Cursor,
        work: &mut usize,
        notify: &mut EventSink<'_, Self>,
    ) {
        while *work > 0 && !cursor.is_past() {
            let outcome = one::walk(self, why, cursor, work);
            if let Some(change) = outcome.change(self) {
                notify(self, Event::Change(change));
            }
        }
    }
}
