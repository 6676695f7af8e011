//! Factors over ℚ from finer ones, modulo a prime or as power series.

/// The factors of p that products of some of `parts` stand for, the fewest parts first, and what is
/// left of p. `divide` gives the quotient of p by the factor that some parts stand for, and this
/// factor, if it divides; `stop` ends the search.
pub(super) fn recombined<P, F>(
    mut p: P,
    mut parts: Vec<F>,
    mut divide: impl FnMut(&P, &[&F]) -> Option<(P, P)>,
    stop: impl Fn() -> bool,
) -> Vec<P> {
    let mut found = Vec::new();
    let mut size = 1;
    while 2 * size <= parts.len() {
        let mut sets = (0..1_u32 << parts.len()).filter(|set| set.count_ones() as usize == size);
        let divisor = sets.find_map(|set| {
            let numbered = parts.iter().enumerate();
            let chosen: Vec<&F> = numbered
                .filter(|(i, _)| set >> i & 1 == 1)
                .map(|(_, part)| part)
                .collect();
            Some((set, divide(&p, &chosen)?))
        });
        if stop() {
            break;
        }
        match divisor {
            Some((set, (quotient, factor))) => {
                found.push(factor);
                p = quotient;
                let mut number = 0..;
                parts.retain(|_| number.next().is_some_and(|i: u32| set >> i & 1 == 0));
            }
            None => size += 1,
        }
    }
    found.push(p);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_from_their_primes() {
        // Only 6 and 35 count as factors of 210.
        let divide = |p: &u32, parts: &[&u32]| {
            let factor: u32 = parts.iter().copied().product();
            ([6, 35].contains(&factor) && *p > factor).then(|| (p / factor, factor))
        };
        let parts = vec![2, 5, 3, 7];
        assert_eq!(recombined(210, parts.clone(), divide, || false), [6, 35]);
        assert_eq!(recombined(210, parts, divide, || true), [210]);
    }
}
