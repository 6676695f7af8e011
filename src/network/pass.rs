//! Forward and backward through the stages, block by block of samples.
//!
//! A block of c samples is a c × width matrix. The input of a network and rows of an embedding
//! stand sample after sample (row-major), as they are gathered; what a map makes of them stands
//! unit after unit (column-major), so that biases, activations and heads are loops over
//! neighbouring samples, whatever the widths. Products take either. Weights are outputs × inputs,
//! row-major, as PyTorch has them.

use super::activation::{Backward, Forward};
use super::description::{Combine, Head};
use super::head::{HeadBlock, Samples, Targets};
use super::plan::Plan;
use super::stages::Map;
use crate::loss::{Scalar, product};
use faer::{Accum, MatMut, MatRef};
use pulp::Arch;

/// The inputs of all samples, row-major.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Given<T> {
    Real(Vec<T>),
    Tokens(Vec<u32>),
}

/// What a pass is for.
pub(super) enum Purpose<'a, T> {
    /// The mean loss.
    Value,
    /// The mean loss, and its gradient.
    Gradient(&'a mut [T]),
    /// The loss of each sample.
    Each(&'a mut [T]),
    /// The outputs of each sample, row-major; no targets are needed.
    Outputs(&'a mut [T]),
}

/// A pass over a batch.
#[derive(Clone, Copy)]
pub(super) struct Pass<'a, T> {
    pub(super) plan: &'a Plan,
    pub(super) arch: Arch,
    pub(super) given: &'a Given<T>,
    /// Not needed for outputs.
    pub(super) targets: Option<&'a Targets<T>>,
    pub(super) head: Head,
    pub(super) w: &'a [T],
    /// `None`: all samples.
    pub(super) batch: Option<&'a [u32]>,
    /// How many there are, in the batch or of all.
    pub(super) count: usize,
}

/// One block of it: its inputs, and which samples they are.
#[derive(Clone, Copy)]
struct Block<'a, T> {
    x: &'a [T],
    samples: Samples<'a>,
    rows: usize,
}

/// Entries as a matrix of samples × units.
fn units<T>(entries: &[T], samples: usize, units: usize, row_major: bool) -> MatRef<'_, T> {
    if row_major {
        MatRef::from_row_major_slice(entries, samples, units)
    } else {
        MatRef::from_column_major_slice(entries, samples, units)
    }
}

fn units_mut<T>(entries: &mut [T], samples: usize, units: usize, row_major: bool) -> MatMut<'_, T> {
    if row_major {
        MatMut::from_row_major_slice_mut(entries, samples, units)
    } else {
        MatMut::from_column_major_slice_mut(entries, samples, units)
    }
}

/// A weight.
fn matrix<T>(w: &[T], offset: usize, rows: usize, columns: usize) -> MatRef<'_, T> {
    MatRef::from_row_major_slice(&w[offset..offset + rows * columns], rows, columns)
}

fn matrix_mut<T>(w: &mut [T], offset: usize, rows: usize, columns: usize) -> MatMut<'_, T> {
    MatMut::from_row_major_slice_mut(&mut w[offset..offset + rows * columns], rows, columns)
}

impl<T: Scalar> Pass<'_, T> {
    /// The mean loss; 0 where outputs alone are asked for.
    pub(super) fn run(&self, mut purpose: Purpose<'_, T>, scratch: &mut [T]) -> T {
        let plan = self.plan;
        let (gathered, scratch) = scratch.split_at_mut(plan.gathered);
        if let Purpose::Gradient(gradient) = &mut purpose {
            self.clear(gradient);
        }
        let mut sum = 0.0;
        let mut done = 0;
        while done < self.count {
            let rows = plan.block.min(self.count - done);
            let samples = match self.batch {
                Some(indices) => Samples::Listed(&indices[done..done + rows]),
                None => Samples::From(done),
            };
            let x = self.inputs(samples, rows, gathered);
            let block = Block { x, samples, rows };
            self.forward(block, matches!(purpose, Purpose::Gradient(_)), scratch);
            if let Purpose::Outputs(outputs) = &mut purpose {
                self.outputs(rows, &mut outputs[done * plan.outputs()..], scratch);
            } else if let Some(targets) = self.targets {
                self.head(block, targets, scratch);
                let losses = &scratch[plan.losses..][..rows];
                // In double precision: means over many samples are compared closely.
                sum += losses.iter().map(|loss| loss.float()).sum::<f64>();
                match &mut purpose {
                    Purpose::Each(values) => values[done..done + rows].copy_from_slice(losses),
                    Purpose::Gradient(gradient) => {
                        self.backward(block, done == 0, gradient, scratch);
                    }
                    Purpose::Value | Purpose::Outputs(_) => {}
                }
            }
            done += rows;
        }
        T::of(sum / self.count as f64)
    }

    /// Zero where blocks add only; elsewhere the first block writes.
    fn clear(&self, gradient: &mut [T]) {
        for stage in &self.plan.stages {
            if let Some(bias) = stage.bias() {
                gradient[bias..bias + stage.outputs].fill(T::of(0.0));
            }
            if let Map::Embedding {
                tables,
                vocabulary,
                width,
                ..
            } = &stage.map
            {
                for table in tables {
                    gradient[*table..table + vocabulary * width].fill(T::of(0.0));
                }
            }
        }
    }

    /// The real inputs of a block: neighbours where they are, others gathered.
    fn inputs<'b>(&'b self, samples: Samples<'_>, rows: usize, gathered: &'b mut [T]) -> &'b [T] {
        let Given::Real(all) = self.given else {
            return &[];
        };
        let width = self.plan.stages[0].inputs;
        match samples {
            Samples::From(start) => &all[start * width..][..rows * width],
            Samples::Listed(indices) => {
                let gathered = &mut gathered[..rows * width];
                for (row, &i) in gathered.chunks_exact_mut(width).zip(indices) {
                    row.copy_from_slice(&all[i as usize * width..][..width]);
                }
                gathered
            }
        }
    }

    fn forward(&self, block: Block<'_, T>, wants_slopes: bool, scratch: &mut [T]) {
        let (plan, rows, one) = (self.plan, block.rows, T::of(1.0));
        let mut row_major = true;
        for (i, (stage, room)) in plan.stages.iter().zip(&plan.rooms).enumerate() {
            let (before, own) = scratch.split_at_mut(room.hidden);
            let (hidden, own) = own.split_at_mut(room.values - room.hidden);
            let (values, slopes) = own.split_at_mut(room.slopes - room.values);
            let x = match i.checked_sub(1) {
                None => block.x,
                Some(last) => &before[plan.rooms[last].values..][..rows * stage.inputs],
            };
            let values = &mut values[..rows * stage.outputs];
            match stage.map {
                Map::Alone => values.copy_from_slice(x),
                Map::Dense { weight, .. } => {
                    let weight = matrix(self.w, weight, stage.outputs, stage.inputs).transpose();
                    let x = units(x, rows, stage.inputs, row_major);
                    let y = units_mut(values, rows, stage.outputs, room.row_major);
                    product(y, Accum::Replace, x, weight, one);
                }
                Map::Tied {
                    weight,
                    hidden: width,
                    ..
                } => {
                    let weight = matrix(self.w, weight, width, stage.inputs);
                    let x = units(x, rows, stage.inputs, row_major);
                    let hidden = &mut hidden[..rows * width];
                    let h = units_mut(hidden, rows, width, false);
                    product(h, Accum::Replace, x, weight.transpose(), one);
                    let y = units_mut(values, rows, stage.outputs, room.row_major);
                    let h = units(hidden, rows, width, false);
                    product(y, Accum::Replace, h, weight, one);
                }
                Map::Embedding {
                    ref tables,
                    width,
                    combine,
                    ..
                } => self.embed(block.samples, tables, width, combine, values),
            }
            let forward = Forward {
                activation: stage.activation,
                rows,
                bias: stage.bias().map(|bias| &self.w[bias..][..stage.outputs]),
                slopes: (wants_slopes && room.keeps_slopes)
                    .then(|| &mut slopes[..rows * stage.outputs]),
                columns: values,
            };
            forward.run(self.arch);
            row_major = room.row_major;
        }
    }

    /// The tokens of a sample of the block.
    fn tokens(&self, samples: Samples<'_>, k: usize, count: usize) -> &[u32] {
        match self.given {
            Given::Tokens(tokens) => &tokens[samples.index(k) * count..][..count],
            Given::Real(_) => &[],
        }
    }

    fn embed(
        &self,
        samples: Samples<'_>,
        tables: &[usize],
        width: usize,
        combine: Combine,
        values: &mut [T],
    ) {
        let row = |table: usize, token: u32| &self.w[table + token as usize * width..][..width];
        let all = match combine {
            Combine::Add => width,
            Combine::Concatenate => width * tables.len(),
        };
        for (k, out) in values.chunks_exact_mut(all).enumerate() {
            let tokens = self.tokens(samples, k, tables.len());
            match combine {
                Combine::Concatenate => {
                    let parts = out.chunks_exact_mut(width);
                    for (part, (&table, &token)) in parts.zip(tables.iter().zip(tokens)) {
                        part.copy_from_slice(row(table, token));
                    }
                }
                Combine::Add => {
                    out.fill(T::of(0.0));
                    for (&table, &token) in tables.iter().zip(tokens) {
                        let row = row(table, token);
                        out.iter_mut().zip(row).for_each(|(out, &x)| *out += x);
                    }
                }
            }
        }
    }

    fn outputs(&self, rows: usize, outputs: &mut [T], scratch: &[T]) {
        let width = self.plan.outputs();
        let Some(room) = self.plan.rooms.last() else {
            return;
        };
        let values = &scratch[room.values..][..rows * width];
        for (k, row) in outputs.chunks_exact_mut(width).take(rows).enumerate() {
            for (j, y) in row.iter_mut().enumerate() {
                *y = values[j * rows + k];
            }
        }
    }

    fn head(&self, block: Block<'_, T>, targets: &Targets<T>, scratch: &mut [T]) {
        let (plan, rows) = (self.plan, block.rows);
        let Some(room) = plan.rooms.last() else {
            return;
        };
        let (values, rest) = scratch.split_at_mut(plan.errors);
        let (errors, rest) = rest.split_at_mut(plan.losses - plan.errors);
        let (losses, spare) = rest.split_at_mut(plan.block);
        let length = rows * plan.outputs();
        let head = HeadBlock {
            head: self.head,
            targets,
            samples: block.samples,
            rows,
            outputs: &values[room.values..][..length],
            losses: &mut losses[..rows],
            errors: &mut errors[..length],
            spare: &mut spare[..rows],
            weight: T::of(1.0 / self.count as f64),
        };
        head.run(self.arch);
    }

    /// From the errors of the outputs, which the head has left in the first buffer, to ∇L, which
    /// is added to unless this is the first block.
    fn backward(&self, block: Block<'_, T>, first: bool, gradient: &mut [T], scratch: &mut [T]) {
        let (plan, rows, one) = (self.plan, block.rows, T::of(1.0));
        let accumulate = if first { Accum::Replace } else { Accum::Add };
        let (known, rest) = scratch.split_at_mut(plan.errors);
        let (errors, rest) = rest.split_at_mut(plan.errors_len);
        let (others, rest) = rest.split_at_mut(plan.errors_len);
        let hidden_errors = &mut rest[..plan.losses - plan.hidden_errors];
        let (mut errors, mut others) = (errors, others);
        for (i, (stage, room)) in plan.stages.iter().zip(&plan.rooms).enumerate().rev() {
            let length = rows * stage.outputs;
            let start = if room.keeps_slopes {
                room.slopes
            } else {
                room.values
            };
            let backward = Backward {
                activation: stage.activation,
                rows,
                errors: &mut errors[..length],
                known: &known[start..][..length],
                bias: stage
                    .bias()
                    .map(|bias| &mut gradient[bias..][..stage.outputs]),
            };
            backward.run(self.arch);
            let (x, row_major) = match i.checked_sub(1) {
                None => (block.x, true),
                Some(last) => {
                    let room = &plan.rooms[last];
                    (&known[room.values..][..rows * stage.inputs], room.row_major)
                }
            };
            let delta = units(&errors[..length], rows, stage.outputs, room.row_major);
            let back = &mut others[..if i > plan.first {
                rows * stage.inputs
            } else {
                0
            }];
            let goes_back = i > plan.first;
            match stage.map {
                Map::Alone if goes_back => back.copy_from_slice(&errors[..length]),
                Map::Alone => {}
                Map::Dense { weight: at, .. } => {
                    let x = units(x, rows, stage.inputs, row_major);
                    let by_weight = matrix_mut(gradient, at, stage.outputs, stage.inputs);
                    product(by_weight, accumulate, delta.transpose(), x, one);
                    if goes_back {
                        let weight = matrix(self.w, at, stage.outputs, stage.inputs);
                        let back = units_mut(back, rows, stage.inputs, row_major);
                        product(back, Accum::Replace, delta, weight, one);
                    }
                }
                Map::Tied {
                    weight: at, hidden, ..
                } => {
                    let weight = matrix(self.w, at, hidden, stage.inputs);
                    let x = units(x, rows, stage.inputs, row_major);
                    let h = units(&known[room.hidden..][..rows * hidden], rows, hidden, false);
                    let by_hidden = &mut hidden_errors[..rows * hidden];
                    let out = units_mut(by_hidden, rows, hidden, false);
                    product(out, Accum::Replace, delta, weight.transpose(), one);
                    let by_hidden = units(by_hidden, rows, hidden, false);
                    let by_weight = matrix_mut(gradient, at, hidden, stage.inputs);
                    product(by_weight, accumulate, h.transpose(), delta, one);
                    let by_weight = matrix_mut(gradient, at, hidden, stage.inputs);
                    product(by_weight, Accum::Add, by_hidden.transpose(), x, one);
                    if goes_back {
                        let back = units_mut(back, rows, stage.inputs, row_major);
                        product(back, Accum::Replace, by_hidden, weight, one);
                    }
                }
                Map::Embedding {
                    ref tables,
                    width,
                    combine,
                    ..
                } => {
                    let errors = &errors[..length];
                    self.embed_back(block.samples, tables, width, combine, errors, gradient);
                }
            }
            if !goes_back {
                return;
            }
            std::mem::swap(&mut errors, &mut others);
        }
    }

    /// Adds the errors of each row of a table to the gradient there.
    fn embed_back(
        &self,
        samples: Samples<'_>,
        tables: &[usize],
        width: usize,
        combine: Combine,
        errors: &[T],
        gradient: &mut [T],
    ) {
        let (all, step) = match combine {
            Combine::Add => (width, 0),
            Combine::Concatenate => (width * tables.len(), width),
        };
        for (k, errors) in errors.chunks_exact(all).enumerate() {
            let tokens = self.tokens(samples, k, tables.len());
            for (i, (&table, &token)) in tables.iter().zip(tokens).enumerate() {
                let row = &mut gradient[table + token as usize * width..][..width];
                let errors = &errors[i * step..][..width];
                row.iter_mut().zip(errors).for_each(|(row, &e)| *row += e);
            }
        }
    }
}
