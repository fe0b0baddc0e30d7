//! Sealing and opening one chunk after another.
//!
//! The nonce of each chunk is fresh and stored with it; it is never derived from the chunk's index, which a resumed
//! upload would use twice.

use aws_lc_rs::aead::NONCE_LEN;

use crate::{
    blobs::Place,
    error::StoreError,
    vault::{
        DataKey,
        cipher::{Cipher, Unsealed},
    },
};

/// What a file begins with.
pub(super) const MAGIC: &[u8; 8] = b"kuvfile1";
/// How many bytes of a file are sealed together.
pub(super) const PLAIN_BYTES: usize = 64 * 1024;
const TAG_BYTES: usize = 16;
/// How many bytes a full chunk takes on disk.
pub(super) const SEALED_BYTES: usize = NONCE_LEN + PLAIN_BYTES + TAG_BYTES;
/// What sealing adds to a chunk.
pub(super) const OVERHEAD_BYTES: usize = NONCE_LEN + TAG_BYTES;

/// Seals or opens the chunks of one file.
pub(super) struct Chunks {
    cipher: Cipher,
    place: Place,
}

impl Chunks {
    pub(super) fn new(key: &DataKey, place: Place) -> Result<Self, StoreError> {
        Ok(Self { cipher: Cipher::new(key.expose())?, place })
    }

    /// Seals a chunk in place: nonce and plaintext become nonce, ciphertext and tag.
    pub(super) fn seal(&self, index: u64, last: bool, chunk: &mut Vec<u8>) -> Result<(), Unsealed> {
        let nonce = *chunk.first_chunk::<NONCE_LEN>().ok_or(Unsealed)?;
        self.cipher.seal(nonce, &self.bound(index, last), chunk, NONCE_LEN)
    }

    /// Opens a sealed chunk in place.
    pub(super) fn open<'b>(
        &self,
        index: u64,
        last: bool,
        sealed: &'b mut [u8],
    ) -> Result<&'b mut [u8], Unsealed> {
        let (nonce, sealed) = sealed.split_first_chunk_mut::<NONCE_LEN>().ok_or(Unsealed)?;
        self.cipher.open(*nonce, &self.bound(index, last), sealed)
    }

    /// municipality | authority | file | index | last.
    fn bound(&self, index: u64, last: bool) -> [u8; 57] {
        let mut aad = [0; 57];
        let parts: [&[u8]; 5] = [
            self.place.municipality.as_bytes(),
            self.place.authority.as_bytes(),
            self.place.file.as_bytes(),
            &index.to_be_bytes(),
            &[u8::from(last)],
        ];
        for (target, source) in aad.iter_mut().zip(parts.into_iter().flatten()) {
            *target = *source;
        }
        aad
    }
}
