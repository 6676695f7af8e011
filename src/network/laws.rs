//! Laws of every layer and head, on random networks.

use super::*;
use crate::loss::{Loss, Scalar};
use proptest::prelude::*;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const SMOOTH: [Layer; 6] = [
    Layer::Identity,
    Layer::Tanh,
    Layer::Sigmoid,
    Layer::Gelu,
    Layer::Softplus,
    Layer::Square,
];

fn activation() -> impl Strategy<Value = Layer> {
    let kinked = [Layer::Relu, Layer::LeakyRelu { slope: 0.1 }];
    prop::sample::select(SMOOTH.into_iter().chain(kinked).collect::<Vec<_>>())
}

fn with_parameters() -> impl Strategy<Value = Layer> {
    (1..5_usize, any::<bool>(), any::<bool>()).prop_map(|(size, bias, tied)| {
        if tied {
            Layer::Tied { hidden: size, bias }
        } else {
            Layer::Dense {
                outputs: size,
                bias,
            }
        }
    })
}

fn description() -> impl Strategy<Value = NetworkDescription> {
    let mean = prop::sample::select(vec![Reduction::Sum, Reduction::Mean]);
    let head = (0..3, 0.2..3.0, mean).prop_map(|(kind, variance, outputs)| match kind {
        0 => Head::SquaredError { variance, outputs },
        1 => Head::CrossEntropy,
        _ => Head::Logistic,
    });
    let embedding = (1..4_usize, any::<bool>(), any::<bool>(), 1..4_usize);
    let layer = prop_oneof![activation(), with_parameters()];
    let layers = prop::collection::vec(layer, 0..5);
    let last = (2..4_usize, any::<bool>(), prop::option::of(activation()));
    (embedding, any::<bool>(), layers, last, head).prop_map(
        |((width, shared, add, count), tokens, mut layers, (outputs, bias, last), head)| {
            let combine = if add {
                Combine::Add
            } else {
                Combine::Concatenate
            };
            let inputs = if tokens {
                let embedding = Layer::Embedding {
                    width,
                    shared,
                    combine,
                };
                layers.insert(0, embedding);
                Inputs::Tokens {
                    count,
                    vocabulary: 4,
                }
            } else {
                Inputs::Real(count)
            };
            layers.push(Layer::Dense { outputs, bias });
            layers.extend(last);
            NetworkDescription {
                inputs,
                layers,
                head,
            }
        },
    )
}

/// n random samples that fit.
fn data(network: &Network, n: usize, seed: u64) -> Dataset {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut table = |source: &str, columns: usize, below: usize| {
        let mut entry = || match below {
            0 => f64::normal(&mut rng),
            _ => rng.random_range(0..below) as f64,
        };
        let entries = (0..n * columns).map(|_| entry()).collect();
        Table::new(source, columns, entries).unwrap()
    };
    let inputs = match network.inputs() {
        Inputs::Real(width) => table("inputs", width, 0),
        Inputs::Tokens { count, vocabulary } => table("inputs", count, vocabulary),
    };
    let outputs = network.num_outputs();
    let targets = match network.head() {
        Head::SquaredError { .. } => table("targets", outputs, 0),
        Head::CrossEntropy => table("targets", 1, outputs),
        Head::Logistic => table("targets", outputs, 2),
    };
    Dataset::new(network, inputs, targets).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn gradients_are_differences_and_means_are_means(
        description in description(), n in 1..40_usize, seed: u64,
    ) {
        let network = Network::new(&description).unwrap();
        let loss = NetworkLoss::<f64>::new(&network, &data(&network, n, seed)).unwrap();
        let w: Vec<f64> = network.initial(seed ^ 1);
        // What stands in the scratch or the gradient before is of no meaning.
        let mut scratch = vec![f64::NAN; loss.scratch_len()];
        let mut gradient = vec![f64::NAN; w.len()];
        let value = loss.gradient(&w, &mut gradient, &mut scratch);
        prop_assert!(value.is_finite());
        prop_assert_eq!(loss.value(&w, &mut scratch), value);
        let scale = gradient.iter().fold(value.abs().max(1e-3), |m, g| m.max(g.abs()));
        for i in 0..w.len() {
            let mut at = |h: f64| {
                let mut moved = w.clone();
                moved[i] += h;
                loss.value(&moved, &mut scratch)
            };
            // Of fourth order; a kink within 2·10⁻⁴ costs accuracy, and is then looked at closely.
            let h = 1e-4;
            let wide = (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h);
            let h = 1e-7;
            let narrow = (at(h) - at(-h)) / (2.0 * h);
            let error = (gradient[i] - wide).abs();
            let kinked = (wide - narrow).abs() > 1e-5 * scale;
            prop_assert!(
                error < 1e-6 * scale || kinked && (gradient[i] - narrow).abs() < 1e-5 * scale,
                "{i}: {} {wide} {narrow}", gradient[i]
            );
        }
        let mut values = vec![f64::NAN; n];
        loss.sample_values(&w, &mut values, &mut scratch);
        prop_assert!((values.iter().sum::<f64>() / n as f64 - value).abs() < 1e-12 * scale);
        for (i, &value) in values.iter().enumerate() {
            let single = loss.batch_value(&w, &[i as u32], &mut scratch);
            prop_assert!((single - value).abs() < 1e-11 * (1.0 + value.abs()));
        }
        // A batch with repetitions: the mean of the gradients of its samples.
        let batch: Vec<u32> = (0..7).map(|k| (k * k) % n as u32).collect();
        let mut of_batch = vec![f64::NAN; w.len()];
        let mut of_sample = vec![f64::NAN; w.len()];
        let mean = loss.batch_gradient(&w, &batch, &mut of_batch, &mut scratch);
        let mut sum = 0.0;
        for i in &batch {
            sum += loss.batch_gradient(&w, &[*i], &mut of_sample, &mut scratch) / 7.0;
            of_batch.iter_mut().zip(&of_sample).for_each(|(b, s)| *b -= s / 7.0);
        }
        let largest = values.iter().fold(scale, |m, v| m.max(v.abs()));
        prop_assert!((mean - sum).abs() < 1e-11 * largest);
        prop_assert!(of_batch.iter().all(|b| b.abs() < 1e-10 * (1.0 + largest * 10.0)));
    }

    #[test]
    fn single_precision_is_double_precision_rounded(
        description in description(), n in 1..40_usize, seed: u64,
    ) {
        let network = Network::new(&description).unwrap();
        let data = data(&network, n, seed);
        let double = NetworkLoss::<f64>::new(&network, &data).unwrap();
        let single = NetworkLoss::<f32>::new(&network, &data).unwrap();
        let w: Vec<f32> = network.initial(seed ^ 1);
        let wide: Vec<f64> = w.iter().map(|&w| f64::from(w)).collect();
        let mut expected = vec![f64::NAN; w.len()];
        let mut found = vec![f32::NAN; w.len()];
        let value = double.gradient(&wide, &mut expected, &mut vec![f64::NAN; double.scratch_len()]);
        let close = single.gradient(&w, &mut found, &mut vec![f32::NAN; single.scratch_len()]);
        let scale = expected.iter().fold(1.0 + value.abs(), |m, g| m.max(g.abs()));
        prop_assert!((f64::from(close) - value).abs() < 1e-5 * scale, "{close} {value}");
        for (a, b) in expected.iter().zip(&found) {
            // A sample within rounding of a kink may fall on its other side; 1/n of it is seen.
            let kinks = description.layers.iter().any(|l| {
                matches!(l, Layer::Relu | Layer::LeakyRelu { .. })
            });
            let tolerance = if kinks { 1e-3 } else { 2e-5 };
            prop_assert!((a - f64::from(*b)).abs() < tolerance * scale, "{a} {b}");
        }
    }
}

/// f(x) by its definition, one number at a time, against the loss: two tied layers are not two
/// dense ones, and a softmax of large numbers does not overflow.
#[test]
fn values_are_those_of_the_definitions() {
    let json = r#"{"inputs": {"real": 3}, "layers": [{"tied": {"hidden": 2}}, "relu"],
        "head": {"squared_error": {"variance": 0.5}}}"#;
    let network = Network::new(&NetworkDescription::parse(json).unwrap()).unwrap();
    let w: Vec<f64> = network.initial(3);
    let x = [0.3, -0.2, 0.9];
    let table = |source: &str| Table::new(source, 3, x.to_vec()).unwrap();
    let data = Dataset::new(&network, table("x"), table("y")).unwrap();
    let loss = NetworkLoss::<f64>::new(&network, &data).unwrap();
    let mut direct = 0.0;
    for j in 0..3 {
        let mut f = w[6 + j];
        for h in 0..2 {
            let hidden: f64 = (0..3).map(|i| w[3 * h + i] * x[i]).sum();
            f += w[3 * h + j] * hidden;
        }
        direct += (f.max(0.0) - x[j]).powi(2);
    }
    let mut scratch = vec![0.0; loss.scratch_len()];
    assert!((loss.value(&w, &mut scratch) - direct).abs() < 1e-15);

    let description = NetworkDescription::perceptron(&[1, 3], Activation::Tanh, Head::CrossEntropy);
    let network = Network::new(&description).unwrap();
    let table = |x| Table::new("one", 1, vec![x]).unwrap();
    let data = Dataset::new(&network, table(1.0), table(2.0)).unwrap();
    let loss = NetworkLoss::<f64>::new(&network, &data).unwrap();
    let mut scratch = vec![0.0; loss.scratch_len()];
    let value = loss.value(&[1000.0, 0.0, -1000.0, 0.0, 0.0, 0.0], &mut scratch);
    assert_eq!(value, 2000.0);
    assert_eq!(loss.accuracy(&[0.0, 0.0, 1.0, 0.0, 0.0, 0.0]), Some(1.0));
}

#[test]
fn several_blocks_are_the_mean_of_their_samples() {
    let json = r#"{"inputs": {"tokens": {"count": 2, "vocabulary": 5}}, "layers": [
        {"embedding": {"width": 3, "shared": false}}, "tanh", {"dense": {"outputs": 4}}, "gelu",
        {"dense": {"outputs": 3}}], "head": "cross_entropy"}"#;
    let network = Network::new(&NetworkDescription::parse(json).unwrap()).unwrap();
    let data = data(&network, 700, 1);
    let loss = NetworkLoss::<f64>::new(&network, &data).unwrap();
    let w: Vec<f64> = network.initial(2);
    let mut scratch = vec![f64::NAN; loss.scratch_len()];
    let (mut whole, mut half) = (vec![f64::NAN; w.len()], vec![f64::NAN; w.len()]);
    loss.gradient(&w, &mut whole, &mut scratch);
    let all: Vec<u32> = (0..700).collect();
    for part in all.chunks(350) {
        loss.batch_gradient(&w, part, &mut half, &mut scratch);
        whole.iter_mut().zip(&half).for_each(|(w, h)| *w -= h / 2.0);
    }
    assert!(whole.iter().all(|w| w.abs() < 1e-14), "{whole:?}");
}

#[test]
fn what_cannot_be_is_an_error_that_names_its_place() {
    let error = |json: &str| {
        let description = NetworkDescription::parse(json);
        let network = description.and_then(|d| Network::new(&d));
        network.unwrap_err().to_string()
    };
    let layers = |layers: &str| {
        error(&format!(
            r#"{{"inputs": {{"real": 2}}, "layers": [{layers}], "head": "cross_entropy"}}"#
        ))
    };
    assert_eq!(
        layers(r#"{"dense": {"outputs": 0}}"#),
        "layer 0: its width is 0"
    );
    assert!(layers(r#"{"dense": {"outputs": 1}}"#).starts_with("head: cross entropy needs"));
    assert!(layers(r#""tanh""#).starts_with("layers: the last layer with parameters"));
    assert!(layers(r#"{"dense": {"width": 3}}"#).starts_with("line 1, column"));
    let embedding = r#"{"embedding": {"width": 2}}"#;
    assert!(layers(embedding).starts_with("layer 0: an embedding needs tokens"));
    let huge = r#"{"dense": {"outputs": 16777216}}, {"dense": {"outputs": 16777216}}"#;
    assert!(layers(huge).starts_with("layer 1 brings the number of parameters above"));
    let slope = r#"{"leaky_relu": {"slope": -1}}, {"dense": {"outputs": 3}}"#;
    assert!(layers(slope).starts_with("layer 0: the slope"));

    let description = NetworkDescription::perceptron(&[2, 3], Activation::Relu, Head::CrossEntropy);
    let network = Network::new(&description).unwrap();
    let mask = network.only(&["layer1"]).unwrap_err().to_string();
    assert_eq!(
        mask,
        "no parameter is called `layer1`; there are: layer0.weight, layer0.bias"
    );
    assert_eq!(
        network.all_but(&["dense"]).unwrap_err(),
        NetworkError::NothingMoves
    );
    let table = |columns, entries: &[f64]| Table::new("t", columns, entries.to_vec()).unwrap();
    let refused = |x, y| Dataset::new(&network, x, y).unwrap_err().to_string();
    let y = || table(1, &[0.0, 2.0]);
    assert_eq!(
        refused(table(2, &[0.0, 1.0, f64::NAN, 0.0]), y()),
        "t, row 1, column 0: NaN is not a finite number"
    );
    assert_eq!(
        refused(table(1, &[0.0; 2]), y()),
        "t has 1 columns, expected 2"
    );
    assert_eq!(
        refused(table(2, &[0.0; 6]), y()),
        "t has 2 rows, expected 3"
    );
    assert_eq!(
        refused(table(2, &[0.0; 4]), table(1, &[0.5, 1.0])),
        "t, row 0, column 0: 0.5 is not an integer from 0 to 2"
    );
    assert_eq!(refused(table(2, &[]), y()), "t has no samples (n = 0)");
    assert!(network.check(&[0.0_f32; 8]).is_err());
    let mut w = [0.0_f32; 9];
    w[7] = f32::NAN;
    let error = network.check(&w).unwrap_err().to_string();
    assert_eq!(error, "entry 1 of layer0.bias is NaN, which is not finite");
}

#[test]
fn descriptions_go_through_json_and_back() {
    let json = r#"{"inputs": {"tokens": {"vocabulary": 7}}, "layers": [{"embedding": {"width": 2}},
        {"dense": {"outputs": 3, "bias": false}}, {"leaky_relu": {}}, {"tied": {"hidden": 1}}],
        "head": {"squared_error": {"variance": 2.0, "outputs": "mean"}}}"#;
    let description = NetworkDescription::parse(json).unwrap();
    let again = serde_json::to_string(&description).unwrap();
    assert_eq!(NetworkDescription::parse(&again).unwrap(), description);
}
