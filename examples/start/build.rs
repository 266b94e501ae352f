//! Has the linker find `barelink-start.ld` from wherever a program is built.

fn main() {
    let here = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-link-search=native={here}");
}
