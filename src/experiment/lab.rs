//! Where an experiment is carried out.

use super::{ExperimentError, Measured, Prediction, Settings, Size, Table};
use crate::plot::Chart;
use crate::sampler::{Control, parallel};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// How far an experiment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage<'a> {
    /// What is done now.
    pub what: &'a str,
    /// Tasks of it that are done.
    pub done: u64,
    /// All its tasks.
    pub total: u64,
}

/// Who is told how far an experiment has come, from the working threads.
pub type Observer<'a> = &'a (dyn Fn(Stage<'_>) + Sync);

/// Where an experiment is carried out: it gives settings, seeds and control, and takes figures,
/// tables and charts. Figures are taken only under the keys of predictions that were stated before.
pub struct Lab<'a> {
    settings: Settings,
    control: Control<'a>,
    observer: Observer<'a>,
    pub(super) predictions: Vec<Prediction>,
    pub(super) measured: BTreeMap<&'static str, Measured>,
    pub(super) explanations: BTreeMap<&'static str, String>,
    pub(super) tables: Vec<Table>,
    pub(super) charts: Vec<Chart>,
    pub(super) remarks: Vec<String>,
}

impl<'a> Lab<'a> {
    pub(super) fn new(
        settings: Settings,
        predictions: Vec<Prediction>,
        control: Control<'a>,
        observer: Observer<'a>,
    ) -> Self {
        Self {
            settings,
            control,
            observer,
            predictions,
            measured: BTreeMap::new(),
            explanations: BTreeMap::new(),
            tables: Vec::new(),
            charts: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// The size.
    #[must_use]
    pub fn size(&self) -> Size {
        self.settings.size
    }

    /// Size and seeds.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// Stop flag and time limit, for samplers and training.
    #[must_use]
    pub fn control(&self) -> &Control<'a> {
        &self.control
    }

    /// Ends the experiment here if it was stopped; for long work outside
    /// [`map`](Self::map).
    ///
    /// # Errors
    /// [`ExperimentError::Stopped`].
    pub fn go_on(&self) -> Result<(), ExperimentError> {
        match self.control.stopped() {
            true => Err(ExperimentError::Stopped),
            false => Ok(()),
        }
    }

    /// Carries out a task for every item, on all threads, and gives the results in the order of
    /// the items. What was not finished when the run was stopped is left out.
    ///
    /// # Errors
    /// The first error of a task; [`ExperimentError::Stopped`] if nothing was finished.
    pub fn map<I: Sync, T: Send>(
        &self,
        what: &str,
        items: &[I],
        task: impl Fn(&I) -> Result<T, ExperimentError> + Sync + Send,
    ) -> Result<Vec<T>, ExperimentError> {
        let total = items.len() as u64;
        let done = AtomicU64::new(0);
        let tell = |done| (self.observer)(Stage { what, done, total });
        tell(0);
        let results = parallel::map(items.len(), |index| {
            if self.control.stopped() {
                return Err(ExperimentError::Stopped);
            }
            let result = task(&items[index]);
            tell(done.fetch_add(1, Ordering::Relaxed) + 1);
            match self.control.stopped() {
                // of a task that was cut short nothing is known to be as it should
                true => Err(ExperimentError::Stopped),
                false => result,
            }
        });
        let mut kept = Vec::with_capacity(items.len());
        for result in results {
            match result {
                Err(error) if error.is_stop() => {}
                result => kept.push(result?),
            }
        }
        match kept.is_empty() && !items.is_empty() {
            true => Err(ExperimentError::Stopped),
            false => Ok(kept),
        }
    }

    /// [`map`](Self::map) over the seeds 1, 2, ….
    ///
    /// # Errors
    /// As `map`.
    pub fn over_seeds<T: Send>(
        &self,
        what: &str,
        task: impl Fn(u64) -> Result<T, ExperimentError> + Sync + Send,
    ) -> Result<Vec<T>, ExperimentError> {
        let seeds: Vec<u64> = (1..=self.settings.seeds).collect();
        self.map(what, &seeds, |&seed| task(seed))
    }

    /// Records the figure of a prediction.
    ///
    /// # Errors
    /// [`ExperimentError::NotPredicted`] for a key of which nothing was predicted.
    pub fn measure(&mut self, key: &str, measured: Measured) -> Result<(), ExperimentError> {
        let key = self.key(key)?;
        self.measured.insert(key, measured);
        Ok(())
    }

    /// A figure that was recorded before.
    #[must_use]
    pub fn figure(&self, key: &str) -> Option<f64> {
        self.measured.get(key).map(|measured| measured.figure)
    }

    /// Says, for whoever reads the figure, how it came about or why it is not what was predicted.
    ///
    /// # Errors
    /// [`ExperimentError::NotPredicted`] for a key of which nothing was predicted.
    pub fn explain(&mut self, key: &str, text: impl Into<String>) -> Result<(), ExperimentError> {
        let key = self.key(key)?;
        self.explanations.insert(key, text.into());
        Ok(())
    }

    fn key(&self, key: &str) -> Result<&'static str, ExperimentError> {
        let prediction = self.predictions.iter().find(|p| p.key == key);
        prediction
            .map(|prediction| prediction.key)
            .ok_or_else(|| ExperimentError::NotPredicted { key: key.into() })
    }

    /// Adds a table.
    pub fn table(&mut self, table: Table) {
        self.tables.push(table);
    }

    /// Adds a chart.
    pub fn chart(&mut self, chart: Chart) {
        self.charts.push(chart);
    }

    /// Adds a remark, a sentence or two under the results.
    pub fn remark(&mut self, text: impl Into<String>) {
        self.remarks.push(text.into());
    }
}

impl std::fmt::Debug for Lab<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lab")
            .field("settings", &self.settings)
            .field("control", &self.control)
            .field("predictions", &self.predictions)
            .field("measured", &self.measured)
            .finish_non_exhaustive()
    }
}
