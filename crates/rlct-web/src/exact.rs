//! The answer to a question, with all that the page shows of it.

use crate::fault::{Fault, Field};
use crate::polyhedron::{self, Polyhedron};
use crate::question::Question;
use crate::tree::Tree;
use rlct::report::Derivation;
use rlct::resolution::{Germ, GermError};
use rlct::{Answer, Budget};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What is asked, and what it may cost.
#[derive(Debug, Deserialize)]
pub(crate) struct Ask {
    question: Question,
    milliseconds: Option<u64>,
    steps: Option<u64>,
}

/// The answer.
#[derive(Debug, Serialize)]
pub(crate) struct Reply {
    /// The question in one line, as the certificate states it.
    reading: String,
    variables: Vec<String>,
    answer: Answer,
    /// The answer in one line.
    text: String,
    /// What should be read beside it.
    remarks: Vec<String>,
    /// The proof, as it is written to a file.
    certificate: String,
    /// How many steps it has.
    steps: usize,
    /// The derivation in words.
    derivation: String,
    tree: Tree,
    newton: Polyhedron,
}

impl Ask {
    fn budget(&self) -> Budget {
        let usual = Budget::default();
        let timed = match self.milliseconds {
            Some(milliseconds) => usual.with_time(Duration::from_millis(milliseconds)),
            None => usual,
        };
        match self.steps {
            Some(steps) => timed.with_steps(steps),
            None => timed,
        }
    }
}

/// The answer to a question, or what is wrong with it.
pub(crate) fn answer(ask: &Ask) -> Result<Reply, Fault> {
    let germ = ask.question.germ()?;
    let resolution = germ
        .resolve(&ask.budget())
        .map_err(|error| refusal(&error))?;
    let certificate = resolution.certificate();
    let derivation = Derivation::new(certificate, resolution.proved());
    let answer = resolution.answer().clone().with_reason_as_text();
    Ok(Reply {
        reading: certificate.question.to_string(),
        variables: certificate.question.variables.clone(),
        text: answer.to_string(),
        answer,
        remarks: remarks(&germ),
        certificate: certificate.to_json(),
        steps: certificate.steps.len(),
        derivation: derivation.to_string(),
        tree: Tree::new(certificate, &derivation),
        newton: polyhedron::of_germ(certificate),
    })
}

/// Why a question has no answer, in words of the page where those of the library speak of options.
fn refusal(error: &GermError) -> Fault {
    match error {
        GermError::NegativeLoss { terms } => Fault::of(
            Field::Generators,
            format!(
                "the loss is negative near the point (for one, its terms {terms} are); a loss is \
                 ≥ 0: for K = g² give g as an ideal, for K = |g| choose that"
            ),
        ),
        error => Fault::of(Field::Request, error),
    }
}

/// What an answer leaves open, and where else to look. That K is read as |K| the question says.
fn remarks(germ: &Germ) -> Vec<String> {
    let mut remarks = Vec::new();
    let little = Budget::default().with_time(Duration::from_millis(200));
    if let Ok(Some(weights)) = germ.homogeneous_weights(&little) {
        let weights: Vec<String> = weights.iter().map(ToString::to_string).collect();
        remarks.push(format!(
            "weighted homogeneous, weights ({}): no zero is worse than the origin",
            weights.join(", ")
        ));
    }
    const MOST: usize = 3;
    let zeros = germ.zeros_elsewhere();
    if !zeros.is_empty() {
        let shown: Vec<String> = zeros
            .iter()
            .take(MOST)
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        let more = if zeros.len() > MOST { ", …" } else { "" };
        remarks.push(format!(
            "local: K = 0 also at {}{more}, where λ may be another",
            shown.join(", ")
        ));
    }
    remarks
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn ask(question: Value) -> Value {
        let request = json!({ "op": "exact", "question": question });
        serde_json::from_str(&crate::respond(&request.to_string())).expect("replies are JSON")
    }

    #[test]
    fn an_answer_has_all_that_the_page_shows() {
        let reply = ask(json!({ "form": "ideal", "generators": ["x^2 - y^3"] }));
        assert_eq!(reply["answer"]["lambda"], "5/12");
        assert_eq!(reply["answer"]["multiplicity"], 1);
        assert_eq!(reply["newton"]["lambda"], "5/12");
        assert_eq!(reply["newton"]["vertices"], json!([[0, 3], [2, 0]]));
        let root = reply["tree"]["root"].as_u64().expect("a number") as usize;
        let top = &reply["tree"]["steps"][root];
        assert_eq!(top["poles"], "(λ, m) = (5/12, 1)");
        assert!(
            reply["derivation"]
                .as_str()
                .is_some_and(|text| text.contains("blow up"))
        );
        let blow_up = reply["tree"]["steps"]
            .as_array()
            .and_then(|steps| steps.iter().find(|step| step["rule"] == "blow_up"))
            .expect("the cusp is blown up");
        // x² and y³ have become the coordinates, with amplitudes −1/2 and −2/3
        assert_eq!(blow_up["divisor"]["order"], "1");
        assert_eq!(blow_up["divisor"]["volume"], "5/6");
        assert_eq!(blow_up["divisor"]["pole"], "5/12");
        let certificate = reply["certificate"].as_str().expect("a text");
        let request = json!({ "op": "check", "certificate": certificate });
        let checked: Value =
            serde_json::from_str(&crate::respond(&request.to_string())).expect("replies are JSON");
        assert_eq!(checked["accepted"], true);
        assert_eq!(checked["steps"], reply["steps"]);
    }

    #[test]
    fn no_time_gives_bounds_with_the_reason() {
        let question = json!({ "form": "ideal", "generators": ["(y^2-x^3)^2-x^5*y"] });
        let request = json!({ "op": "exact", "question": question, "milliseconds": 0 });
        let reply: Value =
            serde_json::from_str(&crate::respond(&request.to_string())).expect("replies are JSON");
        assert_eq!(reply["answer"]["answer"], "bounds");
        assert!(
            reply["answer"]["reason"]
                .as_str()
                .is_some_and(|reason| reason.contains("time"))
        );
    }

    #[test]
    fn questions_without_an_answer_say_so() {
        let reply = ask(json!({ "form": "loss", "generators": ["x^2 - y^2"] }));
        let message = reply["error"]["message"].as_str().expect("a text");
        assert!(message.contains("negative"), "{message}");
        assert_eq!(reply["error"]["field"], "generators");
        assert_eq!(reply["error"]["column"], Value::Null);
    }
}
