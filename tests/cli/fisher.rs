//! `rlct fisher`.

use super::rlct;

#[test]
fn a_smooth_point_is_recognised() {
    let arguments = "fisher --model reduced-rank --sizes 2,1,2 --at a1_1=1,b1_1=1 --json";
    let ended = rlct(&arguments.split(' ').collect::<Vec<_>>());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&json["rank"], &json["dimension"]), (&3.into(), &4.into()));
    assert_eq!(json["morse_bott"]["verdict"], "smooth");
    assert_eq!(json["upper"], "3/2");
    assert_eq!(json["engine"]["lambda"], "3/2");
    assert_eq!(json["null_directions"].as_array().unwrap().len(), 1);
}

#[test]
fn bad_questions_are_refused_with_a_reason() {
    for (arguments, reason) in [
        (&["fisher", "--ideal", "x + 1"][..], "move to a zero of K"),
        (&["fisher", "x^2 - y^2"], "not positive semi-definite"),
        (
            &[
                "fisher",
                "--ideal",
                "x^2 - 2",
                "--at",
                "x=s",
                "--where",
                "s^2 = 2, 1 < s < 2",
            ],
            "not rational",
        ),
        (
            &["fisher", "--model", "tanh", "--sizes", "1"],
            "needs --sizes inputs,hidden,outputs",
        ),
        (
            &["fisher", "--model", "naive-bayes", "--sizes", "2,2"],
            "probability",
        ),
        (
            &[
                "fisher",
                "--model",
                "deep-linear",
                "--sizes",
                "1,1",
                "--at",
                "q=1",
            ],
            "`q` is neither",
        ),
        (
            &[
                "fisher",
                "--model",
                "deep-linear",
                "--sizes",
                "1,1",
                "--at",
                "w1_1_1=s",
            ],
            "not a rational number",
        ),
    ] {
        let ended = rlct(arguments);
        assert_eq!(ended.code, 2, "{arguments:?}");
        assert!(
            ended.stderr.contains(reason),
            "{arguments:?}: {}",
            ended.stderr
        );
    }
}
