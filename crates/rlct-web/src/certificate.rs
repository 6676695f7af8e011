//! A certificate replayed by the independent checker.

use crate::fault::{Fault, Field};
use crate::question::Question;
use rlct::certificate::Certificate;
use rlct::resolution::Reading;
use serde::{Deserialize, Serialize};

/// A certificate, and the question it should be about.
#[derive(Debug, Deserialize)]
pub(crate) struct Ask {
    certificate: String,
    question: Option<Question>,
}

/// What the checker says.
#[derive(Debug, Serialize)]
pub(crate) struct Verdict {
    accepted: bool,
    /// `exact`, `bounds`, `nothing` or `refused`.
    verdict: &'static str,
    /// How many steps were replayed.
    steps: usize,
    /// What is proved, or why the certificate is refused.
    text: String,
    /// The question of the certificate in one line.
    question: String,
}

/// Replays a certificate: what is in it is believed by nobody.
pub(crate) fn replay(ask: &Ask) -> Result<Verdict, Fault> {
    let certificate = Certificate::from_json(&ask.certificate)
        .map_err(|error| Fault::of(Field::Certificate, error))?;
    let refused = |text: String| Verdict {
        accepted: false,
        verdict: "refused",
        steps: certificate.steps.len(),
        text,
        question: certificate.question.to_string(),
    };
    if let Some(question) = &ask.question
        && let Err(difference) = same_question(&certificate, question)?
    {
        return Ok(refused(format!(
            "it answers another question: {difference}"
        )));
    }
    Ok(match certificate.check() {
        Ok(verified) => Verdict {
            accepted: true,
            verdict: match (verified.is_exact(), verified.is_empty()) {
                (true, _) => "exact",
                (false, true) => "nothing",
                (false, false) => "bounds",
            },
            text: verified.to_string(),
            ..refused(String::new())
        },
        Err(error) => refused(error.to_string()),
    })
}

/// Whether the certificate is about the question; of a loss it may say no more than of |K|.
fn same_question(
    certificate: &Certificate,
    question: &Question,
) -> Result<Result<(), String>, Fault> {
    let mut asked = question
        .germ()?
        .to_question()
        .map_err(|error| Fault::of(Field::Request, error))?;
    if asked.reading == Reading::Loss && certificate.question.reading == Reading::Absolute {
        asked.reading = Reading::Absolute;
    }
    let same = certificate.question.is_the_same_as(&asked);
    Ok(same.map_err(|difference| difference.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn ask(request: &Value) -> Value {
        serde_json::from_str(&crate::respond(&request.to_string())).expect("replies are JSON")
    }

    #[test]
    fn forgeries_and_other_questions_are_refused() {
        let question = json!({ "form": "ideal", "generators": ["x^2*y"] });
        let answer = ask(&json!({ "op": "exact", "question": question }));
        let honest = answer["certificate"].as_str().expect("a text");
        let check = |certificate: &str, generator: &str| {
            let question = json!({ "form": "ideal", "generators": [generator] });
            ask(&json!({ "op": "check", "certificate": certificate, "question": question }))
        };
        assert_eq!(check(honest, "x^2*y")["verdict"], "exact");
        let other = check(honest, "x*y");
        assert_eq!(other["accepted"], false);
        assert!(
            other["text"]
                .as_str()
                .is_some_and(|text| text.contains("another question"))
        );
        let forged = honest.replace("\"1/4\"", "\"1/3\"");
        assert_ne!(forged, honest);
        assert_eq!(check(&forged, "x^2*y")["verdict"], "refused");
        let torn = check(&honest[1..], "x^2*y");
        assert_eq!(torn["error"]["field"], "certificate");
    }
}
