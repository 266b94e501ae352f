//! The routing tables against recorded traffic: every attribute has a row, at every depth.
#![cfg(feature = "rtnl")]

mod captures;

use barelink_codec::rtnl;
use captures::Findings;

const EXCEPTIONS: &[(&str, &str)] = &[
    ("a message that is cut off", "received into a buffer that was too small on purpose"),
    ("route/route NEW METRICS Metrics 99 is unknown", "to be refused, or passed over"),
    ("route/route NEW MULTIPATH is cut off", "to be refused"),
    ("route/rule NEW SRC: 0 bytes do not fit", "iproute2 sends an empty one for `from all`"),
    ("route/neigh GET is cut off", "libnl asks with the header of a link"),
];

#[test]
fn every_attribute_of_the_recorded_traffic_is_known_by_name_and_fits_its_type() {
    let Some(files) = captures::recordings() else { return };
    let elsewhere = ["route/link", "route/mdb"]; // captures_link
    let families = rtnl::FAMILIES.iter().copied();
    let families: Vec<_> = families.filter(|family| !elsewhere.contains(&family.name)).collect();
    let mut findings = Findings::default();
    for file in files {
        findings.look(&file, &families);
    }
    findings.are_only(100_000, EXCEPTIONS);
}
