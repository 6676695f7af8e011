//! The data in stages, each about twice as large as the last.

use super::conjugate::Conjugate;

/// The rows of the first stage.
const SMALLEST: usize = 8;

/// A part of the data: the rows of the stage before, then the new ones.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) model: Box<dyn Conjugate>,
    /// Where the new rows begin.
    pub(super) first: usize,
}

/// The stages of a sample of different rows and how often each occurs. The rows being in order,
/// every stage is spread evenly over them: the i-th sample to come is where the digits of i in base
/// two, read backwards, point (van der Corput 1935). So the posterior moves little from one stage
/// to the next, and no stage is much unlike the whole.
pub(super) fn stages(model: &dyn Conjugate) -> Vec<Stage> {
    let counts = model.counts();
    let samples: f64 = counts.iter().sum();
    let samples = samples as usize;
    let bits = samples.next_power_of_two().trailing_zeros();
    // the sample at each place, by its row
    let mut rows = Vec::with_capacity(samples);
    for (row, count) in counts.iter().enumerate() {
        rows.resize(rows.len() + *count as usize, row);
    }
    let place = |i: usize| {
        if bits == 0 {
            0
        } else {
            i.reverse_bits() >> (usize::BITS - bits)
        }
    };
    let order = (0..1_usize << bits).map(place);
    let order: Vec<usize> = order.filter_map(|place| rows.get(place).copied()).collect();
    let mut known = vec![0.0; counts.len()];
    let mut stages = Vec::new();
    let mut from = 0;
    while from < samples {
        let doubled = if from == 0 { SMALLEST } else { 2 * from };
        // no small rest
        let to = if 3 * doubled > 2 * samples {
            samples
        } else {
            doubled
        };
        let mut new = vec![0.0; counts.len()];
        for row in &order[from..to] {
            new[*row] += 1.0;
        }
        let present = |counts: &[f64]| -> Vec<usize> {
            (0..counts.len()).filter(|row| counts[*row] > 0.0).collect()
        };
        let (old_rows, new_rows) = (present(&known), present(&new));
        let numbers = |counts: &[f64], rows: &[usize]| -> Vec<f64> {
            rows.iter().map(|row| counts[*row]).collect()
        };
        let numbers = [numbers(&known, &old_rows), numbers(&new, &new_rows)].concat();
        stages.push(Stage {
            model: model.of_rows(&[&old_rows[..], &new_rows].concat(), &numbers),
            first: old_rows.len(),
        });
        for (known, new) in known.iter_mut().zip(&new) {
            *known += new;
        }
        from = to;
    }
    stages
}
