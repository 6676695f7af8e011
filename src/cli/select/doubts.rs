//! What makes a fit or a sampling doubtful.

use crate::selection::{Convergence, Selection};

/// The doubts, by model.
pub(super) fn doubts(selection: &Selection, fits: &[Convergence]) -> Vec<String> {
    let mut doubts = Vec::new();
    for (index, score) in selection.scores().iter().enumerate() {
        let name = &score.name;
        if let Some(fit) = fits.get(index) {
            let Convergence {
                starts,
                climbed,
                converged,
                agreeing,
                ..
            } = fit;
            if *converged == 0 {
                doubts.push(format!("{name}: none of {starts} starts converged"));
            } else if !fit.is_confirmed() {
                let began = if *agreeing < 2 {
                    "one start alone".to_string()
                } else {
                    format!("{agreeing} starts that began alike")
                };
                doubts.push(format!(
                    "{name}: {began} found the best fit, of {climbed} climbed to the end"
                ));
            }
        }
        if let Some(wbic) = selection.wbic().get(index) {
            let found = wbic.verdict.doubts().iter();
            doubts.extend(found.map(|doubt| format!("{name}, WBIC: {doubt}")));
        }
        if let Some(marginal) = selection.marginals().get(index) {
            let words = |doubt| format!("{name}, log marginal likelihood: {doubt}");
            doubts.extend(marginal.doubts.iter().map(words));
            if marginal.is_doubtful() {
                let (counting, all) = (marginal.effective_populations, marginal.populations);
                let error = marginal.standard_error;
                doubts.push(format!(
                    "{name}, log marginal likelihood: {counting:.1} of {all} populations count, \
                     standard error {error:.2}"
                ));
            }
            if marginal.is_far_below(score.log_likelihood, score.dimension) {
                let highest = marginal.highest_log_likelihood.unwrap_or(f64::NAN);
                doubts.push(format!(
                    "{name}, log marginal likelihood: no point came near the fit (highest ℓ \
                     {highest:.1}): a part of the posterior was not met, or the fit is a spike of \
                     little weight"
                ));
            }
        }
    }
    doubts
}
