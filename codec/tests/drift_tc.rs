//! Tables of traffic control, compared with the kernel's descriptions.
#![cfg(feature = "rtnl")]

mod drift;

use barelink_codec::rtnl::tc::{Tc, TcHeader, chain, class, filter, qdisc, stats};
use barelink_codec::schema::Set;
use barelink_codec::value::Structure;
use drift::Exceptions;

#[test]
fn traffic_control_is_as_the_kernel_describes_it() {
    const KINDS: &str = "no tables of what goes with each kind yet, bytes so far";
    const PADDED: &str = "the kernel's structure ends on 8 bytes, and is sent so";
    const TC: Exceptions<'_> = &[(2, KINDS), (3, PADDED), (4, KINDS)];
    const STATS: Exceptions<'_> = &[(1, PADDED), (4, KINDS), (7, PADDED)];
    let Some(spec) = drift::spec("json/tc.json") else { return };
    spec.attributes(Tc::table(), "attrs", TC);
    spec.attributes(stats::TcStats2::table(), "tca-stats-attrs", STATS);
    spec.attributes(stats::SizeTable::table(), "tca-stab-attrs", &[]);
    spec.structure(TcHeader::LAYOUT, "tcmsg", &[]);
    spec.structure(stats::TcStats::LAYOUT, "tc-stats", &[(40, PADDED)]);
    spec.structure(stats::BasicStats::LAYOUT, "gnet-stats-basic", &[(16, PADDED)]);
    spec.operations(&[&qdisc::FAMILY, &class::FAMILY, &filter::FAMILY, &chain::FAMILY], &[]);
}
