//! `defmt::Format` of what holds entries and buffers: it says what `Debug` says.

use core::fmt::Debug;

use barelink_codec::format_as_debug;

use crate::entry::{DumpRequest, Entry};
#[cfg(any(target_os = "linux", target_os = "android"))]
use crate::manager::Manager;
use crate::table::{Cache, CacheIter, CacheView, Table};

format_as_debug! {
    [E: Entry + Debug, const N: usize] Cache<E, N>,
    [E: Entry] CacheIter<'_, E>,
    [E: Entry] CacheView<'_, E>,
    [E: Entry] Table<'_, E>,
    [] DumpRequest<'_>,
}

#[cfg(any(target_os = "linux", target_os = "android"))]
format_as_debug! {
    [T: Debug, C: Debug] Manager<'_, T, C>,
}
