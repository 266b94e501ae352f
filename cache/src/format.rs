//! `defmt::Format` of types with buffers or other types' fields: the same text as `Debug`.

use core::fmt::Debug;

use barelink_codec::format_as_debug;

use crate::cache::Cache;
use crate::entry::{DumpRequest, Entry};
use crate::kernel_rules::KernelRules;
#[cfg(any(target_os = "linux", target_os = "android"))]
use crate::manager::Manager;
use crate::table::Table;
use crate::view::{CacheIter, CacheView};

format_as_debug! {
    [E: Entry + Debug, const N: usize] Cache<E, N>,
    [E: Entry] CacheIter<'_, E>,
    [E: Entry] CacheView<'_, E>,
    [E: KernelRules] Table<'_, E>,
    [] DumpRequest<'_>,
}

#[cfg(any(target_os = "linux", target_os = "android"))]
format_as_debug! {
    [T: Debug, C: Debug] Manager<'_, T, C>,
}
