//! Recorded traffic is read, named, understood and built anew.

use std::env;
use std::path::{Path, PathBuf};

use barelink_examples::score::report::{Report, report};

/// Fails with what is not as it should be.
fn assert_faultless(report: &Report) {
    let failures = report.failures();
    assert!(failures.is_empty(), "{report}\n{}", failures.join("\n"));
}

#[test]
fn the_recordings_kept_here_are_walked_named_and_built_anew() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let report = report(&data, None).unwrap();
    assert_faultless(&report);
    assert_eq!(report.files, (5, 1));
    assert!(report.walk.messages >= 700, "{report}");
    for (family, least) in [("route/link", 5000), ("nlctrl", 2000)] {
        assert!(report.names[family].known >= least, "{report}");
    }
    assert!(report.rebuild["route/link"].same >= 20, "{report}");
    assert!(report.truth["netlink"].equal >= 40, "{report}");
    assert!(report.swapped["netlink"].equal >= 60, "{report}");
}

#[test]
fn all_recordings_are_walked_named_understood_and_built_anew() {
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
        assert!(report.truth[family].equal >= least, "{family}\n{report}");
    }
    for (family, least) in LEAST_BUILT {
        assert!(report.rebuild[family].same >= least, "{family}\n{report}");
    }
}

/// How many attributes are known by name at least, by family.
const LEAST_KNOWN: [(&str, usize); 2] = [("nlctrl", 108_969), ("route/link", 368_211)];

/// How many values equal the kernel's own tool's at least, by family.
const LEAST_EQUAL: [(&str, usize); 3] =
    [("netlink", 11_215), ("nlctrl", 83_738), ("rt-link", 1_406_330)];

/// How many requests are the same after they were built anew at least, by family.
const LEAST_BUILT: [(&str, usize); 1] = [("route/link", 2184)];
