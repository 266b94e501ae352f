//! The tables of links, of what they count, and of bridges against recorded traffic: every
//! attribute has a row, at every depth.
#![cfg(feature = "rtnl")]

mod captures;

use barelink_codec::family::Family;
use barelink_codec::rtnl::bridge::{mdb, vlan as bridge_vlan};
use barelink_codec::rtnl::{link, stats};
use captures::Findings;

const EXCEPTIONS: &[(&str, &str)] = &[
    ("a message that is cut off", "received into a buffer that was too small on purpose"),
    ("route/link GET EXT_MASK: 2 bytes", "to be refused"),
    ("route/link GET IFNAME: 41 bytes", "to be refused"),
    ("route/link GET Link 200 is unknown", "to be refused, or passed over"),
    ("route/link GET is cut off", "to be refused, or passed over"),
    ("route/link NEW AF_SPEC INET CONF: 1 bytes", "to be refused"),
    ("route/link NEW LINKINFO DATA FORWARD_DELAY: 1 bytes", "to be refused"),
];

#[test]
fn every_attribute_of_recorded_links_is_known_by_name_and_fits_its_type() {
    let Some(files) = captures::recordings() else { return };
    let always = [&link::FAMILY, &stats::FAMILY, &bridge_vlan::FAMILY];
    let told: Vec<&Family> = always.into_iter().chain([&mdb::FAMILY]).collect();
    let asked: Vec<&Family> = always.into_iter().chain([&mdb::request::FAMILY]).collect();
    let mut findings = Findings::default();
    for file in files {
        findings.look_both(&file, &told, &asked);
    }
    findings.are_only(100_000, EXCEPTIONS);
}
