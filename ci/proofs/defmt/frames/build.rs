//! Links the tests by defmt's script, and where interned texts have low addresses: which they have in
//! a program that stands where it was linked for.

fn main() {
    let here = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    println!("cargo::rerun-if-changed=host.x");
    for argument in [&format!("-T{here}/host.x"), "-no-pie", "-fuse-ld=bfd"] {
        println!("cargo::rustc-link-arg-tests={argument}");
    }
}
