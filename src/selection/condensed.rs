//! Many values on a line as fewer, for the long part of a climb.

/// Groups of values, at most about so many; below four times as many values they stay as they are.
const GROUPS: f64 = 128.0;

/// Values in ascending order and how often each occurs, as fewer: groups of neighbours, of at most
/// 1/128 of the counts and 1/128 of the range each, become two values m ± s of equal count, with
/// the group's mean m and deviation s. A group's own first three moments differ from theirs in the
/// third alone, so that ℓ of components that are wider than a group hardly does. `None` for few
/// values.
pub(super) fn condensed(values: &[f64], counts: &[f64]) -> Option<(Vec<f64>, Vec<f64>)> {
    if (values.len() as f64) < 4.0 * GROUPS {
        return None;
    }
    let most = counts.iter().sum::<f64>() / GROUPS;
    let width = (values[values.len() - 1] - values[0]) / GROUPS;
    let (mut fewer, mut numbers) = (Vec::new(), Vec::new());
    let mut from = 0;
    while from < values.len() {
        let (mut to, mut count) = (from + 1, counts[from]);
        while to < values.len() && count + counts[to] <= most && values[to] - values[from] <= width
        {
            count += counts[to];
            to += 1;
        }
        let pairs = || values[from..to].iter().zip(&counts[from..to]);
        let mean = pairs().map(|(x, c)| x * c).sum::<f64>() / count;
        let square = pairs()
            .map(|(x, c)| c * (x - mean) * (x - mean))
            .sum::<f64>();
        let deviation = (square / count).sqrt();
        if to == from + 1 {
            fewer.push(values[from]);
            numbers.push(count);
        } else {
            fewer.extend([mean - deviation, mean + deviation]);
            numbers.extend([count / 2.0; 2]);
        }
        from = to;
    }
    (2 * fewer.len() < values.len()).then_some((fewer, numbers))
}

#[cfg(test)]
mod tests {
    use super::condensed;

    #[test]
    fn moments_stay() {
        // two heaps and a value far away
        let mut values: Vec<f64> = (0..6000)
            .map(|i| (f64::from(i) * 0.7).sin().powi(3) + if i % 3 == 0 { 9.0 } else { 0.0 })
            .collect();
        values.push(60.0);
        values.sort_by(f64::total_cmp);
        let counts: Vec<f64> = (0..6001_u32).map(|i| f64::from(1 + i % 2)).collect();
        let (fewer, numbers) = condensed(&values, &counts).unwrap();
        assert!(fewer.len() <= 600, "{}", fewer.len());
        let moment = |values: &[f64], counts: &[f64], power: i32| -> f64 {
            let pairs = values.iter().zip(counts);
            pairs.map(|(x, c)| c * x.powi(power)).sum()
        };
        for (power, within) in [(0, 1e-12), (1, 1e-12), (2, 1e-12), (3, 1e-4)] {
            let [all, less] = [
                moment(&values, &counts, power),
                moment(&fewer, &numbers, power),
            ];
            assert!((less / all - 1.0).abs() < within, "{power}: {all} {less}");
        }
        assert_eq!(fewer.last(), Some(&60.0));
    }

    #[test]
    fn few_values_stay_as_they_are() {
        let values: Vec<f64> = (0..500).map(f64::from).collect();
        assert!(condensed(&values, &[1.0; 500]).is_none());
        // few that are far apart from most
        let heap = (0..1000).map(|i| f64::from(i) * 1e-9);
        let values: Vec<f64> = heap
            .chain((0..200).map(|i| 1e3 * f64::from(i + 1)))
            .collect();
        let found = condensed(&values, &vec![1.0; 1200]).unwrap();
        assert!(found.0.len() > 200);
    }
}
