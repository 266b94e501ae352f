//! Parses, names, compares and rebuilds recorded traffic.

use std::env;
use std::path::{Path, PathBuf};

use barelink_score::report::{Report, report};

/// Asserts that a report has no unexpected result.
fn assert_faultless(report: &Report) {
    let failures = report.failures();
    assert!(failures.is_empty(), "{report}\n{}", failures.join("\n"));
}

#[test]
fn the_recordings_in_tests_data_are_walked_named_and_rebuilt() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let report = report(&data, None).unwrap();
    assert_faultless(&report);
    assert_eq!(report.files.0, 5);
    assert_eq!(report.walk.messages, 517, "{report}");
    for (family, known) in [("route/link", 1142), ("route/rule", 530), ("nlctrl", 1988)] {
        assert!(report.names[family].known >= known, "{report}");
    }
    for (family, same) in [("route/link", 22), ("route/rule", 29), ("route/route", 5)] {
        assert!(report.rebuild[family].same >= same, "{report}");
    }
    // Errors with their extended acknowledgements, of both byte orders.
    assert!(report.values["netlink"].equal + report.swapped["netlink"].equal >= 191, "{report}");
}

#[test]
fn all_recordings_are_walked_named_compared_and_rebuilt() {
    let Some(shared) = env::var_os("BARELINK_SHARED").map(PathBuf::from) else {
        println!("skipped: BARELINK_SHARED is not set");
        return;
    };
    let report = report(&shared.join("captures"), Some(&shared.join("specs/json"))).unwrap();
    println!("{report}");
    assert_faultless(&report);
    assert!(report.walk.messages >= 57_120, "{report}");
    for (family, least) in LEAST_KNOWN {
        assert!(report.names[family].known >= least, "{family}\n{report}");
    }
    for (family, least) in LEAST_EQUAL {
        assert!(report.values[family].equal >= least, "{family}\n{report}");
    }
    for (family, least) in LEAST_SWAPPED {
        if cfg!(target_endian = "little") {
            assert!(report.swapped[family].equal >= least, "{family}\n{report}");
        }
    }
    for (family, least) in LEAST_BUILT {
        assert!(report.rebuild[family].same >= least, "{family}\n{report}");
    }
}

/// Minimum number of attributes that have a row, by family.
const LEAST_KNOWN: [(&str, usize); 12] = [
    ("netfilter/conntrack", 13_615),
    ("nlctrl", 108_969),
    ("route/addr", 9000),
    ("route/class", 400),
    ("route/filter", 286),
    ("route/link", 368_211),
    ("route/neigh", 8078),
    ("route/netconf", 10_668),
    ("route/nexthop", 869),
    ("route/qdisc", 2483),
    ("route/route", 74_619),
    ("route/rule", 1202),
];

/// Minimum number of values equal to those of the kernel's own tool, by family.
const LEAST_EQUAL: [(&str, usize); 9] = [
    ("conntrack", 9608),
    ("netlink", 11_215),
    ("nlctrl", 83_738),
    ("rt-addr", 10_077),
    ("rt-link", 1_406_330),
    ("rt-neigh", 24_339),
    ("rt-route", 250_430),
    ("rt-rule", 3150),
    ("tc", 10_801),
];

/// Minimum number of equal values of the big-endian machine, on a little-endian one.
const LEAST_SWAPPED: [(&str, usize); 8] = [
    ("netlink", 92),
    ("nlctrl", 2045),
    ("rt-addr", 145),
    ("rt-link", 5998),
    ("rt-neigh", 418),
    ("rt-route", 463),
    ("rt-rule", 77),
    ("tc", 121),
];

/// Minimum number of requests that are identical when rebuilt, by family.
const LEAST_BUILT: [(&str, usize); 10] = [
    ("netfilter/conntrack", 66),
    ("route/addr", 251),
    ("route/class", 26),
    ("route/filter", 36),
    ("route/link", 2184),
    ("route/neigh", 114),
    ("route/nexthop", 118),
    ("route/qdisc", 246),
    ("route/route", 340),
    ("route/rule", 86),
];
