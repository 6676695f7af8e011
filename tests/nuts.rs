//! NUTS: right on a Gaussian, and with doubts where it is not.

#![cfg(feature = "nuts")]
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot run the sampler should fail"
)]

use rlct::estimate::{Doubt, Llc};
use rlct::loss::{PolynomialLoss, Prior, Reading};
use rlct::sampler::{Nuts, SamplerError};

#[test]
fn a_gaussian_is_sampled() {
    let loss = PolynomialLoss::<f64>::new(
        &["x^2 + x*y + 3*y^2 + 100*z^2".parse().unwrap()],
        Reading::Loss,
    )
    .unwrap();
    let llc = Llc::new(&loss, &[0.0; 3])
        .nbeta(1e4)
        .localization(0.0)
        .seed(3);
    let estimate = llc.estimate_by_nuts(&Nuts::new()).unwrap();
    let deviation = (estimate.energy() - 1.5) / estimate.standard_error();
    assert!(deviation.abs() < 4.0, "{deviation}");
    assert!(estimate.standard_error() < 0.05);
    assert!(estimate.verdict().is_converged(), "{}", estimate.verdict());
    assert_eq!(llc.estimate_by_nuts(&Nuts::new()).unwrap(), estimate);
}

/// E[nK] of exp(−n x²y² − (x² + y²)/2) is 0.4375 at n = 10⁶ by quadrature (see tests/samplers.rs).
#[test]
fn a_normal_crossing_is_doubted() {
    let loss = PolynomialLoss::<f64>::new(&["x*y".parse().unwrap()], Reading::Ideal).unwrap();
    for (n, exact) in [(1e4, 0.4123), (1e6, 0.4375)] {
        let llc = Llc::new(&loss, &[0.0; 2]).nbeta(n).draws(5000).seed(2);
        let estimate = llc.estimate_by_nuts(&Nuts::new()).unwrap();
        println!(
            "n = {n:e}: {:.4} ± {:.4} against {exact}; {}",
            estimate.energy(),
            estimate.standard_error(),
            estimate.verdict()
        );
        let doubts = estimate.verdict().doubts();
        assert!(
            doubts
                .iter()
                .any(|doubt| matches!(doubt, Doubt::Divergences { .. }))
        );
    }
}

#[test]
fn what_it_cannot_do_is_refused() {
    let loss = PolynomialLoss::<f64>::new(&["x*y".parse().unwrap()], Reading::Ideal).unwrap();
    let llc = Llc::new(&loss, &[0.0; 2]).nbeta(1e3);
    let half = Prior::flat(2).with_nonnegative(&[0]).unwrap();
    for llc in [llc.clone().mask(&[true, false]), llc.clone().prior(half)] {
        let error = llc.estimate_by_nuts(&Nuts::new()).unwrap_err();
        assert!(
            error.to_string().contains("NUTS does not support"),
            "{error}"
        );
    }
    let eager = Nuts::new().with_target_acceptance(1.0);
    let error = llc.estimate_by_nuts(&eager).unwrap_err();
    assert!(matches!(
        error,
        rlct::estimate::EstimateError::Sampler(SamplerError::Range { .. })
    ));
}
