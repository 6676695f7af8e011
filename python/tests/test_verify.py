"""Estimators held against the catalogue, which needs no compiled module."""

import math
import zlib
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest

from rlct import _verify, catalogue, verify_estimator
from rlct._verify import CoverageTest, Run, binomial_at_most, coverage_test, holm

EXACT = {}
for case in catalogue(d_max=6):
    if case.lam is not None:
        key = case.form, case.terms, case.point, tuple(case.loss().nonnegative), case.prior
        EXACT.setdefault(key, case)


@dataclass
class Estimate:
    value: float
    standard_error: float


class Oracle:
    """Knows λ from K, and adds noise of the size that it tells, times `spread`."""

    def __init__(self, factor=1.0, spread=1.0, relative=0.03):
        self.known = {}
        for case in EXACT.values():
            self.known[self.digest(case.loss())] = case
        self.factor, self.spread, self.relative = factor, spread, relative

    @staticmethod
    def digest(loss):
        w = loss.point + np.random.default_rng(5).uniform(0.1, 1.0, loss.dimension)
        return loss.dimension, f"{loss(w)[0]:.9e}", tuple(loss.prior), tuple(loss.nonnegative)

    def case(self, loss):
        return self.known[self.digest(loss)]

    def __call__(self, loss, w_star, seed):
        case = self.case(loss)
        lam = float(case.lam)
        rng = np.random.default_rng([seed, zlib.crc32(case.id.encode())])
        error = self.relative * lam
        value = self.factor * lam + self.spread * error * rng.standard_normal()
        return Estimate(value, error)


def test_an_estimator_that_is_right_agrees():
    report = verify_estimator(Oracle(), seeds=(1, 2))
    assert len(report.runs) > 600 and not report.failures
    assert report.agrees and report.failed_families == {}
    report.assert_agrees()
    assert 0.92 < report.coverage < 0.98
    errors = [run.relative_error for run in report.runs]
    assert np.std(errors) == pytest.approx(0.03, rel=0.1)
    assert {run.seed for run in report.runs} == {1, 2}


def test_wide_intervals_agree_and_narrow_ones_do_not():
    assert verify_estimator(Oracle(spread=0.1)).coverage == 1.0
    narrow = verify_estimator(Oracle(spread=2.0))
    assert narrow.pooled.rejected and not narrow.agrees
    # P(|N(0, 1)| < 0.98)
    assert narrow.coverage == pytest.approx(0.673, abs=0.07)


def test_ten_percent_low_is_found_and_its_families_named():
    report = verify_estimator(Oracle(factor=0.9))
    assert not report.agrees and report.pooled.probability < 1e-50
    assert {"reduced-rank", "simple-singularity"} <= set(report.failed_families)
    with pytest.raises(AssertionError, match="does not agree(.|\n)*reduced-rank .* FAIL"):
        report.assert_agrees()


def test_an_energy_read_as_lambda_fails_where_m_is_more_than_one():
    oracle = Oracle(relative=0.01)

    def one_temperature(loss, w_star, seed):
        case = oracle.case(loss)
        bias = (case.m - 1) / math.log(1000.0)
        return float(case.lam) - bias, 0.02

    report = verify_estimator(one_temperature)
    wrong = {run.instance for run in report.runs if not run.holds}
    assert wrong and all(run.m > 1 for run in report.runs if run.instance in wrong)
    assert all(run.instance in wrong for run in report.runs if run.m > 1)


def monte_carlo(t, count=100_000):
    """U(t) from points of the box: numerator and denominator by the same draws."""

    def fn(loss, w_star, seed):
        rng = np.random.default_rng(seed)
        u = rng.uniform(-1.0, 1.0, (count, loss.dimension))
        u = np.where(loss.nonnegative, np.abs(u), u)
        prior = np.prod(np.abs(u) ** loss.prior, axis=1)
        k = loss.values(w_star + u)
        weight = np.exp(-t * k) * prior
        mean = np.average(t * k, weights=weight)
        return mean, np.sqrt(np.sum((weight * (t * k - mean)) ** 2)) / np.sum(weight)

    return fn


def test_energies_by_draws_of_the_prior_agree():
    report = verify_estimator(
        monte_carlo(100.0), d_max=2, per_family=6, quantity="energy", t=100.0, constrained=True
    )
    assert len(report.runs) > 60 and report.agrees, str(report)
    assert max(abs(run.relative_error) for run in report.runs) < 0.1
    # at another temperature it is another number
    other = verify_estimator(monte_carlo(100.0), d_max=2, quantity="energy", t=1e4, per_family=3)
    assert not other.agrees
    with pytest.raises(ValueError, match="no reference at t = 50: take t of 100, 1000, 10000"):
        verify_estimator(monte_carlo(50.0), quantity="energy", t=50.0)


def failing(loss, w_star, seed):
    if seed == 1:
        raise RuntimeError("the chain <diverged>")
    return {2: (math.nan, 0.1), 3: (0.5, 0.0), 4: (0.5, math.inf), 5: (1.0, 2.0, 3.0)}.get(
        seed, Estimate(loss.dimension / 2, 0.1)
    )


def test_failures_hold_nothing_and_are_named():
    report = verify_estimator(failing, families="regular", d_max=1, seeds=range(6))
    reasons = [run.failure for run in report.runs]
    assert reasons[0] is None and report.runs[0].holds
    assert reasons[1] == "RuntimeError: the chain <diverged>"
    assert "not finite" in reasons[2] and "must be positive" in reasons[3]
    assert "not finite" in reasons[4] and "returned 3 numbers" in reasons[5]
    assert report.coverage == 1 / 6 and len(report.failures) == 5
    assert not report.agrees
    assert "regular: d = 1, seed 1: RuntimeError: the chain <diverged>" in str(report)
    assert "the chain &lt;diverged&gt;" in report._repr_html_()


def test_one_failure_is_enough_not_to_agree():
    def once(loss, w_star, seed):
        return (math.nan, 1.0) if len(w_star) == 3 else (len(w_star) / 2, 0.1)

    report = verify_estimator(once, families="regular", d_max=6)
    assert report.failed_families == {} and not report.agrees and len(report.failures) == 1


def test_ctrl_c_ends_it():
    def interrupted(loss, w_star, seed):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verify_estimator(interrupted)


def test_what_an_estimate_may_be():
    class Lam:
        quantity, lam, value, standard_error = "learning_coefficient", Fraction(1, 2), 9.0, 0.1

    class Energy:
        quantity, lam, energy, value, standard_error = "energy", None, 0.5, 0.5, 0.1

    one = dict(families="regular", d_max=1)
    assert verify_estimator(lambda *_: Lam(), **one).agrees
    assert verify_estimator(lambda *_: Energy(), quantity="energy", **one).agrees
    wrong = verify_estimator(lambda *_: Energy(), **one)
    assert "is of 'energy'" in wrong.failures[0].failure
    assert 'quantity="energy"' in wrong.failures[0].failure
    nothing = verify_estimator(lambda *_: None, **one)
    assert "returned a NoneType: return a pair" in nothing.failures[0].failure


def test_what_is_chosen():
    def none(loss, w_star, seed):
        return 1.0, 1.0

    few = verify_estimator(none, per_family=2, d_max=3)
    counts = {}
    for run in few.runs:
        counts[run.family] = counts.get(run.family, 0) + 1
    assert max(counts.values()) == 2 and len(counts) > 20
    every = verify_estimator(none, d_max=3, constrained=True, from_literature=True)
    plain = verify_estimator(none, d_max=3)
    assert len(every.runs) > len(plain.runs) > len(few.runs)
    ids = {case.id: case for case in catalogue()}
    assert not any(ids[run.instance].is_constrained for run in plain.runs)
    assert any(ids[run.instance].is_constrained for run in every.runs)
    told = []
    verify_estimator(none, families="regular", d_max=2, progress=lambda *a: told.append(a))
    assert told == [(1, 2), (2, 2)]
    verify_estimator(none, families="regular", d_max=2, progress=True)


@pytest.mark.parametrize(
    "settings, told",
    [
        (dict(families="regluar"), "near it are regular"),
        (dict(quantity="mass"), '"lambda" or "energy"'),
        (dict(z=1.0), "least = 0.9 must be below"),
        (dict(z=-1.0), "must be below"),
        (dict(seeds=()), "seeds is empty"),
        (dict(per_family=0), "at least 1"),
        (dict(families="nonnegative-rank-one", d_max=1), "no family|no instance"),
        (dict(families="reduced-rank", d_max=1), "raise d_max"),
    ],
)
def test_settings_that_ask_nothing(settings, told):
    with pytest.raises(ValueError, match=told):
        verify_estimator(lambda *_: (1.0, 1.0), **settings)


def test_the_probability_is_the_binomial_one():
    exact = 1.0 - 0.9**20 - 2.0 * 0.9**19
    assert binomial_at_most(18, 20, 0.9) == pytest.approx(exact, rel=1e-12)
    assert binomial_at_most(0, 3, 0.9) == pytest.approx(1e-3, rel=1e-9)
    assert binomial_at_most(7.5, 7.5, 0.9) == 1.0
    # the beta function, which takes real numbers, is the same sum
    for held, runs in [(0, 3), (18, 20), (75, 100), (400, 500)]:
        by_beta = _verify._beta(runs - held, held + 1.0, 1.0 - 0.9)
        assert by_beta == pytest.approx(binomial_at_most(held, runs, 0.9), rel=1e-10)
    between = binomial_at_most(7.5, 10.5, 0.9)
    assert binomial_at_most(7, 10, 0.9) < between < binomial_at_most(8, 11, 0.9)


def test_students_quantile_is_that_of_the_tables():
    for degrees, quantile in [(1, 12.7062), (5, 2.570582), (10, 2.228139), (120, 1.979930)]:
        assert _verify.student_quantile(degrees) == pytest.approx(quantile, rel=1e-5)


def test_seeds_that_hold_together_count_once():
    together = [(8 if i > 2 else 0, 8) for i in range(10)]
    assert _verify.effective_runs(together) < 10.0
    apart = [(6, 8), (5, 8)] * 5
    assert _verify.effective_runs(apart) > 50.0
    assert _verify.effective_runs([(8, 8)]) == 1.0
    assert _verify.effective_runs([(1, 1), (0, 1), (1, 1)]) == pytest.approx(2.0)


def run(instance, seed, holds):
    return Run(instance, "f", 1, 1, seed, 1.0, 1.0, 1.0, holds, None, 0.0)


def test_clusters_are_instances():
    wrong = [run(str(i), seed, seed == 0) for i in range(6) for seed in range(4)]
    test = coverage_test("f", wrong)
    assert (test.instances, test.runs, test.held) == (6, 24, 6) and test.probability < 1e-4
    right = [run(str(i), seed, True) for i in range(6) for seed in range(4)]
    assert coverage_test("f", right).probability == 1.0
    single = [run(str(i), 0, i > 1) for i in range(20)]
    exact = 1.0 - 0.9**20 - 2.0 * 0.9**19
    assert binomial_at_most(18, 20, 0.9) == pytest.approx(exact, rel=1e-12)
    # that it varies between instances is seen from them: 20 count as 19
    test = coverage_test("f", single)
    assert test.effective_runs == pytest.approx(19.0)
    assert test.probability == pytest.approx(binomial_at_most(0.9 * 19, 19, 0.9), rel=1e-9)


def test_holm_stops_at_the_first_that_does_not_reject():
    tests = [CoverageTest(str(p), 5, 40, 30, 20.0, p) for p in (0.004, 0.5, 0.001, 0.0045)]
    assert [t.probability for t in holm(tests) if t.rejected] == [0.001]


def test_a_right_estimator_is_rarely_rejected():
    # 90 % intervals, the worst that is still right: at most 1 % of such reports by families
    rng = np.random.default_rng(2)
    rejected = 0
    for _ in range(400):
        tests = [
            coverage_test(str(f), [run(str(i), 0, bool(rng.random() < 0.9)) for i in range(12)])
            for f in range(20)
        ]
        rejected += any(test.rejected for test in holm(tests))
    assert rejected <= 11  # P of more, at 1 %, is 0.1 %


def test_a_report_as_pandas_and_as_a_table():
    pandas = pytest.importorskip("pandas")
    report = verify_estimator(Oracle(), families=["regular", "minors"])
    frame = report.to_pandas()
    assert isinstance(frame, pandas.DataFrame) and len(frame) == len(report.runs)
    assert frame.holds.mean() == report.coverage
    assert list(frame.relative_error) == [run.relative_error for run in report.runs]
    lines = str(report).splitlines()
    assert lines[0].split()[:3] == ["family", "cases", "failed"]
    assert [line.split()[0] for line in lines[1:4]] == ["minors", "regular", "all"]
    assert lines[-1] in ("PASS", "FAIL")
    assert report._repr_html_().count("<tr>") == 4
    assert repr(report).startswith("<Report ")


def test_the_examples_of_the_docstrings_run():
    import doctest

    result = doctest.testmod(_verify)
    assert result.attempted > 4 and result.failed == 0


# of `rlct verify --json`, with --seeds 1 and 3: how often an instance had (held, runs), the
# effective runs, and P
IN_RUST = [
    ({(1, 1): 4}, 4.0, 1.0),
    ({(0, 1): 4, (1, 1): 4}, 7.0, 0.008887397622060809),
    ({(0, 1): 5, (1, 1): 3}, 7.0, 0.0010381455707976592),
    ({(1, 1): 4}, 4.0, 1.0),
    ({(1, 3): 1, (2, 3): 2, (3, 3): 1}, 5.7397543385543965, 0.12253609085747529),
    ({(0, 3): 2, (1, 3): 1, (2, 3): 3, (3, 3): 2}, 9.697503341480637, 0.004632837438420354),
    ({(1, 3): 6, (2, 3): 1, (3, 3): 1}, 18.368098237210077, 2.9550096270231307e-06),
    ({(3, 3): 4}, 5.7397543385543965, 1.0),
]


@pytest.mark.parametrize(("counts", "effective", "probability"), IN_RUST)
def test_the_test_is_that_of_rust(counts, effective, probability):
    clusters = [pair for pair, times in counts.items() for _ in range(times)]
    runs = [
        Run(str(i), "a", 1, 1, seed, 1.0, 1.0, 0.1, seed < held, None, 0.0)
        for i, (held, of) in enumerate(clusters)
        for seed in range(of)
    ]
    test = coverage_test("a", runs)
    assert test.effective_runs == pytest.approx(effective, rel=1e-9)
    assert test.probability == pytest.approx(probability, rel=1e-9)
