//! Tables of links, their statistics and bridges, compared with recorded traffic: every attribute
//! has a row, at every depth.
#![cfg(feature = "rtnl")]

mod captures;

use barelink_codec::family::Family;
use barelink_codec::rtnl::bridge::{mdb, vlan as bridge_vlan};
use barelink_codec::rtnl::{link, stats};
use captures::Findings;

const EXCEPTIONS: &[(&str, &str)] = &[
    ("a truncated message", "received into a buffer that is too small on purpose"),
    ("route/link GET EXT_MASK: 2 bytes", "sent to be rejected"),
    ("route/link GET IFNAME: 41 bytes", "sent to be rejected"),
    ("route/link GET Link 200 is unknown", "sent to be rejected, or ignored"),
    ("route/link GET is truncated", "sent to be rejected, or ignored"),
    ("route/link NEW AF_SPEC INET CONF: 1 bytes", "sent to be rejected"),
    ("route/link NEW LINKINFO DATA FORWARD_DELAY: 1 bytes", "sent to be rejected"),
];

#[test]
fn every_attribute_of_recorded_links_is_known_and_valid() {
    let Some(files) = captures::recordings() else { return };
    let always = [&link::FAMILY, &stats::FAMILY, &bridge_vlan::FAMILY];
    let replies: Vec<&Family> = always.into_iter().chain([&mdb::FAMILY]).collect();
    let requests: Vec<&Family> = always.into_iter().chain([&mdb::request::FAMILY]).collect();
    let mut findings = Findings::default();
    for file in files {
        findings.check_both(&file, &replies, &requests);
    }
    findings.are_only(100_000, EXCEPTIONS);
}
