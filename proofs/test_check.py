#!/usr/bin/env python3
"""Tests of the second checker: what it must refuse, with the reason, and what it must not.

    python3 proofs/test_check.py
"""

import contextlib
import io
import json
import os
import random
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


HALF_LINE = {**X, "domain": "half-line"}
ONE_HALF = {"lambda": "1/2", "multiplicity": 1}


def region(**changes):
    """A proof that the ideal (x) has λ = 1/2 for 0 ≤ x ≤ 1, with changes of its fields."""
    signs = {"because": "signs"}
    inside = {"coordinates": [{**X, "extent": "extended"}], "positive": ["x", "1 - x"],
              "generators": ["x"]}
    newton = certificate()["steps"][0]
    value = {
        "format": "rlct-region", "version": 1,
        "question": {"variables": ["x"], "generators": ["x"], "reading": "ideal",
                     "box": [{"variable": "x", "lower": "0", "upper": "1"}]},
        "claim": {"lower": ONE_HALF, "upper": ONE_HALF},
        "faces": [{"places": [place], "step": k}
                  for k, place in enumerate(("inside", "lower", "upper"))],
        "steps": [
            {"chart": inside, "rule": "unit", "generator": 0,
             "evidence": {"units": [1, 0], "rest": "1", **signs}},
            {**newton, "chart": {"coordinates": [HALF_LINE], "generators": ["x"]}},
            {"chart": {"coordinates": [HALF_LINE], "generators": ["1 - x"]}, "rule": "unit",
             "generator": 0, "evidence": signs}]}
    value.update(changes)
    return value


def open_region(question, faces, charts):
    """A claim of nothing by open steps, which is said if the faces and their charts are right."""
    d = len(question["variables"])
    return {"format": "rlct-region", "version": 1, "question": {"reading": "ideal", **question},
            "claim": {"lower": {"lambda": "0", "multiplicity": d}}, "faces": faces,
            "steps": [{"chart": chart, "rule": "open", "reason": ""} for chart in charts]}


def triangle(change=lambda value: None):
    """The triangle x, y ≥ 0, x + y ≤ 1 with open steps, and a density that is unbounded at two of
    its sides, so that each face has to be there but that of all three."""
    x, y = {**X, "extent": "extended"}, {**X, "name": "y", "extent": "extended"}
    at_x, at_y = {**HALF_LINE, "amplitude": "-1/2"}, {**HALF_LINE, "name": "y"}
    side = {**HALF_LINE, "amplitude": "-1/3"}
    far = {"coordinates": [x, y], "generators": ["x*y"]}
    charts = [
        {**far, "positive": ["x", "y", "1 - x - y"]},
        {**far, "coordinates": [side, y], "positive": ["1 - x - y", "y"],
         "generators": ["(1 - x - y)*y"]},
        {**far, "coordinates": [x, at_y], "positive": ["x", "1 - x - y"]},
        {**far, "coordinates": [side, at_y], "positive": ["1 - x - y"],
         "generators": ["(1 - x - y)*y"]},
        {**far, "coordinates": [at_x, y], "positive": ["y", "1 - x - y"]},
        {**far, "coordinates": [at_x, {**side, "name": "y"}],
         "positive": ["1 - x - y"], "generators": ["x*(1 - x - y)"]},
        {**far, "coordinates": [at_x, at_y], "positive": ["1 - x - y"]}]
    faces = [{"places": [p, q], "inequalities": [r]} for p in ("inside", "lower")
             for q in ("inside", "lower") for r in ("inside", "lower")]
    for k, face in enumerate(faces):
        face["step"] = min(k, len(charts) - 1)  # The last one is empty, its step of no matter.
    question = {"variables": ["x", "y"], "generators": ["x*y"],
                "box": [{"variable": "x", "lower": "0", "lower_exponent": "-1/2"},
                        {"variable": "y", "lower": "0"}],
                "inequalities": [{"function": "1 - x - y", "exponent": "-1/3"}]}
    value = open_region(question, faces, charts)
    change(value)
    return run_text(json.dumps(value))


class Regions(unittest.TestCase):
    def said(self, code, **changes):
        got, said = run_text(json.dumps(region(**changes)))
        self.assertEqual(got, code, (changes, said))
        return said

    def asked(self, code, faces=None, claim=None, **changes):
        """The region of another question, and what is said of it."""
        value = region()
        value["question"].update(changes)
        return self.said(code, question=value["question"], faces=faces or value["faces"],
                         claim=claim or value["claim"])

    def test_what_is_proved_of_a_region(self):
        self.assertIn("exact: (λ, m) = (1/2, 1)", self.said(0))
        self.assertIn("x ≥ 0, x ≤ 1", self.said(0))
        steps = region()["steps"]
        # without the end where the zero is, there is none
        box = [{"variable": "x", "lower": "1"}]
        far = {**steps[0]["chart"], "positive": ["x - 1"]}
        unit = {"combination": ["1"], "positive": [["1", [1]]], "because": "signs"}
        at_end = {"coordinates": [HALF_LINE], "generators": ["x + 1"]}
        nowhere = {
            "question": {**region()["question"], "box": box}, "claim": {},
            "faces": region()["faces"][:2],
            "steps": [{**steps[0], "chart": far, "evidence": unit}, {**steps[2], "chart": at_end}]}
        self.assertIn("exact: K has no zero there", self.said(0, **nowhere))
        self.said(1, **{**nowhere, "claim": region()["claim"]})
        self.said(2, **{**nowhere, "claim": None})
        # a condition that is forgotten leaves bounds, without a witness
        step = {**steps[1], "chart": {"coordinates": [{**X, "extent": "extended"}],
                                      "generators": ["x"]}}
        forgetful = {"faces": [{"places": ["any"], "step": 0}], "steps": [step]}
        only_lower = {"lower": ONE_HALF}
        self.assertIn("no upper bound", self.said(3, claim=only_lower, **forgetful))
        self.said(1, **forgetful)

    def test_claims(self):
        for claim in ({"lower": ONE_HALF}, {"upper": ONE_HALF}, {},
                      {"lower": ONE_HALF, "upper": {"lambda": "1", "multiplicity": 1}},
                      {"lower": {"lambda": "1/2", "multiplicity": 0}, "upper": ONE_HALF}):
            self.assertIn("claim" if "lower" not in claim or claim["lower"] == ONE_HALF else
                          "multiplicity", self.said(1, claim=claim))
        self.assertIn("the claim has another", self.asked(1, reading="absolute"))
        one = {"lambda": "1", "multiplicity": 1}
        self.asked(0, reading="absolute", claim={"lower": one, "upper": one})

    def test_questions(self):
        entry = region()["question"]["box"][0]
        for box, reason in (
                ([entry, entry], "one twice"), ([{**entry, "variable": "y"}], "no variable"),
                ([{**entry, "lower": "1"}], "in order"),
                ([{**entry, "lower_exponent": "-1"}], "above -1"),
                ([{"variable": "x", "lower_exponent": "0"}], "an exponent has no end"),
                ([{**entry, "upper_exponent": "1", "lower": "-1"}], "face 0")):
            self.assertIn(reason, self.asked(1, box=box), box)
        for function in ("1", "0", "x^2", "x - x", "x*x + x"):
            question = {"inequalities": [{"function": function}]}
            self.assertIn("degree 1", self.asked(1, **question), function)
        self.assertIn("one generator", self.asked(1, reading="absolute", generators=["x", "x"]))
        self.assertIn("unknown", self.asked(1, generators=["y"]))
        for changes in ({"reading": "loss"}, {"constants": []}, {"point": ["0"]}, {"box": None},
                        {"box": [{**entry, "lower": 0}]}, {"box": [{**entry, "h": "1"}]},
                        {"inequalities": [{"exponent": "0"}]}):
            self.asked(2, **changes)

    def test_the_form(self):
        faces = region()["faces"]
        self.said(1, version=3)
        for changes in ({"witness": None}, {"witness": region()}, {"constants": []},
                        {"faces": {}}, {"faces": [{**faces[0], "reason": ""}]},
                        {"faces": [{"places": ["inside"]}]},
                        {"faces": [{"places": ["Inside"], "step": 0}]},
                        {"faces": [{**faces[0], "inequalities": ["upper"]}]}):
            self.said(2, **changes)
        text = json.dumps(region())
        self.assertEqual(run_text(text.replace('"step"', '"step": 0, "step"', 1))[0], 2)
        self.assertEqual(run_text(text.replace("rlct-region", "rlct-regions"))[0], 2)

    def test_faces(self):
        faces, steps = region()["faces"], region()["steps"]
        self.said(0, faces=[*faces, *faces])
        for changed, reason in (
                ([], "do not cover"), (faces[:2], "do not cover"), (faces[1:], "do not cover"),
                ([*faces, {"places": [], "step": 0}], "another number of places"),
                ([*faces, {**faces[0], "inequalities": ["any"]}], "another number of places"),
                ([*faces, {"places": ["lower"], "step": 3}], "out of range"),
                ([*faces, {"places": ["lower"], "step": 0}], "face 3"),
                ([*faces[:2], {"places": ["upper"], "step": 1}], "generators differ")):
            self.assertIn(reason, self.said(1, faces=changed), changed)
        self.assertIn("not used", self.said(1, steps=[*steps, steps[0]]))
        # A step may have another name for x, but not fewer of what is positive, nor more.
        renamed = json.loads(json.dumps(steps[1]).replace('"x"', '"t"'))
        self.said(0, steps=[steps[0], renamed, steps[2]])
        for positive, reason in ((["x"], "fewer"), (["x", "1 - x", "2 - x"], "more units")):
            first = {**steps[0], "chart": {**steps[0]["chart"], "positive": positive}}
            first["evidence"] = {"units": [1, 0, 0][:len(positive)], "rest": "1",
                                 "because": "signs"}
            self.assertIn(reason, self.said(1, steps=[first, *steps[1:]]))

    def test_the_charts_of_faces(self):
        self.assertEqual(triangle()[0], 4, triangle()[1])
        corner = {"places": ["lower", "lower"], "inequalities": ["lower"], "step": 0}
        for change, reason in (
                (lambda v: v["faces"][7].update(step=7), "out of range"),
                (lambda v: v["faces"].pop(), "do not cover"),
                (lambda v: v["faces"][0]["places"].__setitem__(0, "any"), "not possible"),
                (lambda v: v["faces"][2]["inequalities"].__setitem__(0, "any"), "not possible"),
                (lambda v: v["faces"][0]["places"].__setitem__(0, "upper"), "not possible"),
                (lambda v: v["steps"][5]["chart"]["coordinates"].reverse(), "face 5"),
                (lambda v: v["steps"][1]["chart"]["positive"].pop(0), "fewer"),
                (lambda v: v["question"]["inequalities"][0].update(function="x + y"), "face"),
                (lambda v: v["question"]["inequalities"][0].update(exponent="0"), "face 1")):
            self.assertIn(reason, triangle(change)[1], reason)
        # Three lines through a point: there the third is to be left out.
        question = {"variables": ["x", "y"], "generators": ["x"],
                    "box": [{"variable": "x", "lower": "0"}, {"variable": "y", "lower": "0"}],
                    "inequalities": [{"function": "x + y"}]}
        at_0 = {"coordinates": [HALF_LINE, {**HALF_LINE, "name": "y"}], "generators": ["x"]}
        everywhere = {"coordinates": [{**w, "domain": "line", "extent": "extended"}
                                      for w in at_0["coordinates"]], "generators": ["x"]}
        faces = [{"places": ["any", "any"], "inequalities": ["any"], "step": 0},
                 {"places": ["lower", "lower"], "inequalities": ["any"], "step": 1}]
        value = open_region(question, faces, [everywhere, at_0])
        self.assertEqual(run_text(json.dumps(value))[0], 4)
        value["faces"].append(corner)
        self.assertIn("depends on others", run_text(json.dumps(value))[1])

    def test_witnesses(self):
        def witness(**question):
            value = certificate()
            value["question"].update({"nonnegative": ["x"], **question})
            value["steps"][0]["chart"]["coordinates"] = [HALF_LINE]
            return value

        self.said(0, witness=witness())
        self.said(0, witness=witness(point=["1/2 - 1/2"], generators=["x + 1 - 1"]))
        # With a condition forgotten the witness has the upper bound.
        step = region()["steps"][1]
        step["chart"]["coordinates"] = [{**X, "extent": "extended"}]
        faces = {"faces": [{"places": ["any"], "step": 0}], "steps": [step]}
        self.said(0, witness=witness(), **faces)
        inner, entry = certificate(), region()["question"]["box"][0]
        question = region()["question"]
        self.said(0, witness=inner, question={**question, "box": [{**entry, "lower": "-1"}]},
                  **faces)
        self.said(0, witness=inner, question={**question, "box": []}, **faces)
        nothing = {**witness(), "claim": {"lower": {"lambda": "0", "multiplicity": 1}}}
        nothing["steps"] = [{"chart": witness()["steps"][0]["chart"], "rule": "open",
                             "reason": ""}]
        for value, box, reason in (
                (inner, [entry], "another domain"),
                (witness(), [{**entry, "lower": "-1"}], "another domain"),
                (witness(), [], "another domain"),
                (witness(), [{**entry, "lower_exponent": "1"}], "another domain"),
                (witness(), [{**entry, "lower": "-1", "upper": "0"}], "not inside"),
                (witness(), [{**entry, "lower": "1/2"}], "not inside"),
                (witness(generators=["2*x"]), [entry], "something else"),
                (witness(variables=["y"], nonnegative=[], generators=["y"]), [entry], "witness"),
                (nothing, [entry], "claims nothing"),
                ({**witness(), "version": 4}, [entry], "version")):
            said = self.said(1, witness=value, question={**question, "box": box}, **faces)
            self.assertIn(reason, said, (value["question"], box))
        inequality = {**question, "inequalities": [{"function": "x"}]}
        faces["faces"][0]["inequalities"] = ["any"]
        said = self.said(1, witness=witness(), question=inequality, **faces)
        self.assertIn("an inequality strictly", said)

    def test_covers_that_are_much_work(self):
        n, rng = 40, random.Random(1)
        question = {"variables": [f"x{i}" for i in range(n)], "generators": ["x0"],
                    "box": [{"variable": f"x{i}", "lower": "0"} for i in range(n)]}

        def face(places):
            return {"places": [places.get(i, "any") for i in range(n)], "step": 0}

        # Clauses without a solution, and so many choices, and faces that differ late.
        hard = [face({i: rng.choice(("inside", "lower")) for i in rng.sample(range(n), 3)})
                for _ in range(400)]
        value = open_region(question, hard, [{}])
        self.assertIn("too large", run_text(json.dumps(value))[1])
        # What all faces agree about is not gone through.
        late = [face({n - 1: place}) for place in ("inside", "lower")]
        self.assertIn("face 0", run_text(json.dumps(open_region(question, late, [{}])))[1])
        missing = [face({**dict.fromkeys(range(i), "inside"), i: "lower"}) for i in range(n)]
        value = open_region(question, missing, [{}])
        self.assertIn("do not cover", run_text(json.dumps(value))[1])
        value["faces"].append(face(dict.fromkeys(range(n), "inside")))
        self.assertIn("face 0", run_text(json.dumps(value))[1])
        # Faces deeper than the stack of Python.
        k = 1500
        question = {"variables": ["x"], "generators": ["x"],
                    "inequalities": [{"function": f"x + {i}"} for i in range(1, k + 1)]}
        deep = [{"places": ["any"], "step": 0,
                 "inequalities": ["inside"] * i + ["lower"] + ["any"] * (k - i - 1)}
                for i in range(k)]
        self.assertIn("do not cover",
                      run_text(json.dumps(open_region(question, deep, [{}])))[1])


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
        for folder in ("A2", "naive-bayes-2", "weighted-crossing", "circle-cone", "local-vs-global"):
            value = check.read(os.path.join(HERE, folder, "certificate.json"))
            self.assertTrue(validator.is_valid(value), folder)
        self.assertFalse(validator.is_valid(certificate(remark="?")))
        self.assertFalse(validator.is_valid(certificate(point=None)))

    def test_the_schema_of_regions(self):
        with open(os.path.join(HERE, "region.schema.json"), encoding="utf-8") as file:
            schema = json.load(file)
        question = check.REGION["question"]
        for one, form in ((schema, check.REGION), (schema["properties"]["claim"],
                                                   check.REGION["claim"]),
                          (schema["$defs"]["question"], question),
                          (schema["$defs"]["entry"], check.ENTRY),
                          (schema["$defs"]["inequality"], question["inequalities?"][0]),
                          (schema["$defs"]["face"], check.FACE)):
            self.assertIs(one["additionalProperties"], False)
            self.assertEqual(set(one["required"]), {x for x in form if not x.endswith("?")})
            self.assertEqual(set(one["properties"]), {x.rstrip("?") for x in form})
        try:
            from jsonschema import Draft202012Validator
            from referencing import Registry, Resource
        except ImportError:
            self.skipTest("there is no jsonschema")
        germs = Resource.from_contents(self.schema)
        registry = Registry().with_resource("certificate.schema.json", germs)
        validator = Draft202012Validator(schema, registry=registry)
        self.assertTrue(validator.is_valid(region()))
        self.assertTrue(validator.is_valid(region(witness=certificate())))
        for changes in ({"witness": region()}, {"steps": []}, {"remark": ""}, {"version": 3},
                        {"faces": [{"places": ["Inside"], "step": 0}]},
                        {"steps": [{"chart": {}, "rule": "open"}]}):
            self.assertFalse(validator.is_valid(region(**changes)), changes)


if __name__ == "__main__":
    unittest.main()
