use super::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

fn random(rows: usize, columns: usize, size: i64, rng: &mut ChaCha8Rng) -> RationalMatrix {
    RationalMatrix::from_fn(rows, columns, |_, _| {
        Rational::from(rng.random_range(-size..=size))
    })
}

/// A random matrix of a known rank with probability nearly 1; elimination tells.
fn of_rank(m: usize, n: usize, r: usize, size: i64, seed: u64) -> RationalMatrix {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (a, b) = (random(m, r, size, &mut rng), random(r, n, size, &mut rng));
    a.product(&b).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        rng_seed: RngSeed::Fixed(6),
        ..ProptestConfig::default()
    })]

    #[test]
    fn proofs_agree_with_elimination(
        m in 0_usize..7,
        n in 0_usize..7,
        r in 0_usize..7,
        seed in any::<u64>(),
        digits in 0_u32..15,
    ) {
        let matrix = of_rank(m, n, r.min(m).min(n), 10_i64.pow(digits), seed);
        let proof = matrix.rank();
        prop_assert!(proof.proves(&matrix));
        prop_assert_eq!(proof.rank(), matrix.rank_by_elimination());
        let rows: Vec<Vec<Rational>> = (0..m).map(|i| matrix.row(i).to_vec()).collect();
        prop_assert_eq!(proof.rank(), rank(&rows));
        prop_assert_eq!(proof.rank(), matrix.transpose().rank().rank());
    }
}

#[test]
fn large_entries_and_fractions() {
    // entries of 200 bits take the path of big integers
    let tall = Rational::from(10).pow(60);
    let matrix = RationalMatrix::from_fn(5, 6, |i, j| {
        &tall * Rational::from((i + 1) * (j + 2)) + Rational::from(i) / Rational::from(j + 1)
    });
    let proof = matrix.rank();
    assert!(proof.proves(&matrix));
    assert_eq!(proof.rank(), matrix.rank_by_elimination());
    assert_eq!(proof.rank(), 2);
}

#[test]
fn a_prime_that_divides_everything_is_left() {
    let p = Rational::from((1_i64 << 61) - 1);
    let entries = [Rational::ONE, Rational::ZERO, Rational::ZERO, p];
    let rows = [
        vec![entries[0].clone(), entries[0].clone()],
        vec![entries[0].clone(), &entries[0] + &entries[3]],
    ];
    let matrix = RationalMatrix::from_rows(rows).unwrap();
    let proof = matrix.rank();
    assert_eq!(proof.rank(), 2);
    assert_ne!(proof.prime(), (1 << 61) - 1);
    assert!(proof.proves(&matrix));
}

#[test]
fn a_forged_proof_is_refused() {
    let matrix = of_rank(4, 5, 2, 9, 1);
    let proof = matrix.rank();
    let mut longer = proof.clone();
    longer.rows.push(3);
    longer.columns.push(4);
    longer.null_basis.pop();
    assert!(!longer.proves(&matrix));
    let mut wrong = proof.clone();
    wrong.null_basis[0][0] += Rational::ONE;
    assert!(!wrong.proves(&matrix));
    let mut twice = proof;
    twice.null_basis[1] = twice.null_basis[0].clone();
    assert!(!twice.proves(&matrix));
}

#[test]
fn empty_and_zero_matrices_have_rank_zero() {
    for (m, n) in [(0, 0), (0, 4), (4, 0), (3, 2)] {
        let matrix = RationalMatrix::from_fn(m, n, |_, _| Rational::ZERO);
        let proof = matrix.rank();
        assert_eq!((proof.rank(), proof.null_basis().len()), (0, n));
        assert!(proof.proves(&matrix));
    }
}

#[test]
fn determinants_of_vandermonde_matrices() {
    let x: Vec<Rational> = ["1/2", "-3", "5", "7/3"]
        .map(|t| t.parse().unwrap())
        .to_vec();
    let matrix = RationalMatrix::from_fn(4, 4, |i, j| x[i].pow(j as u32));
    let mut product = Rational::ONE;
    for j in 0..4 {
        for i in 0..j {
            product *= &x[j] - &x[i];
        }
    }
    assert_eq!(matrix.determinant().unwrap(), product);
    assert!(
        matrix
            .transpose()
            .product(&random(3, 1, 2, &mut ChaCha8Rng::seed_from_u64(0)))
            .is_err()
    );
}
