//! The thresholds of verdicts: one table a method, which code, messages and docs read from.
//!
//! A doubt of [`Verdict`](super::Verdict) is raised where a diagnostic passes one of these. Every
//! constant states its unit and why it has its value. *Chosen by hand* says that no measurement
//! behind it is on record; where a constant was chosen by looking at a suite, the suite is named,
//! since it must then be judged on another one.
//!
//! - [`chains`]: the energy U(t) at one temperature, by any sampler;
//! - [`ladder`]: λ̂ over temperatures;
//! - [`volume`]: λ̂ over volumes;
//! - [`fit`]: the fit of the pole, which the last two share;
//! - [`prediction`]: WAIC and cross-validation;
//! - [`traces`]: losses of chains made elsewhere.
//!
//! The guide's page on estimates has the same tables, and a test holds it to these numbers.

pub mod chains;
pub mod fit;
pub mod ladder;
pub mod prediction;
pub mod traces;
pub mod volume;

#[cfg(test)]
mod tests {
    use super::{chains, fit, ladder, prediction, traces, volume};

    /// The rows of the guide's tables, from the constants.
    fn rows() -> Vec<String> {
        vec![
            // chains at one temperature
            format!("| R̂ of the losses | above {} |", chains::LARGEST_RHAT),
            format!(
                "| effective draws | fewer than {} a chain |",
                chains::LEAST_EFFECTIVE_DRAWS
            ),
            format!(
                "| acceptance | below {} with a Metropolis test, below {} without |",
                chains::LEAST_ACCEPTANCE,
                chains::LEAST_ACCEPTANCE_UNTESTED
            ),
            format!(
                "| early and late draws | more than {} standard errors apart |",
                chains::LARGEST_DRIFT
            ),
            format!(
                "| chains from the point and from elsewhere | more than {} standard errors apart |",
                chains::LARGEST_DIFFERENCE_OF_STARTS
            ),
            format!(
                "| R̂ of the distances from the point | above {} |",
                chains::LARGEST_RHAT_OF_DISTANCES
            ),
            format!(
                "| the virial, with a Metropolis test | off by more than {} standard errors |",
                chains::VIRIAL_ERRORS
            ),
            format!(
                "| the virial, without | off by more than {} standard errors, and {} of that of \
                 U(t) |",
                chains::VIRIAL_ERRORS_UNTESTED,
                chains::VIRIAL_SHARE_OF_ERROR
            ),
            format!(
                "| doubling γ | changes U(t) by more than {} of it, and {} standard errors |",
                chains::VISIBLE,
                chains::LOCALIZATION_ERRORS
            ),
            format!(
                "| U(t) | below 0 by more than {} standard errors |",
                chains::BELOW_MINIMUM_ERRORS
            ),
            // the ladder
            format!("| R̂ | above {} |", ladder::LARGEST_RHAT),
            format!(
                "| acceptance of the trajectories | below {} |",
                ladder::LEAST_ACCEPTANCE
            ),
            format!(
                "| exchange of neighbours | below {} |",
                ladder::LEAST_EXCHANGE
            ),
            format!(
                "| dispersion over rungs | above {} |",
                ladder::LARGEST_DISPERSION
            ),
            format!(
                "| control variates | off 0 by a mean square above {} |",
                ladder::LARGEST_IMBALANCE
            ),
            format!(
                "| the second half of the sweeps | apart as by a chance below {} (Student) |",
                ladder::DRIFT_PROBABILITY
            ),
            format!(
                "| λ̂ | below 0 by more than {} standard errors |",
                ladder::BELOW_MINIMUM_ERRORS
            ),
            format!("| log Z | fell by less than {} |", ladder::LEAST_FALL),
            // volume scaling
            format!(
                "| dispersion between replicates | above {} |",
                volume::LARGEST_DISPERSION
            ),
            format!("| log V | fell by less than {} |", volume::LEAST_FALL),
            // the fit of both, and prediction
            format!(
                "| χ² of the fit | above {} per degree of freedom |",
                fit::LARGEST_REDUCED_CHI_SQUARED
            ),
            format!(
                "| the states of least K, in a coordinate or all | past {} of the way from where \
                 the nearest is expected |",
                fit::WAY_TO_THE_MEDIAN
            ),
            format!(
                "m̂ is stated where its probability is at least {}",
                fit::LEAST_PROBABILITY_STATED
            ),
            format!(
                "a Pareto shape k̂ above {} of the weights of the cross-validation",
                prediction::LARGEST_SHAPE
            ),
            // chains made elsewhere
            format!(
                "fewer than {} draws after the burn-in are refused",
                traces::FEWEST_DRAWS
            ),
            format!(
                "| the burn-in found | reaches {} of the draws |",
                traces::LARGEST_BURN_IN
            ),
            format!(
                "| the difference quotient | below 0 by more than {} standard errors |",
                traces::RISING_ERRORS
            ),
        ]
    }

    #[test]
    fn the_guide_states_the_thresholds_of_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/guide/estimates.md");
        let page = std::fs::read_to_string(path).unwrap();
        // a line break within a sentence counts as a space
        let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
        for row in rows() {
            assert!(page.contains(&row), "{path} does not have: {row}");
        }
    }
}
