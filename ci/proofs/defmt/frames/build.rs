//! Links the tests with defmt's linker script and without PIE, so that interned strings have low
//! addresses.

fn main() {
    let here = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    println!("cargo::rerun-if-changed=host.x");
    for argument in [&format!("-T{here}/host.x"), "-no-pie", "-fuse-ld=bfd"] {
        println!("cargo::rustc-link-arg-tests={argument}");
    }
}
