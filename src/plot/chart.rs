//! Curves and points over two axes.

use serde::Serialize;

/// Curves and points over two axes: the data of a picture, which [`svg`](Self::svg) draws.
///
/// # Examples
///
/// ```
/// use rlct::plot::{Axis, Chart, Curve};
///
/// let points = [(1.0, 0.5), (10.0, 0.48)];
/// let chart = Chart::new("energies", "U(t)", Axis::logarithmic("t"), Axis::linear("U"))
///     .with(Curve::points("measured", points).with_errors([0.01, 0.01]).with_colour(0))
///     .with(Curve::line("λ", [(1.0, 0.5), (10.0, 0.5)]).with_colour(0));
/// assert_eq!(chart.curves().len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chart {
    key: String,
    title: String,
    x: Axis,
    y: Axis,
    curves: Vec<Curve>,
}

/// One of the two axes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Axis {
    label: String,
    logarithmic: bool,
    range: Option<[f64; 2]>,
}

/// How a curve is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// A line through the points.
    Line,
    /// The same, dashed: by custom what theory says.
    Dashed,
    /// The points alone: by custom what was measured.
    Points,
}

/// A sequence of points with a name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    label: String,
    mark: Mark,
    points: Vec<[f64; 2]>,
    errors: Vec<f64>,
    colour: Option<usize>,
}

impl Axis {
    /// An axis with equal steps.
    #[must_use]
    pub fn linear(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            logarithmic: false,
            range: None,
        }
    }

    /// An axis with equal ratios; points that are not positive are left out.
    #[must_use]
    pub fn logarithmic(label: impl Into<String>) -> Self {
        Self {
            logarithmic: true,
            ..Self::linear(label)
        }
    }

    /// Shows this range, whatever the data are; points outside are left out.
    #[must_use]
    pub fn with_range(mut self, least: f64, most: f64) -> Self {
        self.range = Some([least, most]);
        self
    }

    /// Whether a coordinate can be shown.
    #[cfg(feature = "plot")]
    fn shows(&self, value: f64) -> bool {
        let inside = |[least, most]: [f64; 2]| (least..=most).contains(&value);
        value.is_finite() && !(self.logarithmic && value <= 0.0) && self.range.is_none_or(inside)
    }
}

impl Curve {
    fn new(label: String, mark: Mark, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self {
            label,
            mark,
            points: points.into_iter().map(|(x, y)| [x, y]).collect(),
            errors: Vec::new(),
            colour: None,
        }
    }

    /// A line through points; without a label it is not in the legend.
    #[must_use]
    pub fn line(label: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self::new(label.into(), Mark::Line, points)
    }

    /// A dashed line through points.
    #[must_use]
    pub fn dashed(label: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self::new(label.into(), Mark::Dashed, points)
    }

    /// Points without a line.
    #[must_use]
    pub fn points(label: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self::new(label.into(), Mark::Points, points)
    }

    /// Adds bars of plus and minus these lengths in y, one a point. Only points show them.
    #[must_use]
    pub fn with_errors(mut self, errors: impl IntoIterator<Item = f64>) -> Self {
        self.errors = errors.into_iter().collect();
        self
    }

    /// Takes the colour of this number, from 0; without it that of the curve's place.
    #[must_use]
    pub fn with_colour(mut self, colour: usize) -> Self {
        self.colour = Some(colour);
        self
    }
}

impl Chart {
    /// An empty chart. `key` is a short name of it, for files.
    #[must_use]
    pub fn new(key: impl Into<String>, title: impl Into<String>, x: Axis, y: Axis) -> Self {
        Self {
            key: key.into(),
            title: title.into(),
            x,
            y,
            curves: Vec::new(),
        }
    }

    /// Adds a curve.
    #[must_use]
    pub fn with(mut self, curve: Curve) -> Self {
        self.curves.push(curve);
        self
    }

    /// The short name.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The curves, in the order in which they are drawn.
    #[must_use]
    pub fn curves(&self) -> &[Curve] {
        &self.curves
    }
}

#[cfg(feature = "plot")]
mod drawing {
    use super::{Chart, Mark};
    use kuva::backend::svg::SvgBackend;
    use kuva::plot::legend::LegendPosition;
    use kuva::plot::{LinePlot, LineStyle, ScatterPlot};
    use kuva::render::figure::Figure;
    use kuva::render::layout::Layout;
    use kuva::render::plots::Plot;
    use kuva::render::render::render_multiple;

    /// Colours that differ for colour-blind readers and in print (Okabe and Ito 2008).
    const COLOURS: [&str; 8] = [
        "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999",
    ];

    /// In points.
    const WIDTH: f64 = 760.0;
    const HEIGHT: f64 = 420.0;
    /// By so much the label below is lifted off the legend.
    const LIFT: f64 = 6.0;
    /// The letters of a line of the title that fit.
    const TITLE: usize = 84;

    impl Chart {
        /// The picture, an SVG document of 760 × 420 points. What an axis cannot show is left out.
        #[must_use]
        pub fn svg(&self) -> String {
            let (plots, layout) = self.parts();
            let layout = layout.with_width(WIDTH).with_height(HEIGHT);
            SvgBackend::default().render_scene(&render_multiple(plots, layout))
        }

        /// Charts one above the other, each 760 × 320 points, as one SVG document with a title.
        #[must_use]
        pub fn stacked(title: &str, charts: &[Self]) -> String {
            const LOWER: f64 = 320.0;
            let (plots, layouts): (Vec<_>, Vec<_>) = charts.iter().map(Self::parts).unzip();
            let figure = Figure::new(charts.len().max(1), 1)
                .with_title(title)
                .with_title_size(13)
                .with_cell_size(WIDTH, LOWER)
                .with_plots(plots)
                .with_layouts(layouts);
            SvgBackend::default().render_scene(&figure.render())
        }

        /// What is drawn, and the axes.
        fn parts(&self) -> (Vec<Plot>, Layout) {
            let mut plots = Vec::new();
            for (place, curve) in self.curves.iter().enumerate() {
                let colour = COLOURS[curve.colour.unwrap_or(place) % COLOURS.len()];
                let shown = |point: &[f64; 2]| self.x.shows(point[0]) && self.y.shows(point[1]);
                let kept: Vec<usize> = (0..curve.points.len())
                    .filter(|&i| shown(&curve.points[i]))
                    .collect();
                if kept.is_empty() {
                    continue;
                }
                let points = kept
                    .iter()
                    .map(|&i| (curve.points[i][0], curve.points[i][1]));
                if curve.mark == Mark::Points {
                    // a bar below zero has no place on a logarithmic axis
                    let bars = kept.iter().map(|&i| {
                        let error = curve.errors.get(i).copied().filter(|e| e.is_finite());
                        let (y, error) = (curve.points[i][1], error.unwrap_or(0.0));
                        let lower = if self.y.logarithmic && error >= y {
                            0.0
                        } else {
                            error
                        };
                        (lower, error)
                    });
                    let mut plot = ScatterPlot::new()
                        .with_data(points)
                        .with_color(colour)
                        .with_size(3.5);
                    if !curve.errors.is_empty() {
                        plot = plot.with_y_err_asymmetric(bars);
                    }
                    if !curve.label.is_empty() {
                        plot = plot.with_legend(curve.label.clone());
                    }
                    plots.push(Plot::Scatter(plot));
                    continue;
                }
                let mut plot = LinePlot::new()
                    .with_data(points)
                    .with_color(colour)
                    .with_stroke_width(1.6);
                if curve.mark == Mark::Dashed {
                    plot = plot.with_line_style(LineStyle::Dashed);
                }
                if !curve.label.is_empty() {
                    plot = plot.with_legend(curve.label.clone());
                }
                plots.push(Plot::Line(plot));
            }
            let mut layout = Layout::auto_from_plots(&plots)
                .with_title(self.title.clone())
                .with_title_wrap(TITLE)
                .with_x_label(self.x.label.clone())
                .with_x_label_offset(0.0, -LIFT)
                .with_y_label(self.y.label.clone())
                .with_legend_position(LegendPosition::OutsideBottomColumns);
            if self.x.logarithmic {
                layout = layout.with_log_x();
            }
            if self.y.logarithmic {
                layout = layout.with_log_y();
            }
            if let Some([least, most]) = self.x.range {
                layout = layout.with_x_axis_min(least).with_x_axis_max(most);
            }
            if let Some([least, most]) = self.y.range {
                layout = layout.with_y_axis_min(least).with_y_axis_max(most);
            }
            (plots, layout)
        }
    }
}

#[cfg(all(test, feature = "plot"))]
mod tests {
    use super::{Axis, Chart, Curve};

    #[test]
    fn names_are_in_the_picture_and_what_cannot_be_shown_is_not() {
        let points = [(1.0, 1.0), (0.0, 2.0), (10.0, f64::NAN), (100.0, 3.0)];
        let chart = Chart::new(
            "k",
            "a title",
            Axis::logarithmic("abscissa"),
            Axis::linear("y"),
        )
        .with(Curve::points("seen", points).with_errors([0.1; 4]))
        .with(Curve::line("nothing", [(-1.0, 1.0)]));
        let svg = chart.svg();
        assert!(svg.starts_with("<svg") && !svg.contains("NaN"));
        for word in ["a title", "abscissa", "seen"] {
            assert!(svg.contains(word), "{word}");
        }
        assert!(!svg.contains("nothing"));
        assert_eq!(svg.matches("<circle").count(), 3); // two points and one in the legend
    }
}
