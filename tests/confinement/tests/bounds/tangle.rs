//! What a compile bomb is made of: a few kilobytes of WebAssembly, valid in every part, that a compiler turns into millions of values.
//!
//! One function has many locals and many exits, and two tables lead from different values to every exit. So each local
//! has a value of its own at each exit: locals times exits, from a text that grows only with their sum.

use std::fmt::Write as _;

/// The function, as a part of a module in text form.
pub(crate) fn tangle(locals: usize, exits: usize) -> String {
    let targets: String = (0..exits).fold(String::new(), |mut text, exit| {
        write!(text, "{exit} ").unwrap();
        text
    });
    let mut text = "(func $tangle (param i32) (result i32) ".to_owned();
    text += &"(local i32) ".repeat(locals);
    text += &"block ".repeat(exits);
    write!(text, "local.get 0 if local.get 0 br_table {targets} 0 end ").unwrap();
    for local in 1..=locals {
        write!(text, "local.get {} i32.const {} i32.mul local.set {local} ", local - 1, local * 7919)
            .unwrap();
    }
    write!(text, "local.get 0 br_table {targets} ").unwrap();
    text += &"end ".repeat(exits);
    text += "i32.const 0 ";
    for local in 1..=locals {
        write!(text, "local.get {local} i32.add ").unwrap();
    }
    text + ")"
}
