//! Adds this directory to the linker's search path, for `barelink-start.ld`.

fn main() {
    let here = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-link-search=native={here}");
}
