//! Bytes that are not text: a token, or as many bytes as before.
//!
//! | array | value |
//! |---|---|
//! | `Binary`, `LargeBinary`, `BinaryView` | the token that the same bytes have as text: 17 ASCII bytes |
//! | `FixedSizeBinary(16)` | the bytes of the image as a UUID, so it joins with UUIDs that are text; reversible |
//! | `FixedSizeBinary(n)` | n bytes of AES-CMAC in counter mode over the value |
//!
//! Empty bytes stay. With fewer than ten bytes the last form gives less than 80 bits, so two values may
//! share an image: with one byte many do.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryViewArray, FixedSizeBinaryArray, GenericBinaryArray,
    OffsetSizeTrait,
};
use arrow::buffer::{Buffer, MutableBuffer};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;

use crate::cmac::Cmac;
use crate::ff1::Direction;
use crate::string::StringTokens;
use crate::transform::is_placeholder;
use crate::uuid::UuidMap;

/// The bytes of a UUID.
const UUID_BYTES: i32 = 16;

/// Obfuscates arrays of bytes.
pub(crate) struct Binaries {
    bytes: Cmac,
    uuids: Arc<UuidMap>,
    strings: Arc<StringTokens>,
}

impl Binaries {
    pub(crate) fn new(key: &[u8; 16], uuids: Arc<UuidMap>, strings: Arc<StringTokens>) -> Self {
        Self { bytes: Cmac::new(key), uuids, strings }
    }

    /// The array of the same type, length and nulls.
    pub(crate) fn write_array(&self, array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        match array.data_type() {
            DataType::Binary => Ok(Arc::new(self.tokens(array.as_binary::<i32>()))),
            DataType::LargeBinary => Ok(Arc::new(self.tokens(array.as_binary::<i64>()))),
            DataType::BinaryView => {
                let values = array.as_binary_view().iter();
                let images = values.map(|value| value.map(|value| self.token(value)));
                Ok(Arc::new(images.collect::<BinaryViewArray>()))
            }
            DataType::FixedSizeBinary(UUID_BYTES) => {
                fixed(array.as_fixed_size_binary(), |value, out| {
                    self.uuid(value, Direction::Forth, out);
                })
            }
            DataType::FixedSizeBinary(_) => fixed(array.as_fixed_size_binary(), |value, out| {
                self.keystream(value, out);
            }),
            other => Err(ArrowError::CastError(format!("{other} is not binary"))),
        }
    }

    /// The array that [`write_array`](Self::write_array) was given, if it can be told.
    pub(crate) fn reveal_array(&self, obfuscated: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        match obfuscated.data_type() {
            DataType::FixedSizeBinary(UUID_BYTES) => {
                fixed(obfuscated.as_fixed_size_binary(), |value, out| {
                    self.uuid(value, Direction::Back, out);
                })
            }
            _ => Ok(Arc::clone(obfuscated)),
        }
    }

    fn tokens<O: OffsetSizeTrait>(&self, values: &GenericBinaryArray<O>) -> GenericBinaryArray<O> {
        values.iter().map(|value| value.map(|value| self.token(value))).collect()
    }

    fn token(&self, value: &[u8]) -> Vec<u8> {
        if std::str::from_utf8(value).is_ok_and(is_placeholder) {
            value.to_vec()
        } else {
            self.strings.token_of_bytes(value).to_vec()
        }
    }

    fn uuid(&self, value: &[u8], direction: Direction, out: &mut [u8]) {
        let uuid = u128::from_be_bytes(value.try_into().expect("the type says 16 bytes"));
        let image = match direction {
            Direction::Forth => self.uuids.map(uuid),
            Direction::Back => self.uuids.invert(uuid),
        };
        out.copy_from_slice(&image.to_be_bytes());
    }

    fn keystream(&self, value: &[u8], out: &mut [u8]) {
        let mut message = vec![0; 4 + value.len()];
        message[4..].copy_from_slice(value);
        for (counter, block) in out.chunks_mut(16).enumerate() {
            message[..4].copy_from_slice(&(counter as u32).to_be_bytes());
            block.copy_from_slice(&self.bytes.code(&message).to_be_bytes()[..block.len()]);
        }
    }
}

/// The array whose values `image` writes, zeros where there is none.
fn fixed(
    values: &FixedSizeBinaryArray,
    image: impl Fn(&[u8], &mut [u8]),
) -> Result<ArrayRef, ArrowError> {
    let size = values.value_length();
    if size == 0 {
        return Ok(Arc::new(values.clone()));
    }
    let mut bytes = MutableBuffer::from_len_zeroed(values.len() * size as usize);
    let rows = bytes.as_slice_mut().chunks_exact_mut(size as usize);
    for (row, out) in rows.enumerate().filter(|(row, _)| values.is_valid(*row)) {
        image(values.value(row), out);
    }
    let nulls = values.nulls().cloned();
    Ok(Arc::new(FixedSizeBinaryArray::try_new(size, Buffer::from(bytes), nulls)?))
}

#[cfg(test)]
mod tests {
    use arrow::array::BinaryArray;
    use arrow::compute::cast;

    use super::*;

    fn binaries() -> Binaries {
        let strings = Arc::new(StringTokens::new(&[2; 16]));
        Binaries::new(&[1; 16], Arc::new(UuidMap::new(&[3; 16])), strings)
    }

    fn fixed_array(size: usize) -> ArrayRef {
        let values = [Some(vec![7; size]), None, Some(vec![8; size])].into_iter();
        Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(values, size as i32).unwrap())
    }

    #[test]
    fn bytes_have_the_token_that_they_have_as_text() {
        let values: ArrayRef =
            Arc::new(BinaryArray::from(vec![Some(b"secret".as_slice()), None, Some(b"")]));
        for data_type in [DataType::Binary, DataType::LargeBinary, DataType::BinaryView] {
            let image = binaries().write_array(&cast(&values, &data_type).unwrap()).unwrap();
            assert_eq!(image.data_type(), &data_type);
            let image = cast(&image, &DataType::Binary).unwrap();
            let image = image.as_binary::<i32>();
            assert_eq!(image.value(0), binaries().strings.token("secret"));
            assert!(image.is_null(1) && image.value(2).is_empty());
        }
    }

    #[test]
    fn sixteen_bytes_come_back_and_others_keep_their_size() {
        let array = fixed_array(16);
        let image = binaries().write_array(&array).unwrap();
        assert_ne!(&image, &array);
        assert_eq!(&binaries().reveal_array(&image).unwrap(), &array);
        for size in [1, 10, 15, 17, 40] {
            let (array, image) =
                (fixed_array(size), binaries().write_array(&fixed_array(size)).unwrap());
            assert_eq!((image.data_type(), image.null_count()), (array.data_type(), 1));
            let image = image.as_fixed_size_binary();
            assert!(
                size < 10 || image.value(0) != image.value(2) && image.value(0) != vec![7; size]
            );
        }
        let sliced = binaries().write_array(&fixed_array(16).slice(2, 1)).unwrap();
        assert_eq!(&sliced, &image.slice(2, 1));
    }
}
