//! The direction of cone descent.

use crate::loss::Scalar;
use rand::Rng;

/// Writes into `direction` the unit vector d that, among those within an angle α of −g, has the
/// least scalar product with x − x₀: downhill, and as far back towards the anchor x₀ as the cone
/// allows. With h = −g/|g| and u = −(x − x₀)/|x − x₀|,
///
/// d = u if u·h ≥ cos α, else cos α · h + sin α · (u − (u·h)h)/|u − (u·h)h|.
///
/// Where u does not single out a direction (x = x₀, or u and h on one line) a random unit vector
/// orthogonal to h is taken for the last factor. α = 0 is h itself, normalised gradient descent.
/// Returns false, and zeros, where g = 0 or not finite: there is nothing downhill.
///
/// All slices have one length. Steps along d with α < π/2 go downhill for small rates, so that all
/// minima of the loss stay where they are; what changes is which of them is reached.
///
/// # Examples
///
/// ```
/// use rand::SeedableRng;
/// use rlct::network::cone_direction;
///
/// let mut rng = rand::rngs::ChaCha8Rng::seed_from_u64(1);
/// let mut d = [0.0; 2];
/// // downhill is (−1, 0), the anchor lies in direction (0, −1), the cone is 30° wide
/// let angle = std::f64::consts::FRAC_PI_6;
/// assert!(cone_direction(&[2.0, 0.0], &[0.0, 3.0], &[0.0, 0.0], angle, &mut rng, &mut d));
/// assert!((d[0] + angle.cos()).abs() < 1e-15 && (d[1] + 0.5).abs() < 1e-15);
/// ```
pub fn cone_direction<T: Scalar, R: Rng + ?Sized>(
    gradient: &[T],
    x: &[T],
    anchor: &[T],
    angle: f64,
    rng: &mut R,
    direction: &mut [T],
) -> bool {
    let norm = |squares: f64| squares.sqrt();
    let steepness = norm(gradient.iter().map(|g| g.float().powi(2)).sum());
    if steepness == 0.0 || !steepness.is_finite() {
        direction.fill(T::of(0.0));
        return false;
    }
    let h = |i: usize| -gradient[i].float() / steepness;
    let all = 0..gradient.len();
    if angle == 0.0 {
        for i in all {
            direction[i] = T::of(h(i));
        }
        return true;
    }
    let away = |i: usize| x[i].float() - anchor[i].float();
    let distance = norm(all.clone().map(|i| away(i).powi(2)).sum());
    let (sine, cosine) = angle.sin_cos();
    if distance > 0.0 {
        let u = |i: usize| -away(i) / distance;
        let along: f64 = all.clone().map(|i| u(i) * h(i)).sum();
        if along >= cosine {
            for i in all {
                direction[i] = T::of(u(i));
            }
            return true;
        }
        let across = |i: usize| u(i) - along * h(i);
        let width = norm(all.clone().map(|i| across(i).powi(2)).sum());
        // what rounding alone leaves is no direction
        if width > 1e-12 {
            for i in all {
                direction[i] = T::of(cosine * h(i) + sine * across(i) / width);
            }
            return true;
        }
    }
    for entry in direction.iter_mut() {
        *entry = T::normal(rng);
    }
    let along: f64 = all.clone().map(|i| direction[i].float() * h(i)).sum();
    let across = |i: usize, d: &[T]| d[i].float() - along * h(i);
    let width = norm(all.clone().map(|i| across(i, direction).powi(2)).sum());
    // in one dimension nothing is orthogonal to h
    let share = if width > 1e-12 { sine / width } else { 0.0 };
    for i in all {
        let across = across(i, direction);
        direction[i] = T::of(if share > 0.0 {
            cosine * h(i) + share * across
        } else {
            h(i)
        });
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    fn dot(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    fn normals(rng: &mut ChaCha8Rng, d: usize) -> Vec<f64> {
        (0..d).map(|_| f64::normal(rng)).collect()
    }

    #[test]
    fn the_direction_is_in_the_cone_and_nothing_in_it_is_better() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        for problem in 0..60 {
            let d = 2 + problem % 7;
            let angle = 1.5 * (f64::from(problem as u32) + 1.0) / 60.0;
            let (g, x, anchor) = (
                normals(&mut rng, d),
                normals(&mut rng, d),
                normals(&mut rng, d),
            );
            let mut best = vec![0.0; d];
            assert!(cone_direction(&g, &x, &anchor, angle, &mut rng, &mut best));
            let length = dot(&g, &g).sqrt();
            let h: Vec<f64> = g.iter().map(|g| -g / length).collect();
            assert!((dot(&best, &best) - 1.0).abs() < 1e-12);
            assert!(dot(&best, &h) >= angle.cos() - 1e-12, "{problem}");
            let away: Vec<f64> = x.iter().zip(&anchor).map(|(x, a)| x - a).collect();
            for _ in 0..500 {
                // a random unit vector of the cone
                let mut v = normals(&mut rng, d);
                let along = dot(&v, &h);
                v.iter_mut().zip(&h).for_each(|(v, h)| *v -= along * h);
                let width = dot(&v, &v).sqrt();
                let tilt = angle * f64::from(rng.next_u32()) / f64::from(u32::MAX);
                let v: Vec<f64> = v
                    .iter()
                    .zip(&h)
                    .map(|(v, h)| tilt.cos() * h + tilt.sin() * v / width)
                    .collect();
                assert!(dot(&v, &away) >= dot(&best, &away) - 1e-12, "{problem}");
            }
        }
    }

    #[test]
    fn what_the_formula_leaves_open_is_settled() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let g = [3.0, 4.0];
        let mut d = [0.0; 2];
        // bit for bit normalised gradient descent
        assert!(cone_direction(
            &g,
            &[1.0, 2.0],
            &[0.0; 2],
            0.0,
            &mut rng,
            &mut d
        ));
        assert_eq!(d, [-3.0 / 5.0, -4.0 / 5.0]);
        // at the anchor, and where u is −h
        for x in [[0.0, 0.0], [-3.0, -4.0]] {
            assert!(cone_direction(&g, &x, &[0.0; 2], 0.5, &mut rng, &mut d));
            let along = -(3.0 * d[0] + 4.0 * d[1]) / 5.0;
            assert!((along - 0.5_f64.cos()).abs() < 1e-12, "{d:?}");
            assert!((dot(&d, &d) - 1.0).abs() < 1e-12);
        }
        let mut one = [0.0];
        assert!(cone_direction(
            &[2.0],
            &[1.0],
            &[1.0],
            0.5,
            &mut rng,
            &mut one
        ));
        assert_eq!(one, [-1.0]);
        assert!(!cone_direction(
            &[0.0],
            &[1.0],
            &[0.0],
            0.5,
            &mut rng,
            &mut one
        ));
        assert_eq!(one, [0.0]);
    }
}
