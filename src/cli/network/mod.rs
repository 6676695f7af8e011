//! Networks of layers on the command line: which one, on which data, and runs of training.

mod data;
mod points;
mod run;
mod train;

pub(super) use data::{Data, NetworkOptions};
pub(super) use points::{Trained, TrainedArgs};
pub(super) use train::{TrainArgs, run as train};
