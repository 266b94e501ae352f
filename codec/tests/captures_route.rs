//! Tables of rtnetlink, compared with recorded traffic: every attribute has a row, at every depth.
#![cfg(feature = "rtnl")]

mod captures;

use barelink_codec::rtnl;
use captures::Findings;

const EXCEPTIONS: &[(&str, &str)] = &[
    ("a truncated message", "received into a buffer that is too small on purpose"),
    ("route/route NEW METRICS Metrics 99 is unknown", "sent to be rejected, or ignored"),
    ("route/route NEW MULTIPATH is truncated", "sent to be rejected"),
    ("route/rule NEW SRC: 0 bytes do not fit", "iproute2 sends an empty one for `from all`"),
    ("route/neigh GET is truncated", "libnl requests neighbours with the header of a link"),
];

#[test]
fn every_attribute_of_recorded_traffic_is_known_and_valid() {
    let Some(files) = captures::recordings() else { return };
    let elsewhere = ["route/link", "route/mdb"]; // captures_link
    let families = rtnl::FAMILIES.iter().copied();
    let families: Vec<_> = families.filter(|family| !elsewhere.contains(&family.name)).collect();
    let mut findings = Findings::default();
    for file in files {
        findings.check(&file, &families);
    }
    findings.are_only(100_000, EXCEPTIONS);
}
