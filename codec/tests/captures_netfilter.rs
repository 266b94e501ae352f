//! The packet filter's tables against recorded traffic: every attribute has a row, at every depth.
//! Nothing of it was recorded on a big-endian machine.
#![cfg(all(feature = "netfilter", target_endian = "little"))]

mod captures;

use barelink_codec::netfilter;
use captures::Findings;

const NETFILTER: u8 = 12;

const EXCEPTIONS: &[(&str, &str)] =
    &[("netfilter/conntrack NEW TUPLE_ORIG IP V4_SRC: 2 bytes", "to be refused")];

#[test]
fn every_attribute_of_recorded_connections_is_known_by_name_and_fits_its_type() {
    let Some(files) = captures::recordings() else { return };
    let mut findings = Findings::of(NETFILTER);
    for file in files {
        findings.look(&file, netfilter::FAMILIES);
    }
    findings.are_only(9000, EXCEPTIONS);
}
