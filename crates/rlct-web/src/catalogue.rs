//! The germs of the catalogue, as the page offers them.

use crate::fault::{Fault, Field};
use rlct::algebra::Polynomial;
use rlct::catalogue::{self, GermText, Instance};
use serde::Serialize;

/// Longer germs are left out: they are no pleasure to read in a field.
const MOST_CHARACTERS: usize = 1500;

/// A family with its germs.
#[derive(Debug, Serialize)]
pub(crate) struct Family {
    name: &'static str,
    instances: Vec<Entry>,
}

/// A germ with the value of the literature.
#[derive(Debug, Serialize)]
struct Entry {
    id: String,
    germ: GermText,
    /// The ring, where a name of it might be read as a product.
    #[serde(skip_serializing_if = "Option::is_none")]
    ring: Option<Vec<String>>,
    /// The published value in one line.
    value: String,
    /// The published λ and m, where they are exact.
    lambda: Option<String>,
    multiplicity: Option<usize>,
    source: String,
}

/// The families in the order of the catalogue.
pub(crate) fn germs() -> Result<Vec<Family>, Fault> {
    let all = catalogue::instances().map_err(|error| Fault::of(Field::Request, error))?;
    let mut families: Vec<Family> = Vec::new();
    for instance in &all {
        let Some(entry) = entry(instance) else {
            continue;
        };
        let name = instance.family().name();
        match families.iter_mut().find(|family| family.name == name) {
            Some(family) => family.instances.push(entry),
            None => families.push(Family {
                name,
                instances: vec![entry],
            }),
        }
    }
    Ok(families)
}

fn entry(instance: &Instance) -> Option<Entry> {
    let germ = instance.germ()?;
    let length: usize = germ.generators().iter().map(|g| g.chars().count()).sum();
    if length > MOST_CHARACTERS {
        return None;
    }
    // texts of programs: every name is one, also where a person might mean a product
    let doubtful = Polynomial::parse_all(germ.generators()).is_err();
    let known = instance.coefficient();
    Some(Entry {
        id: instance.id().to_string(),
        germ: germ.clone(),
        ring: instance
            .written()
            .filter(|_| doubtful)
            .map(|written| written.variables().to_vec()),
        value: instance.value().to_string(),
        lambda: known.as_ref().map(|known| known.lambda().to_string()),
        multiplicity: known.map(|known| known.multiplicity()),
        source: instance.source().to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_germ_can_be_asked_about() {
        let families = germs().expect("the catalogue is there");
        assert!(families.len() > 20, "{} families", families.len());
        let mut asked = 0;
        for entry in families.iter().flat_map(|family| &family.instances) {
            let written = serde_json::to_value(&entry.germ).expect("a germ is JSON");
            // as the page writes it into its fields
            let at = written["at"].as_object().map_or(String::new(), |at| {
                let values = at
                    .iter()
                    .map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default()));
                values.collect::<Vec<_>>().join(", ")
            });
            let joined = |list: &serde_json::Value| {
                let names = list.as_array().into_iter().flatten();
                let names: Vec<&str> = names.filter_map(|name| name.as_str()).collect();
                names.join(", ")
            };
            let numbers = match &written["where"] {
                serde_json::Value::Null => serde_json::json!([]),
                numbers => numbers.clone(),
            };
            let question = serde_json::json!({
                "form": written["form"],
                "generators": written["generators"],
                "at": at,
                "where": numbers,
                "nonnegative": joined(&written["nonnegative"]),
                "amplitude": written["amplitude"].as_str().unwrap_or_default(),
                "variables": entry.ring.as_deref().unwrap_or_default().join(", "),
            });
            let question: crate::Question = serde_json::from_value(question).expect("a question");
            assert_eq!(question.germ().err(), None, "{}", entry.id);
            asked += 1;
        }
        assert!(asked > 300, "{asked} germs");
    }
}
