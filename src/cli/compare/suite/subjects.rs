//! The models of the full suite: d from 1 to 60, every pair (λ, m) from the engine or a formula.

use super::subject::{Cost, Subject};
use crate::algebra::Reading;
use crate::cli::CliError;
use crate::model::{
    Activation, Inputs, Kernel, Mixture, Noise, ShallowNetwork, binomial_mixture, factor_analysis,
    matrix_factorisation, naive_bayes, restricted_boltzmann_machine,
};
use crate::resolution::GermText;

/// The named models. None of them was left out for what the estimators make of it.
pub(super) fn named() -> Result<Vec<Subject>, CliError> {
    let mut subjects = monomials()?;
    subjects.extend(curves()?);
    subjects.extend(ideals()?);
    subjects.extend(networks()?);
    subjects.extend(models()?);
    Ok(subjects)
}

fn monomials() -> Result<Vec<Subject>, CliError> {
    let ideal = |name, generators: &[&str]| Subject::ideal("monomial", name, generators);
    let with_prior = GermText::new(Reading::Ideal, vec!["x*y".into()]).amplitude("x*y".into());
    Ok(vec![
        ideal("x⁴", &["x^2"])?,
        ideal("(xy)²", &["x*y"])?,
        ideal("(x²y³)²", &["x^2*y^3"])?,
        ideal("(xyz)²", &["x*y*z"])?,
        ideal("(x²y²z)²", &["x^2*y^2*z"])?,
        ideal("(wxyz)²", &["w*x*y*z"])?,
        ideal("(x³y³z²w)²", &["x^3*y^3*z^2*w"])?,
        Subject::germ("monomial", "(xy)², prior ∝ |xy|", &with_prior)?,
    ])
}

fn curves() -> Result<Vec<Subject>, CliError> {
    let ideal = |name, generators: &[&str]| Subject::ideal("curve", name, generators);
    Ok(vec![
        ideal("cusp (x²−y³)²", &["x^2-y^3"])?,
        ideal("node (x²−y²)²", &["x^2-y^2"])?,
        ideal("E₆ (x³+y⁴)²", &["x^3+y^4"])?,
        ideal("E₈ (x³+y⁵)²", &["x^3+y^5"])?,
        ideal("D₄ (x²y−y³)²", &["x^2*y-y^3"])?,
        ideal("two Puiseux pairs", &["(y^2-x^3)^2-x^5*y"])?,
        ideal("tangents ((y²−2x²)³+x⁷)²", &["(y^2-2*x^2)^3+x^7"])?,
        ideal("two cusps", &["x^2-y^3", "y^2-x^3"])?,
        Subject::loss("curve", "parabola (y−x²)²+x¹⁰", "(y-x^2)^2+x^10")?,
    ])
}

fn ideals() -> Result<Vec<Subject>, CliError> {
    let ideal = |name, generators: &[&str]| Subject::ideal("ideal", name, generators);
    Ok(vec![
        ideal("pinch point (x²−y²z)²", &["x^2-y^2*z"])?,
        ideal("(xyz+x⁴+y⁴+z⁴)²", &["x*y*z+x^4+y^4+z^4"])?,
        ideal("one factor, 3 variables", &["u*v", "u*w", "v*w"])?,
        ideal("determinant 2 × 2", &["x*w-y*z"])?,
        ideal(
            "cubic discriminant",
            &["b^2*c^2-4*a*c^3-4*b^3*d-27*a^2*d^2+18*a*b*c*d"],
        )?,
        ideal("minors of 2 × 3", &["a*e-b*d", "a*f-c*d", "b*f-c*e"])?,
        Subject::sphere("ideal", 3)?,
        Subject::sphere("ideal", 20)?,
        Subject::sphere("ideal", 60)?,
    ])
}

fn networks() -> Result<Vec<Subject>, CliError> {
    let linear: [(&[usize], usize); 15] = [
        (&[2, 1, 2], 0),
        (&[2, 2, 2], 0),
        (&[2, 2, 2], 1),
        (&[3, 2, 3], 0),
        (&[4, 3, 4], 2),
        (&[5, 3, 5], 1),
        (&[6, 5, 6], 3),
        (&[2, 1, 1, 2], 0),
        (&[2, 2, 2, 2], 0),
        (&[3, 2, 2, 3], 1),
        (&[2, 2, 2, 2, 2], 1),
        (&[3, 3, 3, 3, 3], 1),
        (&[2, 2, 2, 2, 2, 2], 1),
        (&[3, 3, 3, 3, 3, 3], 2),
        (&[4, 3, 3, 3, 3, 4], 1),
    ];
    let mut subjects = Vec::new();
    for (widths, rank) in linear {
        let group = if widths.len() == 3 {
            "reduced rank"
        } else {
            "deep linear"
        };
        subjects.push(Subject::network(group, widths, rank)?);
    }
    let tanh =
        |inputs, units| ShallowNetwork::new(inputs, units, 1, Activation::Tanh, Inputs::Uniform);
    subjects.push(Subject::model(
        "tanh network",
        "tanh, 1 unit, truth 0",
        tanh(1, 1),
        &[0.0; 2],
    )?);
    subjects.push(Subject::model(
        "tanh network",
        "tanh, 2 units, truth 0",
        tanh(1, 2),
        &[0.0; 4],
    )?);
    subjects.push(Subject::model(
        "tanh network",
        "tanh, 3 units, truth 0",
        tanh(1, 3),
        &[0.0; 6],
    )?);
    subjects.push(Subject::model(
        "tanh network",
        "tanh, 2 units, truth 1 unit",
        tanh(1, 2),
        &[1.0, 0.0, 1.0, 0.0],
    )?);
    Ok(subjects)
}

fn models() -> Result<Vec<Subject>, CliError> {
    Ok(vec![
        Subject::model(
            "mixture",
            "normal mixture, 2 for 1",
            Mixture::new(Kernel::NormalLocation, 2),
            &[0.5, 0.0, 0.0],
        )?
        .with_cost(Cost::High),
        Subject::model(
            "mixture",
            "Poisson mixture, 2 for 1",
            Mixture::new(Kernel::Poisson, 2),
            &[0.5, 2.0, 2.0],
        )?,
        Subject::model(
            "mixture",
            "binomial mixture, 2 for 1",
            binomial_mixture(2, 4),
            &[0.25, 0.5, 0.5],
        )?,
        Subject::model(
            "mixture",
            "naive Bayes, 2 classes for 1",
            naive_bayes(2, &[2, 2, 2]),
            &[0.5, 0.5, 0.25, 0.5, 0.5, 0.25, 0.5],
        )?,
        Subject::model(
            "model",
            "Boltzmann machine 3 × 2",
            restricted_boltzmann_machine(3, 2),
            &[0.0; 6],
        )?,
        Subject::model(
            "model",
            "factor analysis 3, 1",
            factor_analysis(3, 1),
            &[1.0, 1.0, 1.0, 0.0, 0.0, 0.0],
        )?,
        Subject::model(
            "model",
            "non-negative 2 × 1 × 2",
            matrix_factorisation(2, 1, 2, Noise::Normal),
            &[0.0; 4],
        )?,
    ])
}
