"""The exact lane."""

import json
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import time
from fractions import Fraction

import pytest

import rlct


def test_a_loss_has_a_pair_of_a_fraction_and_an_int():
    answer = rlct.exact("x^2*y^2")
    lam, m = answer
    assert (lam, m) == (Fraction(1, 2), 2)
    assert type(lam) is Fraction and type(m) is int
    assert answer.exact and answer.lower == answer.upper == lam and answer.reason is None
    assert answer.reading == "loss"
    assert str(answer) == "λ = 1/2, m = 2"


def test_the_certificate_proves_the_answer(tmp_path):
    answer = rlct.Ideal(["x^2 - y^3"]).learning_coefficient()
    assert answer.lam == Fraction(5, 12)
    assert answer.certificate.check() == (Fraction(5, 12), Fraction(5, 12))
    path = tmp_path / "cusp.json"
    answer.certificate.save(path)
    assert rlct.Certificate.load(path).poles() == ((Fraction(5, 12), 1), (Fraction(5, 12), 1))
    assert json.loads(path.read_text())["format"] == "rlct-certificate"


def test_a_forged_certificate_is_refused_at_its_step():
    text = rlct.exact("x^2*y^4").certificate.json
    forged = text.replace('"1/4"', '"1/5"')
    assert forged != text
    with pytest.raises(rlct.CertificateError):
        rlct.Certificate(forged).check()
    proof = json.loads(text)
    # weights of a Newton polyhedron that are none
    last = proof["steps"][-1]
    assert last["rule"] == "newton"
    last["weights"] = [["0" for _ in row] for row in last["weights"]]
    with pytest.raises(rlct.CertificateError) as refused:
        rlct.Certificate(json.dumps(proof)).check()
    assert refused.value.step == len(proof["steps"]) - 1
    with pytest.raises(rlct.CertificateError) as unreadable:
        rlct.Certificate("{}").check()
    assert unreadable.value.step is None


def test_prior_domain_and_point():
    amplitude = rlct.Ideal(["a*c", "a*d", "b*c", "b*d"], amplitude="a")
    assert tuple(amplitude.learning_coefficient()) == (1, 1)
    half = rlct.Ideal(["x+y"], nonnegative=["x", "y"])
    assert half.learning_coefficient().lam == 1
    point = rlct.Loss("(x-1/2)^2*y^4", at={"x": Fraction(1, 2)})
    assert point.learning_coefficient().lam == Fraction(1, 4)
    text = rlct.Loss("(x-1/2)^2*y^4", at={"x": "0.5"})
    assert text.learning_coefficient().lam == Fraction(1, 4)
    root = rlct.Ideal(["x^2 - 2"], at={"x": "s"}, numbers=["s^2 = 2, 1 < s < 2"])
    assert root.learning_coefficient().lam == Fraction(1, 2)


def test_a_region_has_the_worst_of_its_zeros():
    answer = rlct.exact("x^2*(x-1)^4", on="x in [-1, 2]")
    assert tuple(answer) == (Fraction(1, 4), 1)
    assert answer.where == {"x": "1"}
    assert answer.certificate.check() == (Fraction(1, 4), Fraction(1, 4))
    without = rlct.exact("x^2*(x-1)^4", on="x in [-1, 1/2]")
    assert without.lam == Fraction(1, 2)
    nowhere = rlct.exact("x^2 + 1", on="everywhere")
    assert not nowhere.exact and nowhere.lower is None and "no zero" in nowhere.reason
    assert nowhere.certificate.check() == (None, None)


def test_models_by_name():
    # Aoyagi and Watanabe 2005: M = N = 3, H = 2, r = 0
    assert rlct.exact(rlct.model("reduced-rank", [3, 2, 3])).lam == Fraction(5, 2)
    truth = dict(zip(["p1", "q"], ["0", "0"]))
    with pytest.raises(rlct.GermError, match="no parameter"):
        rlct.model("reduced-rank", [3, 2, 3], truth).learning_coefficient()
    with pytest.raises(rlct.GermError, match="sizes of reduced-rank are inputs, hidden, outputs"):
        rlct.model("reduced-rank", [3, 2]).learning_coefficient()
    with pytest.raises(rlct.GermError, match="families are reduced-rank"):
        rlct.model("perceptron", [3, 2]).learning_coefficient()
    with pytest.raises(ValueError, match="from 0 on"):
        rlct.model("tanh", [-1, 1, 1])
    assert set(rlct.model_families()) >= {"tanh", "naive-bayes", "boltzmann"}


def test_every_family_has_a_model():
    sizes = {
        "reduced-rank": [1, 1, 1],
        "deep-linear": [1, 1, 1],
        "tanh": [1, 1, 1],
        "naive-bayes": [2, 2, 2],
        "normal-mixture": [1],
        "poisson-mixture": [1],
        "binomial-mixture": [1, 2],
        "factor-analysis": [3, 1],
        "boltzmann": [2, 1],
    }
    assert set(sizes) == set(rlct.model_families())
    for family in ("reduced-rank", "deep-linear", "tanh", "normal-mixture", "boltzmann"):
        answer = rlct.exact(rlct.model(family, sizes[family]))
        assert answer.exact, family


def test_a_model_over_its_domain():
    model = rlct.model("reduced-rank", [1, 1, 1], on="model")
    assert tuple(rlct.exact(model)) == (Fraction(1, 2), 2)


def test_sympy_expressions():
    sympy = pytest.importorskip("sympy")
    x, y = sympy.symbols("x y")
    assert rlct.exact(x**2 * y**4).lam == Fraction(1, 4)
    assert rlct.Ideal([x**2 - y**3]).learning_coefficient().lam == Fraction(5, 12)
    assert rlct.exact(sympy.Poly((x - y / 2) ** 2, x, y)).lam == Fraction(1, 2)
    assert rlct.Ideal([x * y], nonnegative=[x]).learning_coefficient().lam == Fraction(1, 2)
    moved = rlct.Loss((x - sympy.Rational(1, 3)) ** 2, at={x: sympy.Rational(1, 3)})
    assert moved.learning_coefficient().lam == Fraction(1, 2)
    # two letters are one name, whatever the parser would think of it as a text
    assert rlct.exact(sympy.Symbol("xy") ** 2).lam == Fraction(1, 2)


def test_floats_are_refused():
    sympy = pytest.importorskip("sympy")
    x = sympy.Symbol("x")
    with pytest.raises(TypeError, match=r"Float.*Rational\(1, 2\)"):
        rlct.exact(0.5 * x**2)
    with pytest.raises(TypeError, match="exact"):
        rlct.Loss("x^2", at={"x": 0.5})
    with pytest.raises(TypeError, match="float"):
        rlct.exact(1.5)
    with pytest.raises(TypeError, match="no polynomial"):
        rlct.exact(sympy.sin(x) ** 2)
    with pytest.raises(TypeError, match="no rational number"):
        rlct.Loss(x**2 - 2, at={x: sympy.sqrt(2)})


def test_names_that_the_parser_does_not_read_are_renamed_and_mapped_back():
    sympy = pytest.importorskip("sympy")
    theta, x1, w0 = sympy.symbols(r"\theta x_{1} w0")
    germ = rlct.Loss(theta**2 * (x1 - 1) ** 4 + 0 * w0, at={x1: 1})
    assert dict(germ.renamed) == {r"\theta": "w0", "x_{1}": "w1"}
    assert germ.learning_coefficient().lam == Fraction(1, 4)
    taken = rlct.Loss(theta**2 * w0**2)
    assert dict(taken.renamed) == {r"\theta": "w1"}
    region = rlct.exact(theta**2 * (theta - 1) ** 4, on=r"\theta in [-1, 2]")
    assert region.lam == Fraction(1, 4) and region.where == {r"\theta": "1"}


def test_an_error_shows_its_place():
    with pytest.raises(rlct.ParseError) as error:
        rlct.exact("(y-x^2)^2 + (x*z")
    assert isinstance(error.value, ValueError)
    assert (error.value.column, error.value.width, error.value.generator) == (16, 1, 0)
    assert error.value.text == "(y-x^2)^2 + (x*z"
    first, text, carets = str(error.value).splitlines()
    assert text.index("(y") + error.value.column == carets.index("^")
    with pytest.raises(rlct.ParseError) as error:
        rlct.Ideal(["x", "y^^2"]).learning_coefficient()
    assert (error.value.generator, error.value.text) == (1, "y^^2")
    with pytest.raises(rlct.ParseError) as error:
        rlct.exact("x^2", on="x in [a, 2]")
    assert error.value.column == 6
    assert pickle.loads(pickle.dumps(error.value)).column == 6


def test_of_a_long_text_the_place_is_shown():
    with pytest.raises(rlct.ParseError) as error:
        rlct.exact("x^2 + " * 1000 + "y^^2" + " + x^2" * 1000)
    first, text, carets = str(error.value).splitlines()
    assert len(text) < 130 and text.strip().startswith("…") and text.endswith("…")
    assert text[carets.index("^") - 2 :].startswith("y^^2")
    assert error.value.column == 6002 and len(error.value.text) == 12004


def test_questions_without_an_answer():
    with pytest.raises(rlct.GermError, match='negative.*reading="absolute"'):
        rlct.exact("x^2 - y^2")
    assert rlct.exact("x^2 - y^2", reading="absolute").lam == 1
    with pytest.raises(rlct.GermError, match="value 3"):
        rlct.Ideal(["x + 3"]).learning_coefficient()
    with pytest.raises(rlct.GermError, match="unknown variable"):
        rlct.Loss("x^2", nonnegative=["y"]).learning_coefficient()
    with pytest.raises(rlct.GermError):
        rlct.Ideal([]).learning_coefficient()
    with pytest.raises(ValueError, match="reading"):
        rlct.Loss("x^2", reading="maybe")
    with pytest.raises(ValueError, match="seconds"):
        rlct.exact("x^2", budget=-1.0)
    with pytest.raises(ValueError, match="seconds"):
        rlct.exact("x^2", budget=float("nan"))
    with pytest.raises(TypeError):
        rlct.exact(None)


def test_bounds_do_not_unpack():
    answer = rlct.Ideal(["x^2*y - z^5 + x*z^3", "y^3*z - x^4"]).learning_coefficient(steps=50)
    assert not answer.exact and answer.lam is None and answer.m is None
    assert answer.lower < answer.upper and answer.reason
    with pytest.raises(ValueError, match=f"{answer.lower} ≤ λ ≤ {answer.upper}"):
        _, _ = answer
    lower, upper = answer.certificate.check()
    assert (lower, upper) == (answer.lower, answer.upper)


def test_everything_pickles():
    germ = rlct.Ideal(["a*b"], nonnegative=["a"])
    answer = germ.learning_coefficient()
    model = rlct.model("tanh", [1, 1, 1])
    for value in (germ, answer, answer.certificate, model):
        assert pickle.loads(pickle.dumps(value)) == value
    assert pickle.loads(pickle.dumps(germ)).learning_coefficient() == answer


def test_a_panic_is_an_ordinary_exception():
    with pytest.raises(rlct.RlctError, match="a panic: of the test"):
        rlct._rlct._panic("of the test")


def test_ctrl_c_ends_the_engine():
    code = textwrap.dedent(
        """
        import rlct
        print("go", flush=True)
        try:
            rlct.Ideal(
                ["x^7*y - z^5*u + x*z^13*v", "y^3*z^5 - x^14*u^2", "u^5*v^7 - x^3*y^11 + z^9"],
            ).learning_coefficient(budget=600, steps=10**12)
            print("answered", flush=True)
        except KeyboardInterrupt:
            print("interrupted", flush=True)
        """
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout.readline() == "go\n"
        time.sleep(0.7)
        start = time.monotonic()
        os.kill(child.pid, signal.SIGINT)
        out, _ = child.communicate(timeout=30)
    finally:
        child.kill()
    assert out == "interrupted\n" and child.returncode == 0
    assert time.monotonic() - start < 10
