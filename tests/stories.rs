//! What people do with Kuvert, in their words.

mod broken;
mod callbacks;
mod devices;
mod fixation;
mod freja;
mod journey;
mod outage;
mod parting;
mod proofs;
mod purge;
mod scanner;
mod strangers;

/// Something that looks like a PDF, of a given length; no two lengths share their bytes.
fn pdf(length: usize) -> Vec<u8> {
    let mut seed = length as u64;
    let noise = std::iter::from_fn(|| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        seed.to_be_bytes().first().copied()
    });
    b"%PDF-1.7\n".iter().copied().chain(noise).take(length).collect()
}
