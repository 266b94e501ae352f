//! Sizes of entries and caches on 64-bit machines.
#![cfg(all(target_pointer_width = "64", feature = "netfilter"))]

use barelink_cache::*;

/// Row `entry: size, size of a cache of 64, of 1024`: upper bounds in bytes.
macro_rules! sizes {
    ($($entry:ty: $size:literal, $small:literal, $large:literal;)*) => {
        $(
            for (what, size, most) in [
                ("", size_of::<$entry>(), $size),
                (", a cache of 64", size_of::<Cache<$entry, 64>>(), $small),
                (", a cache of 1024", size_of::<Cache<$entry, 1024>>(), $large),
            ] {
                assert!(size <= most, "{}{what}: {size} bytes", stringify!($entry));
            }
        )*
    };
}

#[test]
fn entries_and_caches_have_their_documented_size() {
    sizes! {
        QdiscEntry: 44, 4920, 77880;
        ClassEntry: 32, 3384, 53304;
        ConntrackEntry: 96, 9792, 155712;
        NsidEntry: 4, 1584, 24624;
        InNamespace<LinkEntry>: 204, 19056, 303216;
        InNamespace<AddrEntry>: 64, 7032, 110712;
    }
}
