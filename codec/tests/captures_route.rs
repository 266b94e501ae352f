//! The routing tables against recorded traffic: every attribute has a row, at every depth.

mod captures;

use barelink_codec::rtnl;
use captures::Findings;

const GROUPS: &[&str] =
    &["addr", "route", "rule", "neigh", "link", "bridge", "misc", "mix", "genl", "tc"];

const EXCEPTIONS: &[(&str, &str)] = &[
    ("route/rule NEW SRC: 0 bytes do not fit", "iproute2 sends an empty one for `from all`"),
    ("route/neigh GET: attributes that are cut off", "libnl asks with the header of a link"),
];

#[test]
fn every_attribute_of_the_recorded_traffic_is_known_by_name_and_fits_its_type() {
    let Some(files) = captures::recordings(GROUPS) else { return };
    let elsewhere = ["route/link", "route/mdb"]; // captures_link
    let families = rtnl::FAMILIES.iter().copied();
    let families: Vec<_> = families.filter(|family| !elsewhere.contains(&family.name)).collect();
    let mut findings = Findings::default();
    for file in files {
        findings.look(&file, &families);
    }
    println!("{} attributes", findings.attributes);
    assert!(findings.attributes > 10_000);
    let rest = findings.except(EXCEPTIONS);
    assert!(rest.is_empty(), "{} findings:\n{}", rest.len(), rest.join("\n"));
}
