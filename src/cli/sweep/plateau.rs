//! Where U(t) does not depend on the settings of the sampler.

/// A cell of a grid as the search for a plateau sees it: its place along each axis, of which
/// the last is that of the temperature, U(t) and its standard error; only cells that have
/// converged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Candidate {
    pub(super) place: [usize; 3],
    pub(super) energy: f64,
    pub(super) standard_error: f64,
}

/// Neighbours agree within three standard errors of their difference, or within this part.
const PART: f64 = 0.02;

impl Candidate {
    /// Whether it is a neighbour at the same temperature and agrees: U depends on t, so that values
    /// at different temperatures are not of one quantity.
    fn agrees(&self, other: &Self) -> bool {
        let apart: usize = (0..2).map(|i| self.place[i].abs_diff(other.place[i])).sum();
        let error = self.standard_error.hypot(other.standard_error);
        let allowed = (3.0 * error).max(PART * self.energy.abs());
        let neighbours = apart == 1 && self.place[2] == other.place[2];
        neighbours && (self.energy - other.energy).abs() <= allowed
    }
}

/// The largest connected set of candidates of which neighbours agree, by index; empty if there is
/// none of at least two.
pub(super) fn plateau(candidates: &[Candidate]) -> Vec<usize> {
    let mut seen = vec![false; candidates.len()];
    let mut largest = Vec::new();
    for start in 0..candidates.len() {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        let mut set = vec![start];
        let mut next = 0;
        while next < set.len() {
            let here = set[next];
            next += 1;
            for other in 0..candidates.len() {
                if !seen[other] && candidates[here].agrees(&candidates[other]) {
                    seen[other] = true;
                    set.push(other);
                }
            }
        }
        if set.len() > largest.len() {
            largest = set;
        }
    }
    if largest.len() < 2 {
        return Vec::new();
    }
    largest.sort_unstable();
    largest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_agreeing_neighbourhood_is_found() {
        let cell = |step, localization, energy| Candidate {
            place: [step, localization, 0],
            energy,
            standard_error: 0.01,
        };
        // a plateau of three, a step away a biased pair, and a cell that agrees from afar
        let cells = [
            cell(0, 0, 0.50),
            cell(1, 0, 0.51),
            cell(1, 1, 0.49),
            cell(2, 0, 0.70),
            cell(3, 0, 0.72),
            cell(5, 0, 0.50),
        ];
        assert_eq!(plateau(&cells), [0, 1, 2]);
        assert!(plateau(&cells[..1]).is_empty());
        assert!(plateau(&[]).is_empty());
    }

    #[test]
    fn no_plateau_reaches_over_temperatures() {
        let cell = |step, temperature| Candidate {
            place: [step, 0, temperature],
            energy: 0.5,
            standard_error: 0.01,
        };
        // equal energies everywhere: two cells at one temperature, three at the next
        let cells = [cell(0, 0), cell(1, 0), cell(0, 1), cell(1, 1), cell(2, 1)];
        assert_eq!(plateau(&cells), [2, 3, 4]);
        assert!(plateau(&[cell(0, 0), cell(0, 1)]).is_empty());
    }
}
