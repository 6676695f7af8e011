//! Instances of which only bounds are proved.

use super::instance::{Notes, Shelf};
use crate::algebra::Rational;
use crate::closed_form::{
    ClosedFormError, boltzmann_bounds, factor_analysis_bounds, markov_bounds, mixture_bounds,
    nonnegative_bounds, relu_bounds, tensor_bounds,
};
use serde_json::json;

pub(super) fn fill(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    for (dimension, components, truth) in [(1, 3, 1), (2, 3, 1), (3, 4, 2), (1, 4, 1), (2, 5, 3)] {
        let bounds = mixture_bounds(dimension, components, truth, &Rational::ONE)?;
        let parameters = json!({
            "dimension": dimension, "components": components, "true_components": truth,
            "dirichlet_index": "1"
        });
        shelf.bounds(&bounds, parameters, Notes::default());
    }
    for (states, truth, dimension) in [(3, 1, 1), (4, 2, 2), (2, 2, 1), (5, 3, 2)] {
        let parameters = json!({ "states": states, "true_states": truth, "dimension": dimension });
        shelf.bounds(
            &markov_bounds(states, truth, dimension)?,
            parameters,
            Notes::default(),
        );
    }
    for (variables, factors, truth) in [(6, 3, 1), (6, 3, 2), (5, 3, 1), (8, 4, 2)] {
        let bounds = factor_analysis_bounds(variables, factors, truth)?;
        let parameters =
            json!({ "variables": variables, "factors": factors, "true_factors": truth });
        shelf.bounds(&bounds, parameters, Notes::default());
    }
    for (visible, hidden, truth) in [(4, 3, 1), (6, 4, 2), (4, 4, 0), (5, 5, 0)] {
        let parameters = json!({ "visible": visible, "hidden": hidden, "true_hidden": truth });
        shelf.bounds(
            &boltzmann_bounds(visible, hidden, truth)?,
            parameters,
            Notes::default(),
        );
    }
    for (rows, columns, inner, rank) in [(4, 4, 3, 2), (5, 6, 4, 3), (4, 5, 2, 1), (10, 8, 5, 4)] {
        let bounds = nonnegative_bounds(rows, columns, inner, rank)?;
        let parameters = json!({ "rows": rows, "columns": columns, "inner": inner, "rank": rank });
        shelf.bounds(&bounds, parameters, Notes::default());
    }
    for (dimensions, terms, truth) in [
        ([2, 2, 3], 2, 0),
        ([3, 3, 3], 2, 0),
        ([2, 3, 4], 2, 0),
        ([2, 2, 2], 3, 0),
        ([3, 3, 3], 4, 0),
        ([3, 3, 3], 3, 1),
        ([4, 5, 6], 4, 2),
    ] {
        let parameters = json!({ "dimensions": dimensions, "terms": terms, "true_terms": truth });
        shelf.bounds(
            &tensor_bounds(dimensions, terms, truth)?,
            parameters,
            Notes::default(),
        );
    }
    for (inputs, outputs, truth) in [(3, 1, 2), (10, 2, 5), (1, 1, 1)] {
        let parameters = json!({ "inputs": inputs, "outputs": outputs, "true_units": truth });
        shelf.bounds(
            &relu_bounds(inputs, outputs, truth)?,
            parameters,
            Notes::default(),
        );
    }
    Ok(())
}
