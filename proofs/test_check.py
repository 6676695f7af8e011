#!/usr/bin/env python3
"""Tests of the second checker: what it must refuse, with the reason, and what it must not.

    python3 proofs/test_check.py
"""

import contextlib
import io
import json
import os
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "tests", "data")
REFUSED = os.path.join(DATA, "refused-certificates")
RARE_RULES = os.path.join(DATA, "rule-certificates")
sys.path.insert(0, HERE)
import check  # noqa: E402

# Certificates written by hand to prove what is not true, and what is wrong with them.
REASONS = {
    "A1-factor-empty.json": "the claim has another upper",
    "A2-amplitude-hidden-zero.json": "a value of the point may be 0",
    "A3-two-roots.json": "a constant is without bounds",
    "A8-loss-negative.json": "the loss is not shown to be ≥ 0",
    "A8-loss-sign.json": "the loss is not shown to be ≥ 0",
    "A10-sum-empty-chain.json": "the claim has another upper",
    "A11-implicit-empty.json": "a unit may be 0 at a point",
    "A12-fold-factor-empty.json": "the claim has another upper",
    "A14-homoglyph.json": "look alike",
    "A18-duplicate-weights.json": "the weights are dependent",
    "A19-zero-part.json": "the claim has another upper",
    "A20-constant-outside-interval.json": "not exactly one root between the bounds",
    "A20b-constant-not-real.json": "a constant is without bounds",
    "A21-sum-empty-part.json": "the claim has another lower",
}
NOTHING = ["A15-open.json", "A16-zeroideal.json", "A17-novars.json"]

X = {"name": "x", "domain": "line", "extent": "local", "amplitude": "0"}


def run(path):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = check.run(path)
    return code, out.getvalue()


def run_text(text):
    with tempfile.NamedTemporaryFile("wb", suffix=".json", delete=False) as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    try:
        return run(file.name)
    finally:
        os.remove(file.name)


def certificate(generator="x", **changes):
    """A proof that the ideal (x) has λ = 1/2, with changes of its last step."""
    pole = {"lambda": "1/2", "multiplicity": 1}
    step = {"chart": {"coordinates": [X], "generators": [generator]}, "rule": "newton",
            "weights": [["1"]], "terms": [{"generator": 0, "coefficient": "1"}]}
    step.update(changes)
    return {"format": "rlct-certificate", "version": 1,
            "question": {"variables": ["x"], "generators": ["x"], "reading": "ideal"},
            "claim": {"lower": pole, "upper": pole}, "steps": [step]}


class Refusals(unittest.TestCase):
    def test_files_that_are_to_be_refused(self):
        self.assertEqual(sorted(os.listdir(REFUSED)), sorted([*REASONS, *NOTHING]))
        for name, reason in REASONS.items():
            code, said = run(os.path.join(REFUSED, name))
            self.assertEqual(code, 1, name)
            self.assertIn(reason, said, name)

    def test_claims_of_nothing(self):
        for name in NOTHING:
            self.assertEqual(run(os.path.join(REFUSED, name))[0], 4, name)

    def test_the_grammar_of_polynomials(self):
        for text in ("x", " x ", "(x)", "-(-x)", "2/2*x", "x^1", "x*(1 - 0)", "x^0*x",
                     "x*1/1"):
            self.assertEqual(run_text(json.dumps(certificate(text)))[0], 0, text)
        for text in ("", "+x", "1x", "x/1", "x**1", "x¹", "x^(1)", "1.0*x", "x*-1", "x\t",
                     "x^1^1", "1 /1*x", "(x", "x)", "[x]", "x\u00a0", "1e0*x", "1/1^1*x", "y",
                     "x y"):
            code, said = run_text(json.dumps(certificate(text)))
            self.assertEqual(code, 1, (text, said))
            self.assertIn("step 0 (newton)", said, text)

    def test_the_grammar_of_rationals(self):
        for text in ("1", "2/2", "01"):
            terms = [{"generator": 0, "coefficient": text}]
            self.assertEqual(run_text(json.dumps(certificate(terms=terms)))[0], 0, text)
        for text in ("+1", "1.0", " 1", "1/", "1/0", "1/-1", "1e0", "", "1 ", "9" * 2503):
            terms = [{"generator": 0, "coefficient": text}]
            self.assertEqual(run_text(json.dumps(certificate(terms=terms)))[0], 2, text)

    def test_values_that_have_no_meaning(self):
        for changes in ({"point": None}, {"remark": "?"}, {"weights": [[1]]}, {"terms": {}},
                        {"terms": [{"generator": -1, "coefficient": "1"}]},
                        {"terms": [{"generator": 0.0, "coefficient": "1"}]},
                        {"terms": [{"generator": 2 ** 32, "coefficient": "1"}]},
                        {"terms": [{"generator": True, "coefficient": "1"}]}):
            self.assertEqual(run_text(json.dumps(certificate(**changes)))[0], 2, changes)
        text = json.dumps(certificate())
        self.assertEqual(run_text(text)[0], 0)
        for changed in (text.replace("0,", "-0,", 1), text + " null", text.encode("utf-16"),
                        text.replace('"line"', '"line\\ud800"'), text.replace("{", "{,", 1),
                        text.replace('"steps":', '"steps": [], "steps":')):
            self.assertEqual(run_text(changed)[0], 2, changed)

    def test_evidence_by_what_is_positive(self):
        def said(positive, evidence, version=3, **chart):
            x, y = {**X, "extent": "extended"}, {**X, "name": "y"}
            value = certificate()
            value["question"].update(variables=["x", "y"], generators=["y"])
            value["version"] = version
            value["steps"].insert(0, {
                "chart": {"coordinates": [x, y], "generators": ["y"], "positive": positive,
                          **chart},
                "rule": "unit", "evidence": {"because": "signs", **evidence}})
            return run_text(json.dumps(value))[1]

        once, root = {"positive": [["1", [1]]]}, {"because": {"no_real_root": "x"}}
        # what is right is refused only since the step is not used
        for positive, evidence in ((["y - 1"], once), (["y"], once),
                                   (["x - 2", "1 - x"], {"positive": [["1", [1, 0]],
                                                                      ["1", [0, 1]]]}),
                                   (["-x^2 - x - 1"], {**once, **root})):
            self.assertIn("step", said(positive, evidence), positive)
            self.assertNotIn("evidence", said(positive, evidence), positive)
            self.assertIn("version 3", said(positive, evidence, version=2))
        for positive, evidence, chart in (
                (["y + 1"], once, {}), (["y - 1"], {"positive": [["-1", [1]]]}, {}),
                (["y - 1"], {"positive": [["1", [1, 1]]]}, {}),
                (["y - 1"], {**once, "units": [1], "rest": "1"}, {}),
                (["-x^2"], {"positive": [["x^2", [1]]]}, {}),
                (["x^2 + x + 1"], {**once, **root}, {}), (["-x^2 + x + 1"], {**once, **root}, {}),
                (["-x"], {**once, **root}, {"units": ["x"]})):
            self.assertIn("evidence", said(positive, evidence, **chart), positive)

    def test_limits(self):
        # "too large" before the work, not after hours of it
        for text in ("(x + 1)^99999", "x^100001", "x^4294967296", "(x^65536)^65536",
                     "(" * 101 + "x" + ")" * 101, "7" * 2501, f"{'7' * 2400}*{'7' * 2400}*x"):
            code, said = run_text(json.dumps(certificate(text)))
            self.assertEqual(code, 1, said[:80])
        self.assertIn("too many", run_text("[" + "0," * check.MAX_VALUES + "0]")[1])
        self.assertEqual(run_text("[" * 100000)[0], 2)
        self.assertEqual(run("/dev/zero")[0], 2)
        self.assertEqual(run(HERE)[0], 2)


class Acceptances(unittest.TestCase):
    def test_the_examples_of_the_page(self):
        with open(os.path.join(HERE, "FORMAT.md"), encoding="utf-8") as file:
            examples = [block.split("```")[0] for block in file.read().split("```json\n")[1:]]
        self.assertEqual(len(examples), 2)
        for example in examples:
            self.assertEqual(run_text(example)[0], 0, example)

    def test_rules_that_are_rare_in_proofs(self):
        for name in os.listdir(RARE_RULES):
            self.assertEqual(run(os.path.join(RARE_RULES, name))[0], 0, name)

    def test_a_derivative_of_any_order_bounds_like_its_power(self):
        xy = [X, {**X, "name": "y"}]
        for generator, alpha, divisor, lam, m in (
                ("y^3 + x", 3, 0, "1/6", 1), ("x^2*y^2 + x^3", 2, 2, "1/4", 2),
                ("x*y^2 + x^2", 2, 1, "1/4", 1), ("x^3*y^2 + x^4", 2, 3, "1/6", 1)):
            value = certificate()
            value["question"].update(variables=["x", "y"], generators=[generator])
            value["claim"] = {"lower": {"lambda": lam, "multiplicity": m}}
            value["steps"] = [{"chart": {"coordinates": xy, "generators": [generator]},
                               "rule": "order", "generator": 0, "derivatives": [[0, alpha]],
                               "divisor": [divisor, 0], "evidence": {"because": "signs"}}]
            self.assertEqual(run_text(json.dumps(value))[0], 3, generator)


class Schema(unittest.TestCase):
    def setUp(self):
        with open(os.path.join(HERE, "certificate.schema.json"), encoding="utf-8") as file:
            self.schema = json.load(file)

    def test_the_schema_has_the_fields_that_the_checker_reads(self):
        rules = {}
        for one in self.schema["properties"]["steps"]["items"]["oneOf"]:
            rules[one["properties"]["rule"]["const"]] = one
            self.assertIs(one["additionalProperties"], False)
        self.assertEqual(list(rules), list(check.FORMS))
        self.assertEqual(list(rules), list(check.RULES))
        for name, form in check.FORMS.items():
            required = {field for field in form if not field.endswith("?")}
            self.assertEqual(set(rules[name]["required"]), {"chart", "rule"} | required, name)
            fields = {field.rstrip("?") for field in form}
            self.assertEqual(set(rules[name]["properties"]), {"chart", "rule"} | fields, name)

    def test_certificates_have_the_form_of_the_schema(self):
        try:
            from jsonschema import Draft202012Validator
        except ImportError:
            self.skipTest("there is no jsonschema")
        validator = Draft202012Validator(self.schema)
        for folder in ("A2", "c14", "x05", "circle-cone", "local-vs-global"):
            value = check.read(os.path.join(HERE, folder, "certificate.json"))
            self.assertTrue(validator.is_valid(value), folder)
        self.assertFalse(validator.is_valid(certificate(remark="?")))
        self.assertFalse(validator.is_valid(certificate(point=None)))


if __name__ == "__main__":
    unittest.main()
