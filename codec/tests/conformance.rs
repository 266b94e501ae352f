//! The table of conformance cases in `docs/` names tests that are there.

use std::fs::read_to_string;
use std::path::Path;

#[test]
fn each_test_that_the_table_of_conformance_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let Ok(table) = read_to_string(root.join("docs/conformance.md")) else {
        return println!("skipped: no docs/conformance.md beside the crate");
    };
    let names = table.split('`').skip(1).step_by(2).filter_map(|name| name.split_once("::"));
    let mut count = 0;
    for (file, name) in names {
        let source = ["codec", "transport", "cache"]
            .iter()
            .find_map(|room| read_to_string(root.join(room).join(format!("tests/{file}.rs"))).ok());
        let source = source.unwrap_or_else(|| panic!("no file of tests called {file}"));
        assert!(source.contains(&format!("fn {name}(")), "no test {file}::{name}");
        count += 1;
    }
    assert!(count > 50, "{count} names");
}
