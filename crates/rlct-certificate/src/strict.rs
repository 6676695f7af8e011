//! Reading nothing but what the page `proofs/FORMAT.md` writes.
//!
//! Derived readers of serde take more: a list of a struct's fields in place of an object, the
//! number of a rule in place of its name, `{"signs": {}}` in place of `"signs"`. No false claim
//! follows, but a checker written from the page refuses these.

use super::format::{Because, Form};
use super::region::Place;
use serde::de::value::{MapAccessDeserializer, StringDeserializer};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::marker::PhantomData;

/// A struct that is written as an object.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(Fields(PhantomData))
    }
}

/// One object.
pub(crate) fn object<'de, D, T>(d: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Object::deserialize(d)?.0)
}

/// An object that is there.
pub(crate) fn some_object<'de, D, T>(d: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    object(d).map(Some)
}

/// A list of objects.
pub(crate) fn objects<'de, D, T>(d: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let list: Vec<Object<T>> = Vec::deserialize(d)?;
    Ok(list.into_iter().map(|entry| entry.0).collect())
}

/// The form of a change of coordinates, a name.
pub(crate) fn form<'de, D: Deserializer<'de>>(d: D) -> Result<Form, D::Error> {
    Form::deserialize(StringDeserializer::new(String::deserialize(d)?))
}

/// Places of variables, a name each.
pub(crate) fn places<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Place>, D::Error> {
    let names: Vec<String> = Vec::deserialize(d)?;
    let place = |name| Place::deserialize(StringDeserializer::new(name));
    names.into_iter().map(place).collect()
}

/// Why a polynomial has no zero: a name, or an object of one field.
pub(crate) fn because<'de, D: Deserializer<'de>>(d: D) -> Result<Because, D::Error> {
    struct Reason;

    impl<'de> Visitor<'de> for Reason {
        type Value = Because;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("`signs`, or an object with the field `no_real_root`")
        }

        fn visit_str<E: Error>(self, name: &str) -> Result<Because, E> {
            match name {
                "signs" => Ok(Because::Signs),
                _ => Err(E::unknown_variant(name, &["signs"])),
            }
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Because, A::Error> {
            let expected = &["no_real_root"];
            let Some((name, variable)) = map.next_entry::<String, String>()? else {
                return Err(A::Error::missing_field("no_real_root"));
            };
            if name != "no_real_root" {
                return Err(A::Error::unknown_field(&name, expected));
            }
            match map.next_key::<String>()? {
                None => Ok(Because::NoRealRoot(variable)),
                Some(other) => Err(A::Error::unknown_field(&other, expected)),
            }
        }
    }

    d.deserialize_any(Reason)
}

/// The steps of a certificate, of which only the names of the rules are read.
#[derive(Deserialize)]
struct Named {
    #[serde(rename = "steps")]
    _steps: Vec<NamedStep>,
}

#[derive(Deserialize)]
struct NamedStep {
    #[serde(rename = "rule")]
    _rule: String,
}

/// The same of a certificate that may have another one in it.
#[derive(Deserialize)]
struct NamedTwice {
    #[serde(rename = "steps")]
    _steps: Vec<NamedStep>,
    #[serde(rename = "witness")]
    _witness: Option<Named>,
}

/// A certificate about a region from JSON, gone through twice as others are.
pub(crate) fn region<'de, T: Deserialize<'de>>(text: &'de str) -> serde_json::Result<T> {
    let read: Object<T> = serde_json::from_str(text)?;
    let _: NamedTwice = serde_json::from_str(text)?;
    Ok(read.0)
}

/// A certificate from JSON.
///
/// The text is gone through twice: what a step's fields mean depends on its rule, so serde keeps
/// them until it knows the rule, and then reads its name from a number too.
pub(crate) fn certificate<'de, T: Deserialize<'de>>(text: &'de str) -> serde_json::Result<T> {
    let read: Object<T> = serde_json::from_str(text)?;
    let _: Named = serde_json::from_str(text)?;
    Ok(read.0)
}
