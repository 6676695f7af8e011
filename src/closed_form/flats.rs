//! The flats of a central arrangement of hyperplanes.

use crate::algebra::{Rational, rank};
use std::collections::BTreeSet;

/// More flats, or more hyperplanes, are not looked at.
const MOST_FLATS: usize = 20_000;
const MOST_HYPERPLANES: usize = 128;

/// Sets of flats that are tried for the largest nested one.
const MOST_TRIES: usize = 100_000;

/// Hyperplanes by number, as bits.
type Set = u128;

/// A flat, by the hyperplanes that contain it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Flat {
    hyperplanes: Set,
    codimension: usize,
}

impl Flat {
    fn contains(&self, other: &Self) -> bool {
        self.hyperplanes & other.hyperplanes == self.hyperplanes
    }
}

/// The irreducible flats, and what it takes to intersect them.
pub(super) struct Flats {
    forms: Vec<Vec<Rational>>,
    multiplicities: Vec<u64>,
    irreducible: Vec<Flat>,
    rank: usize,
}

impl Flats {
    /// `None` if there are too many.
    pub(super) fn of(forms: &[(Vec<Rational>, u32)]) -> Option<Self> {
        let mut flats = Self {
            forms: Vec::new(),
            multiplicities: Vec::new(),
            irreducible: Vec::new(),
            rank: 0,
        };
        for (form, s) in forms {
            let same = |other: &Vec<Rational>| rank(&[form.clone(), other.clone()]) == 1;
            match flats.forms.iter().position(same) {
                Some(i) => flats.multiplicities[i] += u64::from(*s),
                None => {
                    flats.forms.push(form.clone());
                    flats.multiplicities.push(u64::from(*s));
                }
            }
        }
        flats.rank = rank(&flats.forms);
        let n = flats.forms.len();
        if n > MOST_HYPERPLANES {
            return None;
        }
        let mut known: BTreeSet<Set> = BTreeSet::new();
        let mut level: BTreeSet<Set> = (0..n).map(|i| 1 << i).collect();
        while !level.is_empty() {
            known.extend(&level);
            let mut next = BTreeSet::new();
            for flat in &level {
                let mut covered = *flat;
                for i in 0..n {
                    if covered >> i & 1 == 1 {
                        continue;
                    }
                    // the flats one codimension deeper divide the other hyperplanes
                    let deeper = flats.closure(flat | 1 << i).hyperplanes;
                    covered |= deeper;
                    next.insert(deeper);
                }
                if known.len() + next.len() > MOST_FLATS {
                    return None;
                }
            }
            level = next;
        }
        let all: Vec<Flat> = known.into_iter().map(|set| flats.closure(set)).collect();
        flats.irreducible = all
            .into_iter()
            .filter(|f| flats.is_irreducible(f))
            .collect();
        Some(flats)
    }

    fn members(&self, set: Set) -> impl Iterator<Item = usize> {
        (0..self.forms.len()).filter(move |i| set >> i & 1 == 1)
    }

    fn rows(&self, set: Set) -> Vec<Vec<Rational>> {
        self.members(set).map(|i| self.forms[i].clone()).collect()
    }

    /// The flat of all hyperplanes that contain the intersection of some.
    fn closure(&self, set: Set) -> Flat {
        let mut basis: Vec<Vec<Rational>> = Vec::new();
        for row in self.rows(set) {
            basis.push(row);
            if rank(&basis) < basis.len() {
                basis.pop();
            }
        }
        let codimension = basis.len();
        let mut hyperplanes = set;
        for (i, form) in self.forms.iter().enumerate() {
            if hyperplanes >> i & 1 == 1 {
                continue;
            }
            basis.push(form.clone());
            if rank(&basis) == codimension {
                hyperplanes |= 1 << i;
            }
            basis.pop();
        }
        Flat {
            hyperplanes,
            codimension,
        }
    }

    /// Whether the forms of a flat are no union of two sets in independent directions: whether the
    /// graph between a basis and the forms that need its members is connected.
    fn is_irreducible(&self, flat: &Flat) -> bool {
        let members: Vec<usize> = self.members(flat.hyperplanes).collect();
        let mut basis: Vec<usize> = Vec::new();
        let of = |list: &[usize]| -> Vec<Vec<Rational>> {
            list.iter().map(|&i| self.forms[i].clone()).collect()
        };
        for &i in &members {
            basis.push(i);
            if rank(&of(&basis)) < basis.len() {
                basis.pop();
            }
        }
        // the basis members that the first one is tied to
        let mut tied: BTreeSet<usize> = basis.first().copied().into_iter().collect();
        let needs = |i: usize| -> BTreeSet<usize> {
            let needed = |b: &&usize| {
                let others = basis.iter().filter(|c| c != b).copied().chain([i]);
                rank(&of(&others.collect::<Vec<_>>())) == basis.len()
            };
            basis.iter().filter(needed).copied().collect()
        };
        let mut circuits: Vec<BTreeSet<usize>> = members
            .iter()
            .filter(|i| !basis.contains(i))
            .map(|&i| needs(i))
            .collect();
        loop {
            let before = tied.len();
            circuits.retain(|circuit| {
                let meets = circuit.iter().any(|b| tied.contains(b));
                if meets {
                    tied.extend(circuit);
                }
                !meets
            });
            if tied.len() == before {
                return tied.len() == basis.len();
            }
        }
    }

    /// The least codim(W)/Σ s, and the size of the largest nested set of irreducible flats that
    /// attain it; `None` if that takes too long to find.
    pub(super) fn least(&self) -> Option<(Rational, usize)> {
        let ratio = |flat: &Flat| {
            let sum: u64 = self
                .members(flat.hyperplanes)
                .map(|i| self.multiplicities[i])
                .sum();
            Some(Rational::from(flat.codimension) / Rational::from(i64::try_from(sum).ok()?))
        };
        let ratios: Vec<Rational> = self.irreducible.iter().map(ratio).collect::<Option<_>>()?;
        let least = ratios.iter().min()?.clone();
        let pairs = self.irreducible.iter().zip(&ratios);
        let attaining: Vec<Flat> = pairs
            .filter(|(_, r)| **r == least)
            .map(|(f, _)| *f)
            .collect();
        let mut search = Nested {
            flats: self,
            attaining: &attaining,
            largest: 0,
            tries: 0,
        };
        search.extend(0, &mut Vec::new())?;
        Some((least, search.largest))
    }
}

/// The search for the largest nested set.
struct Nested<'a> {
    flats: &'a Flats,
    attaining: &'a [Flat],
    largest: usize,
    tries: usize,
}

impl Nested<'_> {
    fn extend(&mut self, from: usize, chosen: &mut Vec<Flat>) -> Option<()> {
        self.largest = self.largest.max(chosen.len());
        for next in from..self.attaining.len() {
            // a nested set has at most as many flats as there are independent directions
            if self.largest == self.flats.rank
                || chosen.len() + (self.attaining.len() - next) <= self.largest
            {
                return Some(());
            }
            self.tries += 1;
            if self.tries > MOST_TRIES {
                return None;
            }
            let flat = self.attaining[next];
            if self.is_nested_with(&flat, chosen) {
                chosen.push(flat);
                self.extend(next + 1, chosen)?;
                chosen.pop();
            }
        }
        Some(())
    }

    /// Whether the flat and the deepest of those that it is not comparable with intersect in a
    /// direct sum: then so do all smaller selections.
    fn is_nested_with(&self, flat: &Flat, chosen: &[Flat]) -> bool {
        let is_apart = |other: &&Flat| !flat.contains(other) && !other.contains(flat);
        let apart: Vec<&Flat> = chosen.iter().filter(is_apart).collect();
        let is_deepest = |f: &&&Flat| {
            !apart
                .iter()
                .any(|g| g.hyperplanes != f.hyperplanes && f.contains(g))
        };
        let deepest: Vec<&&Flat> = apart.iter().filter(is_deepest).collect();
        if deepest.is_empty() {
            return true;
        }
        let all = deepest
            .iter()
            .fold(flat.hyperplanes, |set, f| set | f.hyperplanes);
        let codimensions: usize = deepest.iter().map(|f| f.codimension).sum();
        let join = self.flats.closure(all);
        join.hyperplanes == all && join.codimension == flat.codimension + codimensions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn least(forms: &[&[i64]], multiplicities: &[u32]) -> (String, usize) {
        let form = |l: &&[i64]| l.iter().map(|&c| Rational::from(c)).collect();
        let forms: Vec<(Vec<Rational>, u32)> = forms
            .iter()
            .map(form)
            .zip(multiplicities.iter().copied())
            .collect();
        let (ratio, m) = Flats::of(&forms).unwrap().least().unwrap();
        (ratio.to_string(), m)
    }

    #[test]
    fn coordinates_are_normal_crossings() {
        let forms: [&[i64]; 3] = [&[1, 0, 0], &[0, 2, 0], &[0, 0, -1]];
        assert_eq!(least(&forms, &[1, 1, 1]), ("1".into(), 3));
        assert_eq!(least(&forms, &[2, 1, 2]), ("1/2".into(), 2));
    }

    #[test]
    fn equal_hyperplanes_are_one() {
        assert_eq!(
            least(&[&[1, 1], &[-2, -2], &[0, 1]], &[1, 2, 1]),
            ("1/3".into(), 1)
        );
    }

    #[test]
    fn a_line_and_a_plane_that_tie_are_nested() {
        // x·y·(x − y)·(x + y)·z²: 2/4 at the line x = y = 0, 1/2 at the plane z = 0
        let forms: [&[i64]; 5] = [&[1, 0, 0], &[0, 1, 0], &[1, -1, 0], &[1, 1, 0], &[0, 0, 1]];
        assert_eq!(least(&forms, &[1, 1, 1, 1, 2]), ("1/2".into(), 2));
        // two lines of three planes each, in independent directions
        let two: [&[i64]; 6] = [
            &[1, 0, 0, 0],
            &[0, 1, 0, 0],
            &[1, 1, 0, 0],
            &[0, 0, 1, 0],
            &[0, 0, 0, 1],
            &[0, 0, 1, 1],
        ];
        assert_eq!(least(&two, &[1; 6]), ("2/3".into(), 2));
    }

    #[test]
    fn the_braid_arrangement_has_its_value() {
        let mut forms: Vec<(Vec<Rational>, u32)> = Vec::new();
        for i in 0..5 {
            for j in 0..i {
                let entry = |k| Rational::from(i64::from(k == i) - i64::from(k == j));
                forms.push(((0..5).map(entry).collect(), 1));
            }
        }
        let flats = Flats::of(&forms).unwrap();
        assert_eq!(flats.least().unwrap(), (Rational::new(2, 5).unwrap(), 1));
        // one for each set of two or more of the five coordinates
        assert_eq!(flats.irreducible.len(), 26);
    }
}
