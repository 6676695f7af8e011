"""The numerical lane."""

import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest

import rlct

QUICK = dict(nbeta=1000.0, chains=4, draws=300, seed=1)


def bowl(w):
    return 0.5 * float(w @ w), w


def regression(n=1000, seed=0):
    """½ mean (w x − y)², and its minimum."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=n), rng.normal(size=n)

    def loss(w, batch=None):
        a, b = (x, y) if batch is None else (x[batch], y[batch])
        r = w[0] * a - b
        return float(r @ r) / (2 * len(r)), np.array([r @ a / len(r)])

    return loss, np.array([x @ y / (x @ x)])


def test_by_default_lambda_is_estimated():
    estimate = rlct.llc(bowl, np.zeros(3), seed=1)
    assert estimate.quantity == "learning_coefficient" and estimate.method == "temperatures"
    assert estimate.lam == estimate.value and estimate.energy is None
    assert estimate.inverse_temperature is None and estimate.m in (1, 2, 3)
    assert abs(estimate.lam - 1.5) < 4 * estimate.standard_error
    assert len(estimate.energies()) == 5
    # the default for callables; the two at w* are not counted
    assert 0 < estimate.evaluations <= 50_000 and estimate.calls <= 50_100


def test_one_temperature_is_an_energy():
    estimate = rlct.llc(bowl, np.zeros(3), **QUICK)
    assert estimate.quantity == "energy" and estimate.method == "llc"
    assert estimate.inverse_temperature == 1000.0
    assert estimate.lam is None and estimate.m is None
    assert estimate.verdict in ("converged", "doubtful") and not estimate.trustworthy
    # U(t) = 3/2·t/(t + γ)
    assert abs(estimate.energy - 1.5 / 1.001) < 4 * estimate.standard_error
    assert str(estimate).startswith("U(t = 1000) = 1.")
    low, high = estimate.interval()
    assert high - estimate.value == pytest.approx(1.959963985 * estimate.standard_error)
    assert low < estimate.value < high


def test_a_callable_and_the_same_in_rust():
    native = rlct.polynomial(["x", "y"])
    a = rlct.llc(lambda w: (float(w @ w), 2 * w), [0, 0], **QUICK)
    b = rlct.llc(native, **QUICK)
    assert abs(a.value - 1) < 4 * a.standard_error
    assert a.value == pytest.approx(b.value, abs=0.2 * a.standard_error)
    assert a.calls > 1000 and b.calls == 0


@pytest.mark.parametrize("settings", [{}, {"sampler": "sgld", "step": 1e-4}])
def test_threads_do_not_matter(settings):
    found = {rlct.llc(bowl, np.zeros(3), threads=t, **QUICK, **settings).value for t in (1, 2, 4)}
    assert len(found) == 1
    seeds = {rlct.llc(bowl, np.zeros(3), **{**QUICK, "seed": s}, **settings).value for s in (1, 2)}
    assert len(seeds) == 2


def test_threads_do_not_matter_to_native_losses():
    loss = rlct.polynomial("x^2*y^2")
    found = {rlct.llc(loss, draws=200, threads=t).value for t in (1, 2, None)}
    assert len(found) == 1


def test_single_precision():
    kinds = set()

    def loss(w):
        kinds.add(w.dtype)
        return 0.5 * float(w @ w), w

    estimate = rlct.llc(loss, np.zeros(4), dtype=np.float32, **QUICK)
    assert kinds == {np.dtype(np.float32)}
    assert abs(estimate.value - 2) < 5 * estimate.standard_error
    with pytest.raises(ValueError, match="float32 or float64"):
        rlct.llc(loss, np.zeros(4), dtype=np.int32)


def test_mini_batches():
    loss, w = regression()
    batches = []

    def watched(w, batch=None):
        if batch is not None:
            batches.append(batch)
        return loss(w, batch)

    estimate = rlct.llc(
        watched,
        w,
        data_size=1000,
        sampler="sgld",
        batch_size=100,
        temperatures=1,
        budget=20_000,
        seed=2,
    )
    assert estimate.inverse_temperature == pytest.approx(1000 / np.log(1000))
    assert abs(estimate.energy - 0.5) < 0.1
    assert len(batches) > 1000
    assert all(b.shape == (100,) and b.dtype == np.uint32 and b.max() < 1000 for b in batches[:50])
    assert any(reason.kind == "unchecked_step" for reason in estimate.reasons)


def test_on_data_the_least_loss_is_fitted():
    loss, w = regression()
    estimate = rlct.llc(loss, w + 0.02, data_size=1000, seed=1)
    assert estimate.quantity == "learning_coefficient"
    assert estimate.details["least"]["least_loss"] == "fitted"
    assert abs(estimate.lam - 0.5) < 4 * estimate.standard_error


def test_arrays_that_are_kept_stay():
    kept = []

    def loss(w):
        kept.append((w, w.copy()))
        return 0.5 * float(w @ w), w

    rlct.llc(loss, np.zeros(2), nbeta=100.0, draws=50, sampler="sgld", step=1e-3, chains=2)
    assert len(kept) > 100
    assert all(np.array_equal(a, b) for a, b in kept)


@pytest.mark.parametrize("threads", [1, 4])
def test_an_exception_of_the_loss_comes_out(threads):
    calls = []

    def loss(w):
        calls.append(1)
        if len(calls) >= 200:
            raise ZeroDivisionError("step 200")
        return 0.5 * float(w @ w), w

    with pytest.raises(ZeroDivisionError, match="step 200") as error:
        rlct.llc(loss, np.zeros(2), nbeta=100.0, draws=100_000, threads=threads)
    assert error.traceback[-1].name == "loss"
    assert len(calls) <= 200 + threads - 1


@pytest.mark.parametrize(
    "bad, what",
    [
        (lambda w: 1.0, r"\(value, gradient\).*float"),
        (lambda w: (1.0, np.zeros(7)), "7 entries, and w has 2"),
        (lambda w: (1.0, np.zeros((2, 1))), "one-dimensional"),
        (lambda w: ("a", w), "one number.*str"),
        (lambda w: (1.0, None), "gradient"),
        (lambda w: (w, w), "one number"),
    ],
)
def test_wrong_answers_are_told(bad, what):
    with pytest.raises((TypeError, ValueError), match=what):
        rlct.llc(bad, np.zeros(2), nbeta=100.0)


def test_a_wrong_gradient_is_refused():
    with pytest.raises(rlct.EstimateError, match="gradient is not that of the loss"):
        rlct.llc(lambda w: (0.5 * float(w @ w), 2 * w), np.zeros(2), nbeta=100.0)


def test_a_loss_that_is_not_finite_is_refused():
    with pytest.raises(rlct.EstimateError):
        rlct.llc(lambda w: (np.nan, w), np.zeros(2), nbeta=100.0)


@pytest.mark.parametrize(
    "settings",
    [
        dict(nbeta=-1.0),
        dict(nbeta=float("nan")),
        dict(nbeta=1.0, chains=0),
        dict(sampler="gibbs"),
        dict(sampler="sgld", leapfrog=3),
        dict(step=0.1),
        dict(localization=-1.0),
        dict(temperatures=2),
        dict(temperatures=3, ratio=0.5),
        dict(budget=3),
        dict(sampler={"sgld": {}}),
        dict(mask=[False, False]),
    ],
)
def test_settings_out_of_range(settings):
    with pytest.raises(rlct.EstimateError):
        rlct.llc(bowl, np.zeros(2), **settings)


@pytest.mark.parametrize(
    "settings, error",
    [
        (dict(chains=2.5), TypeError),
        (dict(draws=-1), ValueError),
        (dict(mask=[True]), ValueError),
        (dict(time=-1.0), ValueError),
        (dict(threads=10_000), ValueError),
        (dict(chains=10**12), ValueError),
        (dict(seed=2**64), ValueError),
        (dict(w_star=np.zeros((2, 1))), ValueError),
        (dict(w_star=[]), ValueError),
        (dict(w_star=None), TypeError),
        (dict(loss=3), TypeError),
    ],
)
def test_settings_of_a_wrong_kind(settings, error):
    with pytest.raises(error):
        rlct.llc(**{"loss": bowl, "w_star": np.zeros(2), **settings})


def test_settings_arrive():
    one = rlct.llc(bowl, np.zeros(4), mask=[True, False, False, False], **QUICK)
    assert abs(one.value - 0.5) < 4 * one.standard_error
    given = {"mala": {"step_size": 2e-3, "adaptation": None}}
    sampler = rlct.llc(bowl, np.zeros(2), sampler=given, **QUICK)
    assert sampler.details["tuning"]["sampler"]["mala"]["step_size"] == 2e-3
    several = rlct.llc(bowl, np.zeros(2), temperatures=3, ratio=3.0, budget=20_000)
    t = [t for t, _, _ in several.energies()]
    assert len(t) == 3 and t[1] / t[0] == pytest.approx(3.0)
    localized = rlct.llc(bowl, np.zeros(2), localization=1000.0, **QUICK)
    assert abs(localized.value - 0.5) < 4 * localized.standard_error
    with pytest.raises(TypeError):
        rlct.llc(bowl, np.zeros(2), bogus=1)


def test_time_ends_a_run():
    def slow(w):
        time.sleep(1e-3)
        return bowl(w)

    start = time.monotonic()
    settings = dict(nbeta=100.0, sampler="mala", step=1e-2, chains=1, burn_in=10, budget=10**7)
    estimate = rlct.llc(slow, np.zeros(2), time=2.0, **settings)
    assert time.monotonic() - start < 6
    assert any(reason.kind == "time" for reason in estimate.reasons)


def test_estimates_pickle():
    estimate = rlct.llc(bowl, np.zeros(2), keep_draws=True, **QUICK)
    again = pickle.loads(pickle.dumps(estimate))
    assert again == estimate
    assert np.array_equal(again.draws[0].losses[1], estimate.draws[0].losses[1])


def test_draws_of_one_temperature():
    estimate = rlct.llc(bowl, np.zeros(2), keep_draws=True, **QUICK)
    (draws,) = estimate.draws
    assert len(draws.losses) == 4 and draws.losses[0].shape == (300,)
    assert draws.points[0].shape == (300, 2) and draws.names == ("w_0", "w_1")
    w = draws.points[2]
    assert np.allclose(draws.losses[2], 0.5 * (w * w).sum(axis=1), rtol=1e-12)
    assert np.allclose(draws.distances[2], np.sqrt((w * w).sum(axis=1)), rtol=1e-12)
    plain = rlct.llc(bowl, np.zeros(2), **QUICK)
    assert plain == estimate and plain.draws == ()
    with pytest.raises(ValueError, match="keep_draws=True"):
        plain.to_datatree()


def test_a_datatree_of_one_temperature():
    pytest.importorskip("xarray")
    estimate = rlct.llc(bowl, np.zeros(2), keep_draws=True, **QUICK)
    tree = estimate.to_datatree()
    assert dict(tree["posterior"].sizes) == {"chain": 4, "draw": 300, "parameter": 2}
    assert float(tree["posterior"]["energy"].mean()) == pytest.approx(estimate.value, rel=1e-12)
    assert set(tree.children) == {"posterior", "sample_stats", "constant_data"}
    assert float(tree["sample_stats"]["acceptance_rate"].min()) >= 0


def test_a_datatree_of_several_temperatures():
    pytest.importorskip("xarray")
    settings = dict(seed=3, draws=100)
    estimate = rlct.llc(bowl, np.zeros(2), keep_draws=True, **settings)
    assert estimate == rlct.llc(bowl, np.zeros(2), **settings)
    tree = estimate.to_datatree()
    for number, (t, energy, _) in enumerate(estimate.energies()):
        group = tree[f"temperature_{number}/posterior"]
        assert float(group["energy"].mean()) == pytest.approx(energy, rel=1e-12)
        assert group.attrs["nbeta"] == pytest.approx(t, rel=1e-12)


def test_arviz():
    arviz = pytest.importorskip("arviz")
    estimate = rlct.llc(bowl, np.zeros(2), keep_draws=True, **QUICK)
    data = estimate.to_inference_data()
    if not hasattr(arviz, "InferenceData"):
        pytest.skip("ArviZ 1 takes the DataTree")
    summary = arviz.summary(data, var_names=["energy"], round_to="none")
    assert summary.loc["energy", "mean"] == pytest.approx(estimate.value, rel=1e-10)
    assert summary.loc["energy", "mcse_mean"] == pytest.approx(estimate.standard_error, rel=1e-6)


def test_pandas_and_html():
    pytest.importorskip("pandas")
    estimate = rlct.llc(bowl, np.zeros(2), budget=20_000)
    frame = estimate.to_pandas()
    assert list(frame["energy"]) == [u for _, u, _ in estimate.energies()]
    assert frame.attrs["quantity"] == "learning_coefficient"
    html = estimate._repr_html_()
    assert "λ̂" in html and f"{estimate.value:.4f}" in html and "<table>" in html


def test_progress_is_told():
    seen = []

    def slow(w):
        time.sleep(1e-4)
        return bowl(w)

    settings = dict(nbeta=100.0, draws=1000, sampler="sgld", step=1e-4)
    told = rlct.llc(slow, np.zeros(2), progress=lambda d, t: seen.append((d, t)), **settings)
    assert len(seen) > 2 and all(d <= t for d, t in seen)
    assert [d for d, _ in seen] == sorted(d for d, _ in seen) and seen[-1][0] > 0
    assert told == rlct.llc(slow, np.zeros(2), **settings)


def test_a_progress_bar(capsys):
    pytest.importorskip("tqdm")
    rlct.llc(bowl, np.zeros(2), progress=True, **QUICK)
    assert "step" in capsys.readouterr().err


def test_an_exception_of_the_progress_comes_out():
    def tell(done, total):
        raise LookupError("no bar")

    with pytest.raises(LookupError, match="no bar"):
        rlct.llc(bowl, np.zeros(2), nbeta=100.0, draws=100_000, progress=tell)


CHILD = """
import numpy as np, rlct, time
def loss(w):
    {pause}
    return 0.5 * float(w @ w), w
print("go", flush=True)
try:
    rlct.llc(loss, np.zeros(2), nbeta=100.0, draws=10**7, {settings})
except KeyboardInterrupt as stopped:
    print(type(stopped).__name__, stopped.partial is not None, flush=True)
"""


@pytest.mark.parametrize(
    "pause, settings, partial",
    [
        ("pass", "sampler='hmc', step=1e-3", True),
        ("pass", "sampler='sgld', step=1e-3, threads=2", True),
        ("time.sleep(0.6)", "sampler='hmc', step=1e-3", False),
    ],
)
def test_ctrl_c(pause, settings, partial):
    code = textwrap.dedent(CHILD.format(pause=pause, settings=settings))
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout.readline() == "go\n"
        time.sleep(1.0)
        start = time.monotonic()
        os.kill(child.pid, signal.SIGINT)
        out, _ = child.communicate(timeout=30)
    finally:
        child.kill()
    assert child.returncode == 0 and out.split()[0] == "Interrupted"
    if partial:
        assert out.split()[1] == "True"
    assert time.monotonic() - start < 5


def test_a_call_from_another_thread():
    found = []
    run = lambda: found.append(rlct.llc(bowl, np.zeros(2), **QUICK).value)  # noqa: E731
    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    assert found == [rlct.llc(bowl, np.zeros(2), **QUICK).value]


def test_two_runs_at_once():
    found = {}

    def run(seed):
        found[seed] = rlct.llc(bowl, np.zeros(2), **{**QUICK, "seed": seed}).value

    threads = [threading.Thread(target=run, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == {s: rlct.llc(bowl, np.zeros(2), **{**QUICK, "seed": s}).value for s in range(3)}


def test_volume_and_ladder():
    loss = rlct.polynomial("x^2*y^2")
    volume = rlct.volume(loss, particles=50, rounds=1, seed=1)
    assert volume.method == "volume" and volume.quantity == "learning_coefficient"
    assert abs(volume.lam - 0.5) < 4 * volume.standard_error
    assert volume.ess is None and volume.rhat is None and volume.evaluations > 1000
    ladder = rlct.ladder(loss, sweeps=600, seed=1)
    assert ladder.method == "ladder" and len(ladder.energies()) > 5
    assert abs(ladder.lam - 0.5) < 4 * ladder.standard_error


def test_volumes_of_a_callable_need_no_gradient():
    calls = []

    def value(w):
        calls.append(1)
        return float(w[0] ** 2), None

    volume = rlct.volume(value, [0.0], particles=20, replicates=2, rounds=1)
    assert abs(volume.lam - 0.5) < 4 * volume.standard_error
    assert volume.calls == len(calls) > 100
    by_value = rlct.volume(
        value, [0.0], value=lambda w: float(w[0] ** 2), particles=20, replicates=2, rounds=1
    )
    assert by_value.value == volume.value
    with pytest.raises(rlct.EstimateError, match=r"rlct\.ladder"):
        rlct.volume(value, np.zeros(21))


def test_a_ladder_of_a_callable():
    ladder = rlct.ladder(bowl, np.zeros(2), sweeps=60, ladders=2, seed=1)
    assert abs(ladder.lam - 1.0) < max(4 * ladder.standard_error, 0.05)
    assert ladder.calls > 1000


def test_checkpoints():
    loss = rlct.polynomial("x^2*y^2")
    points = [[0.0, 0.0], [1.0, 0.0], [1.0]]
    settings = dict(nbeta=1e4, draws=200, localization=100.0)
    with pytest.raises(ValueError, match="2 parameters"):
        rlct.checkpoints(loss, points, **settings)
    seen = []
    along = rlct.checkpoints(
        loss,
        points[:2],
        labels=[10, 20],
        progress=lambda done, total: seen.append((done, total)),
        **settings,
    )
    assert seen == [(1, 2), (2, 2)] and len(along) == 2
    assert along[0] == rlct.llc(loss, [0.0, 0.0], **settings)
    assert along[1].value > along[0].value
    frame = along.to_pandas()
    assert list(frame.index) == [10, 20] and frame["value"][20] == along[1].value


def test_a_checkpoint_without_an_estimate():
    def loss(w):
        return (np.nan if w[0] > 5 else 0.5 * float(w @ w)), w

    along = rlct.checkpoints(loss, iter([[0.0], [9.0], [0.0]]), nbeta=100.0, draws=100)
    assert isinstance(along[1], rlct.EstimateError)
    assert along[0] == along[2]
    assert along.to_pandas()["error"].notna().tolist() == [False, True, False]
