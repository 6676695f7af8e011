//! Numbers in text that come back bit for bit: base64 of their bytes, the least significant first.
//! Decimals would be longer, slower, and nothing for what is infinite or NaN.

use crate::loss::Scalar;
use base64ct::{Base64, Encoding};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;

/// A list of floating-point numbers in their own precision.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Numbers<T>(pub(crate) Vec<T>);

/// A floating-point number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Exact(pub(crate) f64);

/// A list of indices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Indices(pub(crate) Vec<u32>);

/// A list of words of 64 bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words(pub(crate) Vec<u64>);

/// The name of a precision: that of numbers of four bytes, or of eight.
pub(crate) fn precision<T: Scalar>() -> &'static str {
    if is_single::<T>() { "f32" } else { "f64" }
}

fn is_single<T: Scalar>() -> bool {
    size_of::<T>() == size_of::<f32>()
}

/// The bytes of numbers in their own precision.
pub(crate) fn bytes<T: Scalar>(numbers: &[T]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(size_of_val(numbers));
    for x in numbers {
        if is_single::<T>() {
            bytes.extend((x.float() as f32).to_le_bytes());
        } else {
            bytes.extend(x.float().to_le_bytes());
        }
    }
    bytes
}

fn write<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&Base64::encode_string(bytes))
}

/// Pieces of `N` bytes.
fn read<'de, D: Deserializer<'de>, const N: usize>(
    deserializer: D,
) -> Result<Vec<[u8; N]>, D::Error> {
    let text = Cow::<'de, str>::deserialize(deserializer)?;
    let bytes = Base64::decode_vec(&text).map_err(D::Error::custom)?;
    let (pieces, rest) = bytes.as_chunks::<N>();
    if !rest.is_empty() {
        return Err(D::Error::custom("a number is cut short"));
    }
    Ok(pieces.to_vec())
}

impl<T: Scalar> Serialize for Numbers<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(&bytes(&self.0), serializer)
    }
}

impl<'de, T: Scalar> Deserialize<'de> for Numbers<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let numbers = if is_single::<T>() {
            let pieces = read::<D, 4>(deserializer)?.into_iter();
            pieces
                .map(|b| T::of(f32::from_le_bytes(b).into()))
                .collect()
        } else {
            let pieces = read::<D, 8>(deserializer)?.into_iter();
            pieces.map(|b| T::of(f64::from_le_bytes(b))).collect()
        };
        Ok(Self(numbers))
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(&self.0.to_le_bytes(), serializer)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match read::<D, 8>(deserializer)?[..] {
            [bytes] => Ok(Self(f64::from_le_bytes(bytes))),
            _ => Err(D::Error::custom("one number was expected")),
        }
    }
}

impl Serialize for Indices {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.0.iter().flat_map(|i| i.to_le_bytes()).collect();
        write(&bytes, serializer)
    }
}

impl<'de> Deserialize<'de> for Indices {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pieces = read::<D, 4>(deserializer)?.into_iter();
        Ok(Self(pieces.map(u32::from_le_bytes).collect()))
    }
}

impl Serialize for Words {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.0.iter().flat_map(|i| i.to_le_bytes()).collect();
        write(&bytes, serializer)
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pieces = read::<D, 8>(deserializer)?.into_iter();
        Ok(Self(pieces.map(u64::from_le_bytes).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::de::DeserializeOwned;

    fn round_trip<V: Serialize + DeserializeOwned>(value: &V) -> V {
        serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Whatever the bits, but for those of a NaN, of which nothing is read.
        #[test]
        fn numbers_come_back_bit_for_bit(words in prop::collection::vec(any::<u64>(), 0..20)) {
            let doubles: Vec<f64> = words.iter().map(|&w| f64::from_bits(w)).collect();
            for (x, y) in doubles.iter().zip(round_trip(&Numbers(doubles.clone())).0) {
                prop_assert!(x.to_bits() == y.to_bits() || x.is_nan() && y.is_nan());
                let z = round_trip(&Exact(*x)).0;
                prop_assert!(x.to_bits() == z.to_bits());
            }
            let singles: Vec<f32> = words.iter().map(|&w| f32::from_bits(w as u32)).collect();
            for (x, y) in singles.iter().zip(round_trip(&Numbers(singles.clone())).0) {
                prop_assert!(x.to_bits() == y.to_bits() || x.is_nan() && y.is_nan());
            }
            prop_assert_eq!(&round_trip(&Words(words.clone())).0, &words);
            let indices: Vec<u32> = words.iter().map(|&w| w as u32).collect();
            prop_assert_eq!(&round_trip(&Indices(indices.clone())).0, &indices);
        }
    }

    #[test]
    fn what_is_cut_short_is_refused() {
        assert!(serde_json::from_str::<Words>("\"AAAA\"").is_err());
        assert!(serde_json::from_str::<Exact>("\"\"").is_err());
        assert!(serde_json::from_str::<Numbers<f32>>("\"$$\"").is_err());
    }
}
