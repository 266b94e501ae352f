//! The routing tables against recorded traffic: every attribute has a row, at every depth.

mod captures;

use barelink_codec::rtnl;
use captures::Findings;

#[test]
fn every_attribute_of_the_recorded_traffic_is_known_by_name_and_fits_its_type() {
    let Some(files) = captures::recordings(&["addr", "route", "rule", "neigh"]) else { return };
    let families: Vec<_> =
        rtnl::FAMILIES.iter().copied().filter(|family| family.name != "route/link").collect();
    let mut findings = Findings::default();
    for file in files {
        findings.look(&file, &families);
    }
    println!("{} attributes", findings.attributes);
    assert!(findings.attributes > 10_000);
    let rest = findings.except(&[]);
    assert!(rest.is_empty(), "{} findings:\n{}", rest.len(), rest.join("\n"));
}
