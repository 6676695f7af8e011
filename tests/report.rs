//! The JSON of reports is a contract; the verdict of a comparison decides an exit code.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot build its input should fail"
)]

use rlct::algebra::Rational;
use rlct::closed_form;
use rlct::report::{
    Agreement, CaseReport, Comparison, EstimateReport, ExactReport, Origin, Outcome, Row, Summary,
};
use rlct::{Answer, LearningCoefficient};
use serde_json::{Value, json};

fn q(text: &str) -> Rational {
    text.parse().unwrap()
}

fn exact(lambda: &str, multiplicity: usize) -> Outcome {
    LearningCoefficient::new(q(lambda), multiplicity).into()
}

fn bounds(lower: &str, upper: &str) -> Outcome {
    Outcome::Answer(Answer::Bounds {
        lower: Some(q(lower)),
        upper: q(upper),
        reason: Some("out of time".into()),
    })
}

fn refused() -> Outcome {
    Outcome::Error {
        message: "the ideal is empty".into(),
    }
}

fn engine(outcome: Outcome) -> ExactReport {
    ExactReport::new(Origin::Engine, outcome, 0.5)
}

#[test]
fn cases_have_the_promised_json() {
    for (outcome, text) in [
        (
            exact("5/12", 1),
            r#"{"id":"b01","answer":"exact","lambda":"5/12","multiplicity":1,"seconds":0.5}"#,
        ),
        (
            bounds("1/3", "5/12"),
            r#"{"id":"b01","answer":"bounds","lower":"1/3","upper":"5/12","reason":"out of time","seconds":0.5}"#,
        ),
        (
            refused(),
            r#"{"id":"b01","answer":"error","message":"the ideal is empty","seconds":0.5}"#,
        ),
    ] {
        let case = CaseReport::new("b01", outcome, 0.5);
        assert_eq!(serde_json::to_string(&case).unwrap(), text);
        assert_eq!(serde_json::from_str::<CaseReport>(text).unwrap(), case);
    }
}

#[test]
fn published_values_follow_the_contract() {
    let published = LearningCoefficient::new(q("1/2"), 2);
    let case = CaseReport::new("b08", exact("1/2", 1), 0.5).published(published);
    let value: Value = serde_json::to_value(&case).unwrap();
    assert_eq!(
        value["published"],
        json!({"lambda": "1/2", "multiplicity": 2})
    );
    assert_eq!(value["agrees"], json!(false));
    assert_eq!(
        case.to_string(),
        "b08: λ = 1/2, m = 1, BUT PUBLISHED: λ = 1/2, m = 2 [0.500 s]"
    );
    let text = serde_json::to_string(&case).unwrap();
    assert_eq!(serde_json::from_str::<CaseReport>(&text).unwrap(), case);
}

#[test]
fn bounds_that_meet_leave_only_m_open() {
    assert_eq!(
        bounds("1/2", "1/2").to_string(),
        "λ = 1/2, m undecided: out of time"
    );
    assert_eq!(
        bounds("1/3", "1/2").to_string(),
        "1/3 ≤ λ ≤ 1/2: out of time"
    );
}

#[test]
fn summaries_count() {
    let half = LearningCoefficient::new(q("1/2"), 1);
    let cases = [
        CaseReport::new("a", exact("1/2", 1), 0.25).published(half.clone()),
        CaseReport::new("b", exact("1/2", 2), 0.25).published(half.clone()),
        CaseReport::new("c", bounds("1/3", "3/4"), 0.25).published(half),
        CaseReport::new("d", refused(), 0.25),
    ];
    let summary: Summary = cases.iter().collect();
    assert_eq!(
        (summary.exact(), summary.bounds(), summary.errors()),
        (2, 1, 1)
    );
    assert_eq!((summary.confirmed(), summary.disagreements()), (1, 1));
    assert_eq!(
        summary.to_string(),
        "4 cases: 2 exact, 1 bounds, 1 error; 1 as published, 1 not; 1.0 s"
    );
}

#[test]
fn outcomes_agree_when_both_can_be_true() {
    assert_eq!(exact("1/2", 1).agrees_with(&exact("1/2", 1)), Some(true));
    assert_eq!(exact("1/2", 1).agrees_with(&exact("1/2", 2)), Some(false));
    assert_eq!(
        exact("1/2", 1).agrees_with(&bounds("1/3", "1/2")),
        Some(true)
    );
    assert_eq!(
        bounds("3/5", "1").agrees_with(&exact("1/2", 1)),
        Some(false)
    );
    assert_eq!(
        bounds("0", "1/3").agrees_with(&bounds("1/3", "1")),
        Some(true)
    );
    assert_eq!(
        bounds("0", "1/4").agrees_with(&bounds("1/3", "1")),
        Some(false)
    );
    assert_eq!(exact("1/2", 1).agrees_with(&refused()), None);
}

fn reduced_rank() -> Row {
    let truth = closed_form::reduced_rank(2, 2, 2, 1).unwrap();
    Row::new("reduced rank 2·2·2")
        .with_exact(engine(exact("2", 2)))
        .with_exact((&truth).into())
}

#[test]
fn verdicts() {
    let sgld = |lambda| EstimateReport::new("SGLD", lambda, 0.1, 1.0);
    for (row, verdict) in [
        (reduced_rank(), Agreement::Agree),
        (reduced_rank().with_estimate(sgld(2.2)), Agreement::Agree),
        (reduced_rank().with_estimate(sgld(2.4)), Agreement::Disagree),
        // an estimate with doubts takes no part
        (
            reduced_rank().with_estimate(sgld(9.0).doubt("the chains drift")),
            Agreement::Agree,
        ),
        (
            reduced_rank().with_estimate(sgld(f64::NAN)),
            Agreement::Agree,
        ),
        (
            reduced_rank().with_estimate(sgld(2.0).with_multiplicity(2)),
            Agreement::Agree,
        ),
        (
            reduced_rank().with_estimate(sgld(2.0).with_multiplicity(1)),
            Agreement::Disagree,
        ),
        (
            reduced_rank().with_exact(engine(exact("2", 1))),
            Agreement::Disagree,
        ),
        (
            reduced_rank().with_exact(engine(bounds("1", "3"))),
            Agreement::Agree,
        ),
        (
            reduced_rank().with_exact(engine(refused())),
            Agreement::Undecided,
        ),
        (
            Row::new("x").with_exact(engine(exact("2", 1))),
            Agreement::Undecided,
        ),
        (
            Row::new("x")
                .with_estimate(sgld(2.0))
                .with_estimate(sgld(3.0)),
            Agreement::Undecided,
        ),
        // an energy is not an estimate of λ, however near and however far
        (
            Row::new("x")
                .with_exact(engine(exact("2", 1)))
                .with_estimate(EstimateReport::energy_at("MALA", 1e3, 2.0, 0.1, 1.0)),
            Agreement::Undecided,
        ),
        (
            reduced_rank().with_estimate(EstimateReport::energy_at("MALA", 1e3, 1.0, 0.1, 1.0)),
            Agreement::Agree,
        ),
        // against bounds, the distance to the interval counts
        (
            Row::new("x")
                .with_exact(engine(bounds("1", "3")))
                .with_estimate(sgld(1.5)),
            Agreement::Agree,
        ),
        (
            Row::new("x")
                .with_exact(engine(bounds("1", "3")))
                .with_estimate(sgld(3.5)),
            Agreement::Disagree,
        ),
    ] {
        assert_eq!(row.agreement(3.0), verdict, "{row:?}");
        assert_eq!(Comparison::new().with_row(row).agreement(), verdict);
    }
}

#[test]
fn one_contradiction_decides_the_comparison() {
    let off = reduced_rank().with_estimate(EstimateReport::new("ladder", 1.0, 0.1, 1.0));
    let open = Row::new("x");
    let both: Comparison = [open.clone(), off, reduced_rank()].into_iter().collect();
    assert_eq!(both.agreement(), Agreement::Disagree);
    assert_eq!(
        both.to_string(),
        "3 models: 1 agree, 1 disagree, 1 undecided (threshold 3 standard errors)\n\
         reduced rank 2·2·2: ladder is 10.0 standard errors below the exact value"
    );
    let half: Comparison = [open, reduced_rank()].into_iter().collect();
    assert_eq!(half.agreement(), Agreement::Undecided);
}

#[test]
fn comparisons_as_json() {
    let row = reduced_rank()
        .with_estimate(EstimateReport::new("volume", 2.25, 0.125, 1.0).with_multiplicity(2))
        .with_estimate(EstimateReport::new("ladder", f64::INFINITY, 0.125, 1.0))
        .with_estimate(EstimateReport::energy_at("MALA", 1e3, 1.75, 0.125, 1.0));
    let value = serde_json::to_value(Comparison::new().with_row(row)).unwrap();
    assert_eq!(
        value,
        json!({
            "schema": 2,
            "verdict": "agree",
            "threshold": 3.0,
            "rows": [{
                "model": "reduced rank 2·2·2",
                "verdict": "agree",
                "exact": [
                    {"origin": "engine", "answer": "exact", "lambda": "2", "multiplicity": 2,
                     "seconds": 0.5},
                    {"origin": "closed-form", "source": "Aoyagi & Watanabe 2005",
                     "answer": "exact", "lambda": "2", "multiplicity": 2, "seconds": 0.0},
                ],
                "estimates": [
                    {"way": "volume", "quantity": "learning_coefficient", "lambda": 2.25,
                     "standard_error": 0.125, "multiplicity": 2, "doubts": [], "seconds": 1.0,
                     "trustworthy": true, "converged": true, "deviation": 2.0},
                    {"way": "ladder", "quantity": "learning_coefficient", "lambda": null,
                     "standard_error": 0.125,
                     "doubts": ["the estimate is not a finite number"], "seconds": 1.0,
                     "trustworthy": false, "converged": false, "deviation": null},
                    {"way": "MALA", "quantity": "energy", "inverse_temperature": 1000.0,
                     "energy": 1.75, "lambda": null, "standard_error": 0.125, "doubts": [],
                     "seconds": 1.0, "likely_distance": null,
                     "trustworthy": false, "converged": true, "deviation": null},
                ],
                "disagreements": [],
            }]
        })
    );
}

#[cfg(feature = "cli")]
#[test]
fn comparisons_as_a_table() {
    let doubtful = EstimateReport::new("ladder", 2.5, 0.125, 1.0).doubt("R̂ = 1.30 exceeds 1.05");
    let row = reduced_rank()
        .with_estimate(EstimateReport::new("volume", 2.25, 0.125, 1.0).with_multiplicity(2))
        .with_estimate(doubtful)
        .with_estimate(EstimateReport::energy_at("MALA", 1e3, 1.75, 0.125, 1.0));
    let open = Row::new("germ").with_exact(engine(bounds("1/3", "1/2")));
    let table = Comparison::new().with_row(row).with_row(open).table();
    assert!(
        table.lines().all(|line| line.chars().count() <= 80),
        "{table}"
    );
    // words by line: the widths of columns are of no meaning
    let lines: Vec<String> = table
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.starts_with(['─', '═']))
        .collect();
    assert_eq!(
        lines,
        [
            "model, way λ m deviation seconds",
            "reduced rank 2·2·2: agree",
            "engine 2 2 0.50",
            "Aoyagi & Watanabe 2005 2 2",
            "volume 2.2500 ± 0.1250 2 +2.0 s.e. 1.00",
            "ladder [1] 2.5000 ± 0.1250 +4.0 s.e. 1.00",
            "MALA U(t) = 1.7500 ± 0.1250 1.00",
            "",
            "germ: undecided",
            "engine 1/3 … 1/2 0.50",
            "[1] doubtful: R̂ = 1.30 exceeds 1.05",
        ]
    );
}
