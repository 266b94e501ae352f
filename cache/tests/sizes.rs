//! Size in bytes of each entry, and of caches of 64 and of 1024.
#![cfg(target_pointer_width = "64")]

use barelink_cache::{
    AddrEntry, Cache, FamilyEntry, FdbEntry, KernelRules, LinkEntry, LinkWithStats, NeighEntry,
    NextHopEntry, RouteEntry, RuleEntry,
};

#[track_caller]
fn takes_at_most<E: KernelRules>(budget: [usize; 3]) {
    let takes = [size_of::<E>(), size_of::<Cache<E, 64>>(), size_of::<Cache<E, 1024>>()];
    let fits = takes.iter().zip(&budget).all(|(takes, at_most)| takes <= at_most);
    assert!(fits, "{}: {takes:?}, not {budget:?}", core::any::type_name::<E>());
}

#[test]
fn entries_stay_within_their_documented_size() {
    takes_at_most::<LinkEntry>([200, 18_500, 295_000]);
    takes_at_most::<LinkWithStats>([400, 32_000, 510_000]);
    takes_at_most::<AddrEntry>([56, 6_500, 103_000]);
    takes_at_most::<RouteEntry>([96, 9_700, 145_000]);
    takes_at_most::<RouteEntry<4, 2>>([200, 16_400, 251_000]);
    takes_at_most::<NextHopEntry>([104, 8_800, 140_000]);
    takes_at_most::<NeighEntry>([64, 7_000, 111_000]);
    takes_at_most::<FdbEntry>([64, 7_500, 119_000]);
    takes_at_most::<RuleEntry>([160, 12_400, 197_000]);
    takes_at_most::<FamilyEntry>([192, 14_400, 230_000]);
}
