//! Estimates of λ in a box around the point that becomes smaller by itself, unless its size is
//! given.

use super::method::Settings;
use crate::estimate::{EstimateError, InSmallerBox, LadderEstimate, VolumeEstimate};
use crate::problem::LocalLoss;
use crate::sampler::Control;
use serde_json::{Value, json};

/// The box that was taken, where a larger one has a worse zero of K.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SmallerBox {
    radius: f64,
    left_out: Vec<f64>,
}

impl SmallerBox {
    fn of<E>(found: InSmallerBox<E>) -> (E, Option<Self>) {
        let (radius, left_out) = (found.radius, found.left_out);
        let smaller = (!left_out.is_empty()).then_some(Self { radius, left_out });
        (found.estimate, smaller)
    }

    /// What a person is told.
    pub(super) fn note(&self) -> String {
        let far: Vec<String> = self.left_out.iter().map(|d| format!("{d:.3}")).collect();
        format!(
            "the box was made smaller, to |wᵢ − w*ᵢ| ≤ {:.3}: there are worse zeros of K at a \
             distance of {}",
            self.radius,
            far.join(", ")
        )
    }

    /// What a program is told, in the details of an estimate.
    pub(super) fn tell(&self, details: &mut Value) {
        if let Value::Object(fields) = details {
            let told = json!({"radius": self.radius, "worse_zeros_at": self.left_out});
            fields.insert("smaller_box".into(), told);
        }
    }
}

impl Settings {
    /// λ̂ by volume scaling, and the box if it was made smaller.
    pub(super) fn by_volume(
        &self,
        loss: &LocalLoss,
        control: &Control<'_>,
    ) -> Result<(VolumeEstimate, Option<SmallerBox>), EstimateError> {
        let volume = self.volume(loss);
        if self.radius.is_some() {
            return Ok((volume.estimate_with(control)?, None));
        }
        volume.in_smaller_box(control).map(SmallerBox::of)
    }

    /// λ̂ by the ladder, and the box if it was made smaller.
    pub(super) fn by_ladder(
        &self,
        loss: &LocalLoss,
        control: &Control<'_>,
    ) -> Result<(LadderEstimate, Option<SmallerBox>), EstimateError> {
        let ladder = self.ladder(loss);
        if self.radius.is_some() {
            return Ok((ladder.estimate_with(control)?, None));
        }
        ladder.in_smaller_box(control).map(SmallerBox::of)
    }
}
