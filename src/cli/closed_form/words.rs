//! The values of the families' own arguments, as words on the command line.

use crate::closed_form::{NaiveBayesTruth, NamedGerm, Polygon};
use clap::ValueEnum;
use clap::builder::PossibleValue;

/// The words for the values of a type, each with its line of help. A value without a word does not
/// compile.
macro_rules! words {
    ($type:ident { $($value:ident: $word:literal, $help:literal;)* }) => {
        impl ValueEnum for $type {
            fn value_variants<'a>() -> &'a [Self] {
                &[$(Self::$value,)*]
            }

            fn to_possible_value(&self) -> Option<PossibleValue> {
                Some(match self {
                    $(Self::$value => PossibleValue::new($word).help($help),)*
                })
            }
        }
    };
}

words! {
    NaiveBayesTruth {
        Generic: "generic", "At least three features depend on the class";
        OneDependentPair: "one-dependent-pair", "Exactly two features are dependent";
        Independent: "independent", "All features are independent";
    }
}

words! {
    Polygon {
        Hexagon: "hexagon", "All six features in a regular hexagon";
        Pentagon: "pentagon",
            "Five features in a regular pentagon; the sixth has no column and a negative bias";
        PentagonPositive: "pentagon-positive",
            "Five features in a regular pentagon; the sixth has no column and the bias 1/12";
    }
}

words! {
    NamedGerm {
        TwoPuiseuxPairs: "two-puiseux-pairs",
            "((y² − x³)² − 4x⁵y − x⁷)²: a plane branch with two Puiseux pairs";
        WhitneyUmbrella: "whitney-umbrella", "(x² − y²z)²";
        ShearedParabola: "sheared-parabola",
            "(y − x²)² + x¹⁰: the Newton polyhedron in these coordinates gives only λ ≤ 3/4";
        HiddenSquare: "hidden-square",
            "(x + y²)² + z²: nondegenerate on the facets of its polyhedron alone";
        LineAndPointAtPoint: "line-and-point-at-point", "((x − 1)(x² + y²)²)² at the origin";
        LineAndPointAtLine: "line-and-point-at-line", "((x − 1)(x² + y²)²)² at (1, 0)";
        TwoWellsSteep: "two-wells-steep", "(w + 1)²(w − 1)⁴ at w = −1";
        TwoWellsFlat: "two-wells-flat", "(w + 1)²(w − 1)⁴ at w = 1";
        SimpleElliptic: "simple-elliptic", "(x³ + y³ + z³)², the simple elliptic singularity P₈";
        Swallowtail: "swallowtail", "The swallowtail x⁴ + ax² + bx + c's discriminant, squared";
        CrossedParabolas: "crossed-parabolas", "(x⁴ − y⁴)², a real form of X₉";
    }
}
