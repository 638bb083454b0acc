//! Rebuilds the crate when a file of the catalogue is added, changed or removed.

fn main() {
    println!("cargo::rerun-if-changed=../../queries");
}
