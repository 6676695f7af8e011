//! The catalogue as a file.

use super::Instance;
use serde::{Deserialize, Serialize};

/// The version of the file. 1 was the bare list of instances.
pub const VERSION: u32 = 2;

const FORMAT: &str = "rlct-catalogue";
pub(crate) const LICENCE: &str = "MIT OR Apache-2.0";

/// The file `proofs/catalogue.json`: its version and licence, and the instances.
///
/// # Examples
///
/// ```
/// use rlct::catalogue::{self, Document};
///
/// let document = Document::new(catalogue::instances()?);
/// let back: Document = serde_json::from_str(&document.to_json()).unwrap();
/// assert_eq!(back, document);
/// assert_eq!(back.version(), 2);
/// # Ok::<(), rlct::closed_form::ClosedFormError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    format: String,
    version: u32,
    licence: String,
    instances: Vec<Instance>,
}

impl Document {
    /// The file with these instances.
    #[must_use]
    pub fn new(instances: Vec<Instance>) -> Self {
        Self {
            format: FORMAT.to_string(),
            version: VERSION,
            licence: LICENCE.to_string(),
            instances,
        }
    }

    /// The version of the file.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The instances.
    #[must_use]
    pub fn instances(&self) -> &[Instance] {
        &self.instances
    }

    /// The text of the file, a line an instance.
    #[must_use]
    pub fn to_json(&self) -> String {
        let line = |instance| serde_json::to_string(instance).unwrap_or_default();
        let lines: Vec<String> = self.instances.iter().map(line).collect();
        let list = match lines.is_empty() {
            true => "[]".to_string(),
            false => format!("[\n  {}\n]", lines.join(",\n  ")),
        };
        let Self {
            format,
            version,
            licence,
            ..
        } = self;
        format!(
            "{{\"format\":\"{format}\",\"version\":{version},\"licence\":\"{licence}\",\
             \"instances\":{list}}}\n"
        )
    }
}
