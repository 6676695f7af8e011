//! The affine subspace through w* in which chains move.

use super::error::SamplerError;
use crate::loss::{Loss, Scalar};

/// Which parameters move, and a direction in which none does.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Restriction<T> {
    /// `None` if all parameters move.
    free: Option<Vec<bool>>,
    /// A unit vector, zero in the parameters that do not move.
    normal: Option<Vec<T>>,
    dimension: usize,
}

impl<T: Scalar> Restriction<T> {
    /// None.
    pub(super) fn none(dimension: usize) -> Self {
        Self {
            free: None,
            normal: None,
            dimension,
        }
    }

    /// Only the parameters with `true` move.
    pub(super) fn mask(&mut self, free: &[bool]) -> Result<(), SamplerError> {
        let expected = self.free.as_ref().map_or_else(|| self.dimension, Vec::len);
        if free.len() != expected {
            return Err(SamplerError::Dimension {
                what: "the mask",
                expected,
                found: free.len(),
            });
        }
        self.dimension = free.iter().filter(|&&f| f).count();
        self.free = Some(free.to_vec());
        if self.dimension == 0 {
            return Err(SamplerError::NothingMoves);
        }
        Ok(())
    }

    /// No motion along the gradient at w*, if it does not vanish there.
    pub(super) fn orthogonal(
        &mut self,
        loss: &dyn Loss<T>,
        w_star: &[T],
    ) -> Result<(), SamplerError> {
        let mut scratch = vec![T::of(0.0); loss.scratch_len()];
        let mut normal = vec![T::of(0.0); w_star.len()];
        loss.gradient(w_star, &mut normal, &mut scratch);
        self.project(&mut normal);
        // In two steps, for squares of small components underflow in single precision.
        let largest = normal.iter().map(|g| g.float().abs()).fold(0.0, f64::max);
        if normal.iter().any(|g| !g.finite()) {
            return Err(SamplerError::NotFinite { what: "∇L(w*)" });
        }
        if largest == 0.0 {
            return Ok(());
        }
        let norm = normal
            .iter()
            .map(|g| (g.float() / largest).powi(2))
            .sum::<f64>()
            .sqrt();
        for g in &mut normal {
            *g = T::of(g.float() / largest / norm);
        }
        self.normal = Some(normal);
        self.dimension -= 1;
        if self.dimension == 0 {
            return Err(SamplerError::NothingMoves);
        }
        Ok(())
    }

    /// The dimension of the subspace.
    pub(super) fn dimension(&self) -> usize {
        self.dimension
    }

    /// Whether the parameter moves.
    pub(super) fn is_free(&self, index: usize) -> bool {
        self.free.as_ref().is_none_or(|free| free[index])
    }

    /// Whether some direction does not move.
    pub(super) fn is_proper(&self) -> bool {
        self.free.is_some() || self.normal.is_some()
    }

    /// Whether the subspace is not spanned by coordinates.
    pub(super) fn is_oblique(&self) -> bool {
        self.normal.is_some()
    }

    /// Projects a direction orthogonally to the subspace.
    pub(super) fn project(&self, direction: &mut [T]) {
        if let Some(free) = &self.free {
            for (x, &free) in direction.iter_mut().zip(free) {
                if !free {
                    *x = T::of(0.0);
                }
            }
        }
        if let Some(normal) = &self.normal {
            let mut along = 0.0;
            for (&x, &u) in direction.iter().zip(normal) {
                along += x.float() * u.float();
            }
            let along = T::of(along);
            for (x, &u) in direction.iter_mut().zip(normal) {
                *x -= along * u;
            }
        }
    }
}
