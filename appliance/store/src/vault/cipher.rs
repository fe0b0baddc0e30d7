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
    if cipher.seal(nonce, &aad, &mut value, start).is_err() {
        value.zeroize();
        return Err(StoreError::Damaged(key.kind_byte()));
    }
    Ok(value)
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

#[cfg(test)]
mod tests {
    use kuvert_domain::id::{MessageId, MunicipalityId};

    use super::*;
    use crate::{epoch::Holder, key_space::Kind, vault::DataKey};

    fn row(number: u8) -> Key {
        Key::new(Kind::Wrap).id(&MessageId::from_bytes([number; 16]))
    }

    fn sealed() -> (Cipher, Under, Vec<u8>) {
        let under = Under::Epoch(Epoch::standing(MunicipalityId::from_bytes([1; 16]), Holder::Resident));
        let cipher = Cipher::new(&[3; 32]).unwrap();
        let value = seal_record(&cipher, under, [4; 12], &row(1), &DataKey::from_bytes([5; 32])).unwrap();
        (cipher, under, value)
    }

    #[test]
    fn a_value_opens_in_its_row_alone() {
        let (cipher, under, value) = sealed();
        assert_eq!(Under::of(&value), Some(under));
        let opened: DataKey = open_record(&cipher, under, &row(1), value.clone()).unwrap();
        assert!(opened == DataKey::from_bytes([5; 32]));
        let moved = open_record::<DataKey>(&cipher, under, &row(2), value);
        assert_eq!(moved.err(), Some(StoreError::Damaged(Kind::Wrap as u8)));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_found() {
        let (cipher, under, value) = sealed();
        for at in 0..value.len() * 8 {
            let mut flipped = value.clone();
            flipped[at / 8] ^= 1 << (at % 8);
            assert!(open_record::<DataKey>(&cipher, under, &row(1), flipped).is_err(), "bit {at}");
        }
        for length in 0..value.len() {
            assert!(open_record::<DataKey>(&cipher, under, &row(1), value[..length].to_vec()).is_err());
        }
    }

    /// The published vector of the sealed form, made with Python's `cryptography` from the layout above.
    #[test]
    fn the_sealed_form_never_changes() {
        let (_, _, value) = sealed();
        assert_eq!(data_encoding::HEXLOWER.encode(&value), VECTOR);
    }

    const VECTOR: &str = concat!(
        "0101ffffffff010101010101010101010101010101010000000000000000000000000000000001000004",
        "0404040404040404040404452216c8a89b021b9c11855b74513c7594798a6946c642e72d6d0294268bec",
        "59d5232abc2e0613e1bc7d78633f1b3b9a",
    );
}
