//! Learning coefficients known in closed form, one file a family, each with its source.
//!
//! A function returns a [`ClosedForm`]: the pair (λ, m) beside the publication it comes from and
//! the conditions under which it holds; or, where no exact value is known, a [`ClosedFormBounds`].
//! A bound is never returned where an exact value is meant. The arithmetic is exact at every size.
//!
//! | losses | functions |
//! |---|---|
//! | elementary | [`regular`], [`morse_bott`], [`normal_crossing`], [`sum_of_powers`], [`definite_form`], [`semi_regular`], [`outer_product`] |
//! | squares of singular functions | [`isolated_form`], [`weighted_homogeneous`], [`brieskorn_pham`], [`simple_singularity`], [`single_germ`] |
//! | arrangements, determinants | [`arrangement`], [`generic_arrangement`], [`braid_arrangement`], [`minors`], [`symmetric_minors`] |
//! | linear networks | [`reduced_rank`], [`reduced_rank_local`], [`low_rank_approximation`], [`deep_linear`], [`residual_linear`], [`diagonal_linear`], [`tied_diagonal_linear`], [`power_difference`] |
//! | networks with one hidden layer | [`analytic_unit`], [`shallow_zero_truth`], [`shallow_network`], [`location_network`], [`relu_line`], [`two_units`], [`polynomial_unit`], [`quadratic_network`], [`quadratic_network_local`], [`superposition`] |
//! | attention | [`softmax_attention`], [`attention_teacher`], [`linear_attention`] |
//! | policies | [`policy_regret`] |
//! | mixtures | [`finite_mixture`], [`poisson_mixture`], [`binomial_mixture`], [`known_component`], [`fixed_ratio`], [`symmetric_mixture`], [`normal_scale_mixture`], [`normal_scale_mixture_dirichlet`], [`common_variance_mixture`], [`two_state_markov`] |
//! | hidden variables | [`naive_bayes`], [`latent_class`], [`latent_class_dirichlet`], [`off_diagonal_gram`], [`one_factor`], [`factor_analysis`], [`symmetric_factorisation`], [`principal_components`], [`gaussian_latent_forest`], [`boltzmann_machine`] |
//! | constrained factorisations | [`nonnegative_zero`], [`nonnegative_positive`], [`latent_dirichlet`], [`concept_bottleneck`], [`partial_bottleneck`], [`tensor_two_terms`] |
//! | bounds | [`mixture_bounds`], [`markov_bounds`], [`relu_bounds`], [`factor_analysis_bounds`], [`boltzmann_bounds`], [`nonnegative_bounds`], [`tensor_bounds`] |
//!
//! Each [`Family`] has a source, conditions, and a [`Tier`] that says how far it is to be trusted.
//! The statement numbers in the sources are quoted from later papers that restate the theorems; the
//! values themselves are held to independent computations by the tests, and instances of most
//! families to certificates of the exact engine ([`catalogue`](crate::catalogue)).
//!
//! # Examples
//!
//! ```
//! use rlct::closed_form;
//!
//! let truth = closed_form::deep_linear(&[10, 5, 10], 3)?;
//! assert_eq!(truth.to_string(), "λ = 32, m = 1 (deep linear network, Aoyagi 2024)");
//! # Ok::<(), rlct::closed_form::ClosedFormError>(())
//! ```

mod arrangement;
mod attention;
mod boltzmann;
mod bottleneck;
mod bounded;
mod bounds;
mod deep_linear;
mod diagonal;
mod elementary;
mod error;
mod factor_analysis;
mod family;
mod flats;
mod gram;
mod isolated;
mod latent_class;
mod latent_forest;
mod local_rank;
mod minors;
mod mixture;
mod nonnegative;
mod normal_crossing;
mod policy;
mod quadratic;
mod reduced_rank;
mod regular;
mod shallow;
mod single_germ;
mod size;
mod small_mixture;
mod source;
mod superposition;
mod symmetric;
mod tensor;
mod two_units;
mod value;

pub use bounded::ClosedFormBounds;
pub use error::ClosedFormError;
pub use family::Tier;
pub use isolated::SingularityType;
pub use latent_class::{NaiveBayesTruth, latent_class_dirichlet};
pub use latent_forest::Tree;
pub use single_germ::NamedGerm;
pub use small_mixture::normal_scale_mixture_dirichlet;
pub use source::Source;
pub use superposition::Polygon;
pub use value::ClosedForm;

use family::families;

// A family a row: a few words, its name, and where its function and what is said of it are. A new
// closed form needs a row here and its module above, besides its own file and its instances in the
// catalogue.
families! {
    exact {
        /// a positive definite Hessian.
        Regular: regular::{regular, ABOUT};
        /// a manifold of minima.
        MorseBott: elementary::{morse_bott, MORSE_BOTT};
        /// a monomial loss.
        NormalCrossing: normal_crossing::{normal_crossing, ABOUT};
        /// powers of separate coordinates.
        SumOfPowers: elementary::{sum_of_powers, SUM_OF_POWERS};
        /// a positive definite form of higher degree.
        DefiniteForm: elementary::{definite_form, DEFINITE_FORM};
        /// a degenerate Fisher information with definite higher terms.
        SemiRegular: elementary::{semi_regular, SEMI_REGULAR};
        /// a product of vectors of disjoint parameters.
        OuterProduct: elementary::{outer_product, OUTER_PRODUCT};
        /// the square of a form with an isolated real singularity.
        IsolatedForm: isolated::{isolated_form, ISOLATED_FORM};
        /// the square of a weighted homogeneous function.
        WeightedHomogeneous: isolated::{weighted_homogeneous, WEIGHTED_HOMOGENEOUS};
        /// the square of a sum of powers.
        BrieskornPham: isolated::{brieskorn_pham, BRIESKORN_PHAM};
        /// the squares of the singularities A, D, E.
        SimpleSingularity: isolated::{simple_singularity, SIMPLE_SINGULARITY};
        /// hyperplanes in general position.
        GenericArrangement: arrangement::{generic_arrangement, GENERIC};
        /// any linear forms, with multiplicities.
        Arrangement: arrangement::{arrangement, ANY};
        /// differences of coordinates.
        BraidArrangement: arrangement::{braid_arrangement, BRAID};
        /// minors of a general matrix.
        Minors: minors::{minors, MINORS};
        /// minors of a symmetric matrix.
        SymmetricMinors: minors::{symmetric_minors, SYMMETRIC_MINORS};
        /// a product of two matrices.
        ReducedRank: reduced_rank::{reduced_rank, ABOUT};
        /// a product of two matrices at any point of the fibre.
        ReducedRankLocal: local_rank::{reduced_rank_local, LOCAL};
        /// a truth of too large a rank.
        LowRankApproximation: local_rank::{low_rank_approximation, LOW_RANK_APPROXIMATION};
        /// a product of any number of matrices.
        DeepLinear: deep_linear::{deep_linear, ABOUT};
        /// a product of matrices near the identity.
        ResidualLinear: local_rank::{residual_linear, RESIDUAL};
        /// coordinatewise products of weights.
        DiagonalLinear: diagonal::{diagonal_linear, DIAGONAL};
        /// coordinatewise powers of weights.
        TiedDiagonalLinear: diagonal::{tied_diagonal_linear, TIED};
        /// a difference of powers.
        PowerDifference: diagonal::{power_difference, DIFFERENCE};
        /// one hidden unit.
        AnalyticUnit: shallow::{analytic_unit, UNIT};
        /// a shallow network on a line, truth 0.
        ShallowZeroTruth: shallow::{shallow_zero_truth, ZERO_TRUTH};
        /// a shallow network on a line, any true units.
        ShallowNetwork: shallow::{shallow_network, TRUE_UNITS};
        /// a radial network on a line.
        LocationNetwork: shallow::{location_network, LOCATION};
        /// a ReLU network on a line.
        ReluLine: shallow::{relu_line, RELU_LINE};
        /// two hidden units, many inputs.
        TwoUnits: two_units::{two_units, ABOUT};
        /// one unit with a power as activation.
        PolynomialUnit: quadratic::{polynomial_unit, UNIT};
        /// quadratic units, truth 0.
        QuadraticNetwork: quadratic::{quadratic_network, NETWORK};
        /// quadratic units at a nondegenerate point.
        QuadraticNetworkLocal: quadratic::{quadratic_network_local, LOCAL};
        /// strongly identifiable mixtures.
        FiniteMixture: mixture::{finite_mixture, FINITE};
        /// Poisson mixtures.
        PoissonMixture: mixture::{poisson_mixture, POISSON};
        /// binomial mixtures.
        BinomialMixture: mixture::{binomial_mixture, BINOMIAL};
        /// two components, one of them known.
        KnownComponent: small_mixture::{known_component, KNOWN_COMPONENT};
        /// two components of known unequal weights.
        FixedRatio: small_mixture::{fixed_ratio, FIXED_RATIO};
        /// two opposite components of equal weights.
        SymmetricMixture: small_mixture::{symmetric_mixture, SYMMETRIC};
        /// two normal components of unknown variances.
        NormalScaleMixture: small_mixture::{normal_scale_mixture, NORMAL_SCALE};
        /// two normal components of one unknown variance.
        CommonVarianceMixture: small_mixture::{common_variance_mixture, COMMON_VARIANCE};
        /// a hidden Markov model of two states.
        TwoStateMarkov: small_mixture::{two_state_markov, TWO_STATE_MARKOV};
        /// two hidden classes, binary features.
        NaiveBayes: latent_class::{naive_bayes, NAIVE_BAYES};
        /// two hidden classes, features of any number of states.
        LatentClass: latent_class::{latent_class, LATENT_CLASS};
        /// inner products of different rows.
        OffDiagonalGram: gram::{off_diagonal_gram, ABOUT};
        /// one-factor analysis.
        OneFactor: factor_analysis::{one_factor, ONE_FACTOR};
        /// factor analysis.
        FactorAnalysis: factor_analysis::{factor_analysis, FACTOR_ANALYSIS};
        /// a matrix times its transpose.
        SymmetricFactorisation: symmetric::{symmetric_factorisation, FACTORISATION};
        /// probabilistic principal components.
        PrincipalComponents: symmetric::{principal_components, PRINCIPAL_COMPONENTS};
        /// Gaussian latent trees.
        GaussianLatentForest: latent_forest::{gaussian_latent_forest, ABOUT};
        /// restricted Boltzmann machines, truth 0.
        BoltzmannMachine: boltzmann::{boltzmann_machine, ZERO_TRUTH};
        /// non-negative matrix factorisation of 0.
        NonnegativeZero: nonnegative::{nonnegative_zero, ZERO};
        /// non-negative matrix factorisation of a positive truth.
        NonnegativePositive: nonnegative::{nonnegative_positive, POSITIVE};
        /// latent Dirichlet allocation.
        LatentDirichlet: nonnegative::{latent_dirichlet, LATENT_DIRICHLET};
        /// linear concept bottlenecks.
        ConceptBottleneck: bottleneck::{concept_bottleneck, FULL};
        /// linear bottlenecks with latent concepts.
        PartialBottleneck: bottleneck::{partial_bottleneck, PARTIAL};
        /// softmax attention, uniform truth.
        SoftmaxAttention: attention::{softmax_attention, SOFTMAX};
        /// softmax attention, generic teacher, uniform truth.
        AttentionTeacher: attention::{attention_teacher, TEACHER};
        /// linear attention of one dimension, truth 0.
        LinearAttention: attention::{linear_attention, LINEAR};
        /// policies on a simplex, with their regret as loss.
        PolicyRegret: policy::{policy_regret, ABOUT};
        /// two terms of a tensor decomposition of 0.
        TensorTwoTerms: tensor::{tensor_two_terms, TWO_TERMS};
        /// polygons of the toy model of superposition.
        Superposition: superposition::{superposition, ABOUT};
        /// single germs of the literature.
        SingleGerm: single_germ::{single_germ, ABOUT};
    }
    bounds {
        /// bounds for mixtures in general.
        MixtureBounds: bounds::{mixture_bounds, MIXTURE};
        /// bounds for hidden Markov models.
        MarkovBounds: bounds::{markov_bounds, MARKOV};
        /// bounds for factor analysis.
        FactorAnalysisBounds: factor_analysis::{factor_analysis_bounds, BOUNDS};
        /// bounds for restricted Boltzmann machines.
        BoltzmannBounds: boltzmann::{boltzmann_bounds, BOUNDS};
        /// bounds for non-negative matrix factorisation.
        NonnegativeBounds: nonnegative::{nonnegative_bounds, BOUNDS};
        /// bounds for tensor decompositions.
        TensorBounds: tensor::{tensor_bounds, BOUNDS};
        /// bounds for ReLU networks with biases.
        ReluBounds: bounds::{relu_bounds, RELU};
    }
}
