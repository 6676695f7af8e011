//! Tables of values as pictures.

use kuva::backend::svg::SvgBackend;
use kuva::plot::{ColorMap, Heatmap};
use kuva::render::layout::Layout;
use kuva::render::plots::Plot;
use kuva::render::render::render_multiple;
use std::sync::Arc;

/// The width of a letter of the title, in points, about.
const LETTER: f64 = 13.0;

/// A table of values over two axes, as a picture.
///
/// # Examples
///
/// ```
/// use rlct::plot::HeatMap;
///
/// let map = HeatMap {
///     title: "U(t)".into(),
///     x: ("step size ε".into(), vec!["1e-4".into(), "1e-3".into()]),
///     y: ("γ".into(), vec!["1".into()]),
///     values: vec![vec![0.5, f64::NAN]],
///     ceiling: None,
/// };
/// let svg = map.svg();
/// assert!(svg.starts_with("<svg") && svg.contains("0.50") && svg.contains("diverged"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    /// Above the picture.
    pub title: String,
    /// The name of the horizontal axis, and the labels of the columns.
    pub x: (String, Vec<String>),
    /// The name of the vertical axis, and the labels of the rows, from the bottom.
    pub y: (String, Vec<String>),
    /// Rows of values; one that is not finite is grey, "diverged".
    pub values: Vec<Vec<f64>>,
    /// The value from which on colours are the same, so that a few large values leave the others
    /// their colours.
    pub ceiling: Option<f64>,
}

impl HeatMap {
    /// The picture, an SVG document.
    ///
    /// ```
    /// # use rlct::plot::HeatMap;
    /// let one = HeatMap {
    ///     title: String::new(),
    ///     x: ("x".into(), vec!["0".into()]),
    ///     y: ("y".into(), vec!["0".into()]),
    ///     values: vec![vec![1.5]],
    ///     ceiling: None,
    /// };
    /// assert!(one.svg().contains("1.50"));
    /// ```
    #[must_use]
    pub fn svg(&self) -> String {
        let finite = || {
            self.values
                .iter()
                .flatten()
                .copied()
                .filter(|v| v.is_finite())
        };
        let (least, most) = (
            finite().fold(f64::INFINITY, f64::min),
            finite().fold(f64::NEG_INFINITY, f64::max),
        );
        // kuva maps [least, most] to [0, 1]
        let top = match self.ceiling {
            Some(ceiling) if ceiling > least && ceiling < most => {
                (ceiling - least) / (most - least)
            }
            _ => 1.0,
        };
        let colours = ColorMap::Custom(Arc::new(move |t: f64| {
            if t.is_finite() {
                // without the dark end, on which black digits cannot be read
                ColorMap::Viridis.map(0.4 + 0.6 * (t / top).clamp(0.0, 1.0))
            } else {
                "#bbbbbb".into()
            }
        }));
        let values = self.values.iter().map(|row| {
            let shown = row
                .iter()
                .map(|v| if v.is_finite() { *v } else { f64::NAN });
            shown.collect::<Vec<f64>>()
        });
        let map = Heatmap::new()
            .with_data(values.collect::<Vec<_>>())
            .with_color_map(colours)
            .with_values();
        let plots = vec![Plot::Heatmap(map)];
        let columns = self.x.1.len() as f64;
        let rows = self.y.1.len() as f64;
        let width = 260.0 + 90.0 * columns;
        let layout = Layout::auto_from_plots(&plots)
            .with_title(self.title.clone())
            .with_title_wrap((width / LETTER) as usize)
            .with_x_label(self.x.0.clone())
            .with_y_label(self.y.0.clone())
            .with_x_categories(self.x.1.clone())
            .with_y_categories(self.y.1.clone())
            .with_width(width)
            .with_height(200.0 + 50.0 * rows);
        let svg = SvgBackend::default().render_scene(&render_multiple(plots, layout));
        svg.replace(">NaN<", ">diverged<")
    }
}
