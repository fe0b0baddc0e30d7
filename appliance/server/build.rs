//! Tells cargo that the built-in theme is part of the binary, so that a file added to it (`cargo xtask` brings the design
//! system that way) is embedded by the next build. It fetches nothing and makes nothing.

fn main() {
    println!("cargo::rerun-if-changed=themes/default");
}
