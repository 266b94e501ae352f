//! Every test named in the table of conformance cases in `docs/` exists.

use std::fs::read_to_string;
use std::path::Path;

#[test]
fn every_test_named_in_the_conformance_table_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let Ok(table) = read_to_string(root.join("docs/conformance.md")) else {
        return println!("skipped: no docs/conformance.md beside the crate");
    };
    let names = table.split('`').skip(1).step_by(2).filter_map(|name| name.split_once("::"));
    let mut count = 0;
    for (file, name) in names {
        let source = ["codec", "transport", "cache"].iter().find_map(|member| {
            read_to_string(root.join(member).join(format!("tests/{file}.rs"))).ok()
        });
        let source = source.unwrap_or_else(|| panic!("no test file {file}"));
        assert!(source.contains(&format!("fn {name}(")), "no test {file}::{name}");
        count += 1;
    }
    assert!(count > 50, "{count} names");
}
