//! Which polygon the posterior is in, by replica exchange.

use super::super::{Demand, ExperimentError, Lab, Measured, Prediction, Settings, Size, Table};
use super::{REFERENCE, is_long};
use crate::loss::{Loss, Superposition, SuperpositionSample};
use crate::plot::{Axis, Chart, Curve};
use crate::sampler::ReplicaExchange;

/// Sizes at which the posterior of the population loss is sampled.
const SIZES: [f64; 5] = [300.0, 400.0, 500.0, 600.0, 1000.0];
/// Sizes of data.
const DATA: [usize; 2] = [450, 750];
/// The replicas, and the least inverse temperature.
const REPLICAS: (usize, f64) = (24, 0.01);

pub(super) fn predictions(settings: &Settings) -> Vec<Prediction> {
    if !is_long(settings) {
        return Vec::new();
    }
    let half = "likelihood e^(−nL/2), prior N(0, 1), six features";
    vec![
        Prediction::new(
            "crossing",
            format!("n at which columns in a hexagon become likelier than in a pentagon; {half}"),
            Demand::within(500.0, 590.0),
            REFERENCE,
        ),
        Prediction::new(
            "pentagon",
            "the same: P(pentagon) at n = 400",
            Demand::at_least(0.5),
            REFERENCE,
        ),
        Prediction::new(
            "hexagon",
            "the same: P(hexagon) at n = 1000",
            Demand::at_least(0.95),
            REFERENCE,
        ),
        Prediction::new(
            "data_small",
            "share of data sets of n = 450 for which the pentagon is likelier",
            Demand::at_least(1.0),
            REFERENCE,
        ),
        Prediction::new(
            "data_large",
            "share of data sets of n = 750 for which the hexagon is likelier",
            Demand::at_least(1.0),
            REFERENCE,
        ),
    ]
}

/// Corners of the convex hull of the columns that are longer than .15.
fn corners(w: &[f64], features: usize) -> usize {
    let mut points: Vec<(f64, f64)> = w[..2 * features]
        .chunks_exact(2)
        .map(|column| (column[0], column[1]))
        .filter(|(x, y)| x.hypot(*y) > 0.15)
        .collect();
    if points.len() < 3 {
        return points.len();
    }
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let turn = |o: (f64, f64), a: (f64, f64), b: (f64, f64)| {
        (a.0 - o.0) * (b.1 - o.1) - (a.1 - o.1) * (b.0 - o.0)
    };
    let chain = |points: &mut dyn Iterator<Item = (f64, f64)>| {
        let mut hull: Vec<(f64, f64)> = Vec::new();
        for point in points {
            while hull.len() >= 2 && turn(hull[hull.len() - 2], hull[hull.len() - 1], point) <= 0.0
            {
                hull.pop();
            }
            hull.push(point);
        }
        hull.len() - 1
    };
    chain(&mut points.iter().copied()) + chain(&mut points.iter().rev().copied())
}

/// P(4-, 5-, 6-gon) under e^(−nL/2) N(0, 1).
fn shares(
    loss: &dyn Loss<f64>,
    n: f64,
    sweeps: usize,
    seed: u64,
    lab: &Lab<'_>,
) -> Result<[f64; 3], ExperimentError> {
    let exchange = ReplicaExchange {
        sweeps,
        burn_in: sweeps / 5,
        seed,
        ..ReplicaExchange::geometric(0.5 * n, REPLICAS.0, REPLICAS.1)
    };
    let mut counts = [0.0; 3];
    exchange.run(loss, lab.control(), |w| {
        let gon = corners(w, 6);
        if (4..=6).contains(&gon) {
            counts[gon - 4] += 1.0;
        }
    })?;
    lab.go_on()?;
    Ok(counts.map(|count| count / sweeps as f64))
}

pub(super) fn run(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    if lab.size() == Size::Small {
        return Ok(());
    }
    let sweeps = lab.size().pick(0, 15_000, 60_000);
    let population = Superposition::new(6)?;
    let mut table = Table::new(
        "Posterior under e^(−nL/2) N(0, 1): shares of hulls of 4, 5, 6 columns",
        ["n", "4", "5", "6", "± of 6 over seeds"],
    );
    let mut means = Vec::new();
    for n in SIZES {
        let found = lab.over_seeds(&format!("posterior at n = {n}"), |seed| {
            shares(&population, n, sweeps, seed, lab)
        })?;
        let column =
            |gon: usize| Measured::mean(&found.iter().map(|s| s[gon - 4]).collect::<Vec<_>>());
        let [four, five, six] = [4, 5, 6].map(column);
        table.row([
            n.into(),
            four.figure.into(),
            five.figure.into(),
            six.figure.into(),
            six.standard_error.unwrap_or(f64::NAN).into(),
        ]);
        if n == 400.0 {
            lab.measure("pentagon", five.clone())?;
        }
        if n == 1000.0 {
            lab.measure("hexagon", six.clone())?;
        }
        means.push((n, five.figure, six.figure, found));
    }
    // between 500 and 600 the log odds are a line; a crossing a seed
    let crossing = |place: usize, seed: usize| -> Option<f64> {
        let odds = |k: usize| {
            let [_, five, six] = means.get(k)?.3.get(seed)?;
            Some((six / five).ln())
        };
        let (first, second) = (odds(place)?, odds(place + 1)?);
        let width = SIZES[place + 1] - SIZES[place];
        Some(SIZES[place] - width * first / (second - first))
    };
    let seeds = means.iter().map(|m| m.3.len()).min().unwrap_or(0);
    let crossings: Vec<f64> = (0..seeds).filter_map(|seed| crossing(2, seed)).collect();
    lab.measure("crossing", Measured::mean(&crossings))?;
    lab.table(table);
    let line = |gon: usize| -> Vec<(f64, f64)> {
        let share = |m: &(f64, f64, f64, Vec<[f64; 3]>)| if gon == 5 { m.1 } else { m.2 };
        means.iter().map(|m| (m.0, share(m))).collect()
    };
    lab.chart(
        Chart::new(
            "posterior",
            "Six features: the posterior moves from the pentagon to the hexagon",
            Axis::linear("n, likelihood e^(−nL/2)"),
            Axis::linear("posterior share").with_range(0.0, 1.05),
        )
        .with(Curve::line("", line(5)).with_colour(0))
        .with(Curve::points("five corners", line(5)).with_colour(0))
        .with(Curve::line("", line(6)).with_colour(1))
        .with(Curve::points("six corners", line(6)).with_colour(1)),
    );
    for (n, key, hexagon) in [
        (DATA[0], "data_small", false),
        (DATA[1], "data_large", true),
    ] {
        let found = lab.over_seeds(&format!("posterior on {n} samples"), |seed| {
            let data = SuperpositionSample::draw(&population, n, seed)?;
            let [_, five, six] = shares(&data, n as f64, sweeps / 4, seed, lab)?;
            Ok(f64::from(u8::from((six > five) == hexagon)))
        })?;
        if found.contains(&0.0) {
            lab.explain(
                key,
                "the crossing of a data set is not that of the population: the log odds of two \
                 phases have a noise of order √n that both likelihoods share, beside a mean of order \
                 n, and the reference looked at three data sets",
            )?;
        }
        lab.measure(key, Measured::mean(&found))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_are_those_of_the_hull() {
        let loss = Superposition::new(6).unwrap();
        for (live, positive) in [(4, 0), (5, 1), (6, 0)] {
            let w = loss.polygon(live, positive).unwrap().w;
            assert_eq!(corners(&w, 6), live);
        }
        // a long column inside of the hull is no corner
        let mut w = loss.polygon(5, 0).unwrap().w;
        w[10] = 0.3;
        assert_eq!(corners(&w, 6), 5);
    }
}
