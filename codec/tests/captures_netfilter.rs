//! Tables of netfilter, compared with recorded traffic: every attribute has a row, at every depth.
//! There is no recording of a big-endian machine.
#![cfg(all(feature = "netfilter", target_endian = "little"))]

mod captures;

use barelink_codec::netfilter;
use captures::Findings;

const NETFILTER: u8 = 12;

const EXCEPTIONS: &[(&str, &str)] =
    &[("netfilter/conntrack NEW TUPLE_ORIG IP V4_SRC: 2 bytes", "sent to be rejected")];

#[test]
fn every_attribute_of_recorded_connections_is_known_and_valid() {
    let Some(files) = captures::recordings() else { return };
    let mut findings = Findings::of(NETFILTER);
    for file in files {
        findings.check(&file, netfilter::FAMILIES);
    }
    findings.are_only(9000, EXCEPTIONS);
}
