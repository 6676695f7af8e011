//! The families, and how far their formulas are to be trusted.

use super::Source;
use super::{
    arrangement, attention, boltzmann, bottleneck, bounds, deep_linear, diagonal, elementary,
    factor_analysis, gram, isolated, latent_class, latent_forest, local_rank, minors, mixture,
    nonnegative, normal_crossing, quadratic, reduced_rank, regular, shallow, single_germ,
    small_mixture, superposition, symmetric, tensor, two_units,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a family file says of itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct About {
    pub(super) name: &'static str,
    pub(super) source: Source,
    pub(super) conditions: &'static str,
    pub(super) tier: Tier,
}

/// How far a formula is to be trusted beyond the authority of its source.
///
/// # Examples
///
/// ```
/// use rlct::closed_form::{Family, Tier};
///
/// assert_eq!(Family::DeepLinear.tier(), Tier::Computed);
/// assert_eq!(Tier::Published.to_string(), "as published, not recomputed");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Tier {
    /// Equal to independent exact computations over a range of sizes, or elementary.
    Computed,
    /// Derived from the model, in the documentation of the function or in `proofs/`, and confirmed
    /// at small sizes by certificates of the engine or by volumes.
    Derived,
    /// As its source states it.
    Published,
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Computed => "equal to independent exact computations",
            Self::Derived => "derived, confirmed at small sizes",
            Self::Published => "as published, not recomputed",
        })
    }
}

/// A family of models whose learning coefficient, or bounds of it, are known in closed form.
///
/// # Examples
///
/// ```
/// use rlct::closed_form::Family;
///
/// assert_eq!(Family::ReducedRank.to_string(), "reduced-rank regression");
/// assert_eq!(Family::ReducedRank.source().year(), 2005);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Family {
    /// [`regular`](super::regular()): a positive definite Hessian.
    Regular,
    /// [`morse_bott`](super::morse_bott()): a manifold of minima.
    MorseBott,
    /// [`normal_crossing`](super::normal_crossing()): a monomial loss.
    NormalCrossing,
    /// [`sum_of_powers`](super::sum_of_powers()): powers of separate coordinates.
    SumOfPowers,
    /// [`definite_form`](super::definite_form()): a positive definite form of higher degree.
    DefiniteForm,
    /// [`semi_regular`](super::semi_regular()): a degenerate Fisher information with definite higher terms.
    SemiRegular,
    /// [`outer_product`](super::outer_product()): a product of vectors of disjoint parameters.
    OuterProduct,
    /// [`isolated_form`](super::isolated_form()): the square of a form with an isolated real singularity.
    IsolatedForm,
    /// [`weighted_homogeneous`](super::weighted_homogeneous()): the square of a weighted homogeneous function.
    WeightedHomogeneous,
    /// [`brieskorn_pham`](super::brieskorn_pham()): the square of a sum of powers.
    BrieskornPham,
    /// [`simple_singularity`](super::simple_singularity()): the squares of the singularities A, D, E.
    SimpleSingularity,
    /// [`generic_arrangement`](super::generic_arrangement()): hyperplanes in general position.
    GenericArrangement,
    /// [`braid_arrangement`](super::braid_arrangement()): differences of coordinates.
    BraidArrangement,
    /// [`minors`](super::minors()): minors of a general matrix.
    Minors,
    /// [`symmetric_minors`](super::symmetric_minors()): minors of a symmetric matrix.
    SymmetricMinors,
    /// [`reduced_rank`](super::reduced_rank()): a product of two matrices.
    ReducedRank,
    /// [`reduced_rank_local`](super::reduced_rank_local()): a product of two matrices at any point of the fibre.
    ReducedRankLocal,
    /// [`low_rank_approximation`](super::low_rank_approximation()): a truth of too large a rank.
    LowRankApproximation,
    /// [`deep_linear`](super::deep_linear()): a product of any number of matrices.
    DeepLinear,
    /// [`residual_linear`](super::residual_linear()): a product of matrices near the identity.
    ResidualLinear,
    /// [`diagonal_linear`](super::diagonal_linear()): coordinatewise products of weights.
    DiagonalLinear,
    /// [`tied_diagonal_linear`](super::tied_diagonal_linear()): coordinatewise powers of weights.
    TiedDiagonalLinear,
    /// [`power_difference`](super::power_difference()): a difference of powers.
    PowerDifference,
    /// [`analytic_unit`](super::analytic_unit()): one hidden unit.
    AnalyticUnit,
    /// [`shallow_zero_truth`](super::shallow_zero_truth()): a shallow network on a line, truth 0.
    ShallowZeroTruth,
    /// [`shallow_network`](super::shallow_network()): a shallow network on a line, any true units.
    ShallowNetwork,
    /// [`location_network`](super::location_network()): a radial network on a line.
    LocationNetwork,
    /// [`relu_line`](super::relu_line()): a ReLU network on a line.
    ReluLine,
    /// [`two_units`](super::two_units()): two hidden units, many inputs.
    TwoUnits,
    /// [`polynomial_unit`](super::polynomial_unit()): one unit with a power as activation.
    PolynomialUnit,
    /// [`quadratic_network`](super::quadratic_network()): quadratic units, truth 0.
    QuadraticNetwork,
    /// [`quadratic_network_local`](super::quadratic_network_local()): quadratic units at a nondegenerate point.
    QuadraticNetworkLocal,
    /// [`finite_mixture`](super::finite_mixture()): strongly identifiable mixtures.
    FiniteMixture,
    /// [`poisson_mixture`](super::poisson_mixture()): Poisson mixtures.
    PoissonMixture,
    /// [`binomial_mixture`](super::binomial_mixture()): binomial mixtures.
    BinomialMixture,
    /// [`known_component`](super::known_component()): two components, one of them known.
    KnownComponent,
    /// [`fixed_ratio`](super::fixed_ratio()): two components of known unequal weights.
    FixedRatio,
    /// [`symmetric_mixture`](super::symmetric_mixture()): two opposite components of equal weights.
    SymmetricMixture,
    /// [`normal_scale_mixture`](super::normal_scale_mixture()): two normal components of unknown variances.
    NormalScaleMixture,
    /// [`two_state_markov`](super::two_state_markov()): a hidden Markov model of two states.
    TwoStateMarkov,
    /// [`naive_bayes`](super::naive_bayes()): two hidden classes, binary features.
    NaiveBayes,
    /// [`latent_class`](super::latent_class()): two hidden classes, features of any number of states.
    LatentClass,
    /// [`off_diagonal_gram`](super::off_diagonal_gram()): inner products of different rows.
    OffDiagonalGram,
    /// [`one_factor`](super::one_factor()): one-factor analysis.
    OneFactor,
    /// [`factor_analysis`](super::factor_analysis()): factor analysis.
    FactorAnalysis,
    /// [`symmetric_factorisation`](super::symmetric_factorisation()): a matrix times its transpose.
    SymmetricFactorisation,
    /// [`principal_components`](super::principal_components()): probabilistic principal components.
    PrincipalComponents,
    /// [`gaussian_latent_forest`](super::gaussian_latent_forest()): Gaussian latent trees.
    GaussianLatentForest,
    /// [`boltzmann_machine`](super::boltzmann_machine()): restricted Boltzmann machines, truth 0.
    BoltzmannMachine,
    /// [`nonnegative_zero`](super::nonnegative_zero()): non-negative matrix factorisation of 0.
    NonnegativeZero,
    /// [`nonnegative_positive`](super::nonnegative_positive()): non-negative matrix factorisation of a positive truth.
    NonnegativePositive,
    /// [`latent_dirichlet`](super::latent_dirichlet()): latent Dirichlet allocation.
    LatentDirichlet,
    /// [`concept_bottleneck`](super::concept_bottleneck()): linear concept bottlenecks.
    ConceptBottleneck,
    /// [`partial_bottleneck`](super::partial_bottleneck()): linear bottlenecks with latent concepts.
    PartialBottleneck,
    /// [`softmax_attention`](super::softmax_attention()): softmax attention, uniform truth.
    SoftmaxAttention,
    /// [`linear_attention`](super::linear_attention()): linear attention of one dimension, truth 0.
    LinearAttention,
    /// [`tensor_two_terms`](super::tensor_two_terms()): two terms of a tensor decomposition of 0.
    TensorTwoTerms,
    /// [`superposition`](super::superposition()): polygons of the toy model of superposition.
    Superposition,
    /// [`single_germ`](super::single_germ()): single germs of the literature.
    SingleGerm,
    /// [`mixture_bounds`](super::mixture_bounds()): bounds for mixtures in general.
    MixtureBounds,
    /// [`markov_bounds`](super::markov_bounds()): bounds for hidden Markov models.
    MarkovBounds,
    /// [`factor_analysis_bounds`](super::factor_analysis_bounds()): bounds for factor analysis.
    FactorAnalysisBounds,
    /// [`boltzmann_bounds`](super::boltzmann_bounds()): bounds for restricted Boltzmann machines.
    BoltzmannBounds,
    /// [`nonnegative_bounds`](super::nonnegative_bounds()): bounds for non-negative matrix factorisation.
    NonnegativeBounds,
    /// [`tensor_bounds`](super::tensor_bounds()): bounds for tensor decompositions.
    TensorBounds,
    /// [`relu_bounds`](super::relu_bounds()): bounds for ReLU networks with biases.
    ReluBounds,
}

impl Family {
    /// Every family.
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert!(Family::ALL.len() >= 40);
    /// ```
    pub const ALL: [Self; 66] = [
        Self::Regular,
        Self::MorseBott,
        Self::NormalCrossing,
        Self::SumOfPowers,
        Self::DefiniteForm,
        Self::SemiRegular,
        Self::OuterProduct,
        Self::IsolatedForm,
        Self::WeightedHomogeneous,
        Self::BrieskornPham,
        Self::SimpleSingularity,
        Self::GenericArrangement,
        Self::BraidArrangement,
        Self::Minors,
        Self::SymmetricMinors,
        Self::ReducedRank,
        Self::ReducedRankLocal,
        Self::LowRankApproximation,
        Self::DeepLinear,
        Self::ResidualLinear,
        Self::DiagonalLinear,
        Self::TiedDiagonalLinear,
        Self::PowerDifference,
        Self::AnalyticUnit,
        Self::ShallowZeroTruth,
        Self::ShallowNetwork,
        Self::LocationNetwork,
        Self::ReluLine,
        Self::TwoUnits,
        Self::PolynomialUnit,
        Self::QuadraticNetwork,
        Self::QuadraticNetworkLocal,
        Self::FiniteMixture,
        Self::PoissonMixture,
        Self::BinomialMixture,
        Self::KnownComponent,
        Self::FixedRatio,
        Self::SymmetricMixture,
        Self::NormalScaleMixture,
        Self::TwoStateMarkov,
        Self::NaiveBayes,
        Self::LatentClass,
        Self::OffDiagonalGram,
        Self::OneFactor,
        Self::FactorAnalysis,
        Self::SymmetricFactorisation,
        Self::PrincipalComponents,
        Self::GaussianLatentForest,
        Self::BoltzmannMachine,
        Self::NonnegativeZero,
        Self::NonnegativePositive,
        Self::LatentDirichlet,
        Self::ConceptBottleneck,
        Self::PartialBottleneck,
        Self::SoftmaxAttention,
        Self::LinearAttention,
        Self::TensorTwoTerms,
        Self::Superposition,
        Self::SingleGerm,
        Self::MixtureBounds,
        Self::MarkovBounds,
        Self::FactorAnalysisBounds,
        Self::BoltzmannBounds,
        Self::NonnegativeBounds,
        Self::TensorBounds,
        Self::ReluBounds,
    ];

    fn about(self) -> &'static About {
        match self {
            Self::Regular => &regular::ABOUT,
            Self::MorseBott => &elementary::MORSE_BOTT,
            Self::NormalCrossing => &normal_crossing::ABOUT,
            Self::SumOfPowers => &elementary::SUM_OF_POWERS,
            Self::DefiniteForm => &elementary::DEFINITE_FORM,
            Self::SemiRegular => &elementary::SEMI_REGULAR,
            Self::OuterProduct => &elementary::OUTER_PRODUCT,
            Self::IsolatedForm => &isolated::ISOLATED_FORM,
            Self::WeightedHomogeneous => &isolated::WEIGHTED_HOMOGENEOUS,
            Self::BrieskornPham => &isolated::BRIESKORN_PHAM,
            Self::SimpleSingularity => &isolated::SIMPLE_SINGULARITY,
            Self::GenericArrangement => &arrangement::GENERIC,
            Self::BraidArrangement => &arrangement::BRAID,
            Self::Minors => &minors::MINORS,
            Self::SymmetricMinors => &minors::SYMMETRIC_MINORS,
            Self::ReducedRank => &reduced_rank::ABOUT,
            Self::ReducedRankLocal => &local_rank::LOCAL,
            Self::LowRankApproximation => &local_rank::LOW_RANK_APPROXIMATION,
            Self::DeepLinear => &deep_linear::ABOUT,
            Self::ResidualLinear => &local_rank::RESIDUAL,
            Self::DiagonalLinear => &diagonal::DIAGONAL,
            Self::TiedDiagonalLinear => &diagonal::TIED,
            Self::PowerDifference => &diagonal::DIFFERENCE,
            Self::AnalyticUnit => &shallow::UNIT,
            Self::ShallowZeroTruth => &shallow::ZERO_TRUTH,
            Self::ShallowNetwork => &shallow::TRUE_UNITS,
            Self::LocationNetwork => &shallow::LOCATION,
            Self::ReluLine => &shallow::RELU_LINE,
            Self::TwoUnits => &two_units::ABOUT,
            Self::PolynomialUnit => &quadratic::UNIT,
            Self::QuadraticNetwork => &quadratic::NETWORK,
            Self::QuadraticNetworkLocal => &quadratic::LOCAL,
            Self::FiniteMixture => &mixture::FINITE,
            Self::PoissonMixture => &mixture::POISSON,
            Self::BinomialMixture => &mixture::BINOMIAL,
            Self::KnownComponent => &small_mixture::KNOWN_COMPONENT,
            Self::FixedRatio => &small_mixture::FIXED_RATIO,
            Self::SymmetricMixture => &small_mixture::SYMMETRIC,
            Self::NormalScaleMixture => &small_mixture::NORMAL_SCALE,
            Self::TwoStateMarkov => &small_mixture::TWO_STATE_MARKOV,
            Self::NaiveBayes => &latent_class::NAIVE_BAYES,
            Self::LatentClass => &latent_class::LATENT_CLASS,
            Self::OffDiagonalGram => &gram::ABOUT,
            Self::OneFactor => &factor_analysis::ONE_FACTOR,
            Self::FactorAnalysis => &factor_analysis::FACTOR_ANALYSIS,
            Self::SymmetricFactorisation => &symmetric::FACTORISATION,
            Self::PrincipalComponents => &symmetric::PRINCIPAL_COMPONENTS,
            Self::GaussianLatentForest => &latent_forest::ABOUT,
            Self::BoltzmannMachine => &boltzmann::ZERO_TRUTH,
            Self::NonnegativeZero => &nonnegative::ZERO,
            Self::NonnegativePositive => &nonnegative::POSITIVE,
            Self::LatentDirichlet => &nonnegative::LATENT_DIRICHLET,
            Self::ConceptBottleneck => &bottleneck::FULL,
            Self::PartialBottleneck => &bottleneck::PARTIAL,
            Self::SoftmaxAttention => &attention::SOFTMAX,
            Self::LinearAttention => &attention::LINEAR,
            Self::TensorTwoTerms => &tensor::TWO_TERMS,
            Self::Superposition => &superposition::ABOUT,
            Self::SingleGerm => &single_germ::ABOUT,
            Self::MixtureBounds => &bounds::MIXTURE,
            Self::MarkovBounds => &bounds::MARKOV,
            Self::FactorAnalysisBounds => &factor_analysis::BOUNDS,
            Self::BoltzmannBounds => &boltzmann::BOUNDS,
            Self::NonnegativeBounds => &nonnegative::BOUNDS,
            Self::TensorBounds => &tensor::BOUNDS,
            Self::ReluBounds => &bounds::RELU,
        }
    }

    /// The name in words.
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert_eq!(Family::DeepLinear.name(), "deep linear network");
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        self.about().name
    }

    /// The name for programs, as in JSON: `deep-linear`.
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert_eq!(Family::DeepLinear.key(), "deep-linear");
    /// ```
    #[must_use]
    pub fn key(self) -> String {
        let mut key = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_uppercase() && !key.is_empty() {
                key.push('-');
            }
            key.extend(letter.to_lowercase());
        }
        key
    }

    /// Where the formula is published.
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert_eq!(Family::DeepLinear.source().authors(), "Aoyagi");
    /// ```
    #[must_use]
    pub fn source(self) -> Source {
        self.about().source
    }

    /// What must hold of model, truth and prior for the formula to apply.
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert!(Family::Regular.conditions().contains("positive definite"));
    /// ```
    #[must_use]
    pub fn conditions(self) -> &'static str {
        self.about().conditions
    }

    /// How far the formula is to be trusted.
    ///
    /// ```
    /// # use rlct::closed_form::{Family, Tier};
    /// assert_eq!(Family::QuadraticNetworkLocal.tier(), Tier::Published);
    /// ```
    #[must_use]
    pub fn tier(self) -> Tier {
        self.about().tier
    }

    /// Whether only bounds are known, a [`ClosedFormBounds`](super::ClosedFormBounds).
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert!(Family::MixtureBounds.gives_bounds() && !Family::FiniteMixture.gives_bounds());
    /// ```
    #[must_use]
    pub fn gives_bounds(self) -> bool {
        matches!(
            self,
            Self::MixtureBounds
                | Self::MarkovBounds
                | Self::FactorAnalysisBounds
                | Self::BoltzmannBounds
                | Self::NonnegativeBounds
                | Self::TensorBounds
                | Self::ReluBounds
        )
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
