//! AES-256-GCM over one buffer, and the layout of a sealed value.
//!
//! `form | record version | epoch (39 bytes, form 1 only) | nonce (12) | ciphertext | tag (16)`. The row's key and
//! everything before the nonce are authenticated, so a value moved to another row does not open. Values are bounded by
//! what a row may hold; streams are [`crate::blobs`]'s matter.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroize;

use crate::{
    epoch::{EPOCH_BYTES, Epoch},
    error::StoreError,
    key_space::Key,
    record::{Malformed, Record},
};

const TAG_BYTES: usize = 16;
const UNDER_EPOCH: u8 = 1;
const UNDER_DATA_KEY: u8 = 2;

/// An AES-256-GCM key, scheduled.
pub(crate) struct Cipher(LessSafeKey);

impl Cipher {
    pub(crate) fn new(key: &[u8; 32]) -> Result<Self, StoreError> {
        let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| StoreError::RootKey)?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// Encrypts `buffer[start..]` in place and appends the tag.
    pub(crate) fn seal(
        &self,
        nonce: [u8; NONCE_LEN],
        aad: &[u8],
        buffer: &mut Vec<u8>,
        start: usize,
    ) -> Result<(), Unsealed> {
        let plain = buffer.get_mut(start..).ok_or(Unsealed)?;
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self.0.seal_in_place_separate_tag(nonce, Aad::from(aad), plain).map_err(|_| Unsealed)?;
        buffer.extend_from_slice(tag.as_ref());
        Ok(())
    }

    /// Decrypts ciphertext and tag in place; the answer is the plaintext's part of the buffer.
    pub(crate) fn open<'b>(
        &self,
        nonce: [u8; NONCE_LEN],
        aad: &[u8],
        sealed: &'b mut [u8],
    ) -> Result<&'b mut [u8], Unsealed> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        self.0.open_in_place(nonce, Aad::from(aad), sealed).map_err(|_| Unsealed)
    }
}

/// A buffer that could not be sealed or did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unsealed;

/// What a sealed value says about itself before it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Under {
    /// Sealed under this epoch's key.
    Epoch(Epoch),
    /// Sealed under a data key that the reader must bring.
    DataKey,
}

impl Under {
    /// Reads the beginning of a value.
    pub(crate) fn of(value: &[u8]) -> Option<Self> {
        match value.split_first()? {
            (&UNDER_EPOCH, rest) => Epoch::from_bytes(rest.get(1..)?.first_chunk()?).map(Self::Epoch),
            (&UNDER_DATA_KEY, _) => Some(Self::DataKey),
            _ => None,
        }
    }

    const fn header_bytes(self) -> usize {
        match self {
            Self::Epoch(_) => 2 + EPOCH_BYTES,
            Self::DataKey => 2,
        }
    }
}

/// Encodes and seals a record for one row, in one buffer.
pub(crate) fn seal_record<R: Record>(
    cipher: &Cipher,
    under: Under,
    nonce: [u8; NONCE_LEN],
    key: &Key,
    record: &R,
) -> Result<Vec<u8>, StoreError> {
    let mut value = Vec::with_capacity(256);
    match under {
        Under::Epoch(epoch) => {
            value.extend_from_slice(&[UNDER_EPOCH, R::VERSION]);
            value.extend_from_slice(&epoch.to_bytes());
        }
        Under::DataKey => value.extend_from_slice(&[UNDER_DATA_KEY, R::VERSION]),
    }
    let aad = associated(&value, key);
    value.extend_from_slice(&nonce);
    let start = value.len();
    let mut value =
        postcard::to_extend(record, value).map_err(|_| StoreError::Malformed(R::malformed(R::VERSION)))?;
    match cipher.seal(nonce, &aad, &mut value, start) {
        Ok(()) => Ok(value),
        Err(Unsealed) => {
            value.zeroize();
            Err(StoreError::Damaged(key.kind_byte()))
        }
    }
}

/// Opens and decodes one row's value; the plaintext is wiped afterwards.
pub(crate) fn open_record<R: Record>(
    cipher: &Cipher,
    under: Under,
    key: &Key,
    mut value: Vec<u8>,
) -> Result<R, StoreError> {
    let damaged = || StoreError::Damaged(key.kind_byte());
    let (header, sealed) = value.split_at_mut_checked(under.header_bytes()).ok_or_else(damaged)?;
    let aad = associated(header, key);
    let version = header.get(1).copied().ok_or_else(damaged)?;
    let (nonce, sealed) = sealed.split_first_chunk_mut::<NONCE_LEN>().ok_or_else(damaged)?;
    if sealed.len() < TAG_BYTES {
        return Err(damaged());
    }
    let plain = cipher.open(*nonce, &aad, sealed).map_err(|_| damaged())?;
    let record = R::decode(version, plain);
    plain.zeroize();
    record.map_err(|error: Malformed| StoreError::Malformed(error))
}

fn associated(header: &[u8], key: &Key) -> Vec<u8> {
    let mut aad = Vec::with_capacity(header.len() + key.as_bytes().len());
    aad.extend_from_slice(header);
    aad.extend_from_slice(key.as_bytes());
    aad
}
