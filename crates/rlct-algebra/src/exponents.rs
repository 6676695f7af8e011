//! Lists of exponents, in place where they are short.

use std::ops::{Deref, DerefMut};

/// As many as are kept in place.
const IN_PLACE: usize = 12;

/// A list of exponents: in place up to twelve of them, so that most monomials are copied without
/// an allocation.
#[derive(Clone)]
pub(crate) enum Exponents {
    InPlace(u8, [u32; IN_PLACE]),
    Elsewhere(Box<[u32]>),
}

impl Exponents {
    pub(crate) fn of(exponents: &[u32]) -> Self {
        if exponents.len() > IN_PLACE {
            return Self::Elsewhere(exponents.into());
        }
        let mut in_place = [0; IN_PLACE];
        in_place[..exponents.len()].copy_from_slice(exponents);
        Self::InPlace(exponents.len() as u8, in_place)
    }

    pub(crate) fn zeros(length: usize) -> Self {
        if length > IN_PLACE {
            return Self::Elsewhere(vec![0; length].into());
        }
        Self::InPlace(length as u8, [0; IN_PLACE])
    }
}

impl Deref for Exponents {
    type Target = [u32];

    #[inline]
    fn deref(&self) -> &[u32] {
        match self {
            Self::InPlace(length, exponents) => &exponents[..usize::from(*length)],
            Self::Elsewhere(exponents) => exponents,
        }
    }
}

impl DerefMut for Exponents {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u32] {
        match self {
            Self::InPlace(length, exponents) => &mut exponents[..usize::from(*length)],
            Self::Elsewhere(exponents) => exponents,
        }
    }
}
