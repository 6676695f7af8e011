//! The sources of the catalogue, for programs that write references.

use crate::closed_form::{Family, Source};
use std::collections::BTreeMap;

/// A key for a source: the first author, the year, the first two long words of the title.
pub(super) fn key(source: &Source) -> String {
    let letters = |text: &str| -> String {
        let plain = text.chars().filter_map(|c| match c {
            'ţ' | 'ț' => Some('t'),
            'ă' => Some('a'),
            'é' => Some('e'),
            'ü' => Some('u'),
            'ö' => Some('o'),
            c => c.is_ascii_alphabetic().then(|| c.to_ascii_lowercase()),
        });
        plain.collect()
    };
    let first = source.authors().split([',', '&']).next().unwrap_or("");
    let first = first.replace("et al.", "");
    let words = source.title().split_whitespace().map(letters);
    let words: String = words.filter(|word| word.len() > 3).take(2).collect();
    format!("{}{}{words}", letters(&first), source.year())
}

/// The sources of all families as a BibTeX file, a source an entry, by their keys.
///
/// An arXiv number or a DOI is a field of its own where the venue has it.
///
/// # Examples
///
/// ```
/// use rlct::catalogue;
///
/// let text = catalogue::bibliography();
/// assert!(text.contains("@misc{aoyagi2024considerationlearning,"));
/// ```
#[must_use]
pub fn bibliography() -> String {
    let mut entries: BTreeMap<String, String> = BTreeMap::new();
    for family in Family::ALL {
        let source = family.source();
        let authors = source.authors().replace(" & ", ", ");
        let authors: Vec<&str> = authors.split(", ").collect();
        let mut fields = vec![
            ("author", authors.join(" and ")),
            ("title", format!("{{{}}}", source.title())),
            ("year", source.year().to_string()),
            ("howpublished", source.venue().to_string()),
        ];
        let words = source.venue().split([' ', ',', ';']);
        for word in words {
            if let Some(number) = word.strip_prefix("arXiv:") {
                fields.push(("eprint", number.to_string()));
                fields.push(("archiveprefix", "arXiv".to_string()));
            } else if let Some(number) = word.strip_prefix("doi:") {
                fields.push(("doi", number.to_string()));
            }
        }
        let lines = fields
            .iter()
            .map(|(name, value)| format!("  {name} = {{{value}}},\n"));
        let entry = format!(
            "@misc{{{},\n{}}}\n",
            key(&source),
            lines.collect::<String>()
        );
        entries.entry(key(&source)).or_insert(entry);
    }
    entries.into_values().collect::<Vec<_>>().join("\n")
}
