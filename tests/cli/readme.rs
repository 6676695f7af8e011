//! The README and the guide show what the command prints.

use super::{rlct, without_times};

/// The words of a command line; single quotes group.
pub(super) fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The words of a text, with every decimal number and large count blanked and the lines of tables
/// left out: the digits of an estimate may differ from one machine's mathematics library to
/// another's.
fn without_decimals(text: &str) -> Vec<&str> {
    let words = text
        .split_whitespace()
        .filter(|word| !word.starts_with(['─', '═', '┌', '╞', '└']));
    let decimal = |word: &str| {
        let number = word
            .trim_matches(['[', '(', ')', ',', '*', ':'])
            .parse::<f64>();
        // counts of draws and of effective draws as well
        number.is_ok_and(|number| word.contains('.') || number >= 100.0)
    };
    words
        .map(|word| if decimal(word) { "…" } else { word })
        .collect()
}

/// Every `$ rlct …` in the README and the guide prints what they say.
#[test]
fn the_readme_and_the_guide_tell_the_truth() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = vec![root.join("README.md")];
    let guide = std::fs::read_dir(root.join("docs/guide")).unwrap();
    pages.extend(guide.map(|page| page.unwrap().path()));
    let texts: Vec<String> = pages
        .iter()
        .map(|page| std::fs::read_to_string(page).unwrap())
        .collect();
    let commands: usize = texts.iter().map(|text| check(text)).sum();
    assert!(commands >= 25, "only {commands} commands found");
}

/// The commands of a page, each of which prints what the page says.
fn check(text: &str) -> usize {
    let mut commands = 0;
    for block in text.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for command in block
            .split("$ ")
            .filter_map(|command| command.strip_prefix("rlct "))
        {
            let (line, expected) = command.split_once('\n').unwrap();
            let arguments = words(line);
            let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
            let ended = rlct(&arguments);
            // on a slow machine long work says how far it is
            let is_progress = |line: &&str| line.contains(" after ") && line.ends_with(" s");
            let told = ended.stderr.lines().filter(|line| !is_progress(line));
            let told: Vec<&str> = told.collect();
            let printed = format!("{}{}", ended.stdout, told.join("\n"));
            let (printed, expected) = (printed.trim_end(), expected.trim_end());
            if ["estimate", "compare", "select", "sweep"].contains(&arguments[0]) {
                assert_eq!(
                    without_decimals(printed),
                    without_decimals(expected),
                    "rlct {line}"
                );
            } else {
                assert_eq!(
                    without_times(printed),
                    without_times(expected),
                    "rlct {line}"
                );
            }
            commands += 1;
        }
    }
    commands
}
