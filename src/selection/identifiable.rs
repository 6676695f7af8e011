//! How many latent classes their features identify (Allman, Matias & Rhodes 2009).

/// Whether the features fall into three groups of κ₁, κ₂, κ₃ joint states with
/// Σ min(r, κ) ≥ 2r + 2: then r classes are generically identifiable.
pub(super) fn identifiable(states: &[usize], classes: usize) -> bool {
    if classes == 1 {
        return true;
    }
    // sizes above r count as r, so that few different triples are reached
    let mut reached = std::collections::BTreeSet::from([[1_usize; 3]]);
    for &feature in states {
        let grown = reached.iter().flat_map(|&sizes| {
            (0..3).map(move |group| {
                let mut next = sizes;
                next[group] = next[group].saturating_mul(feature).min(classes);
                next.sort_unstable();
                next
            })
        });
        reached = grown.collect();
    }
    reached
        .iter()
        .any(|sizes| sizes.iter().sum::<usize>() >= 2 * classes + 2)
}

#[cfg(test)]
mod tests {
    use super::identifiable;

    #[test]
    fn identifiability_is_that_of_kruskal() {
        // three features of s states identify r ≤ (3s − 2)/2 classes
        assert!(identifiable(&[2, 2, 2], 2) && !identifiable(&[2, 2, 2], 3));
        assert!(identifiable(&[3, 3, 3], 3) && !identifiable(&[3, 3, 3], 4));
        assert!(identifiable(&[4, 4, 4], 5) && !identifiable(&[4, 4, 4], 6));
        // Allman, Matias & Rhodes: p binary features identify r if p ≥ 2⌈log₂ r⌉ + 1
        assert!(identifiable(&[2; 5], 4) && identifiable(&[2; 7], 8));
        assert!(identifiable(&[2; 40], 16));
    }
}
