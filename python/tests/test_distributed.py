"""Many runs on many machines: no compiled module is needed."""

import concurrent.futures
import json
import math
import multiprocessing
import os
import pickle
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import distributed_work as work  # noqa: E402

from rlct import distributed  # noqa: E402
from rlct.distributed import Job, ResultsError, merge, run, sweep  # noqa: E402

SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture(autouse=True)
def paths(monkeypatch):
    """Other processes find the work and the package."""
    package = str(Path(distributed.__file__).parent.parent)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE), package]))


def jobs_of(count, **settings):
    return sweep("x^2", [[0.0, 0.0]], seeds=range(count), **settings)


def lines_of(folder):
    return [line for path in sorted(folder.glob("part-*.jsonl")) for line in path.open("rb")]


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """The digest of 40 walks, by one thread."""
    with concurrent.futures.ThreadPoolExecutor(1) as one:
        folder = tmp_path_factory.mktemp("reference")
        return run(jobs_of(40), work=work.walk, executor=one, results=folder).digest()


def test_threads_give_the_digest(tmp_path, reference):
    told = []
    results = run(jobs_of(40), work=work.walk, results=tmp_path, progress=lambda *a: told.append(a))
    assert results.digest() == reference and results.computed == 40
    assert told[-1] == (40, 40)
    # the results are those of the work, bit by bit, in the order of the jobs
    for job, record in zip(jobs_of(40), results):
        direct = work.walk(job)
        assert record.ok and record.key == job.key and record.result["value"] == direct["value"]
        assert record.result["trace"] == direct["trace"].tolist()
        assert math.copysign(1.0, record.result["limit"]) == math.copysign(1.0, direct["limit"])
        assert math.isinf(record.result["limit"]) == bool(job.seed % 2)
    again = run(jobs_of(40), work=work.walk, results=tmp_path)
    assert again.computed == 0 and again.digest() == reference


def test_another_result_is_another_digest(tmp_path, reference):
    other = run(jobs_of(39), work=work.walk, results=tmp_path / "a")
    assert other.digest() != reference
    scaled = run(jobs_of(40, scale=1.0 + 2**-52), work=work.walk, results=tmp_path / "b")
    assert scaled.digest() != reference


@pytest.mark.parametrize("chunk", [1, 7])
def test_two_processes_give_the_digest(tmp_path, reference, chunk):
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=SPAWN) as pool:
        results = run(
            jobs_of(40), work=work.walk, executor=pool, results=tmp_path, chunk=chunk
        )
    assert results.digest() == reference
    assert os.getpid() not in {record.pid for record in results}


@pytest.mark.parametrize("workers", [1, 2])
def test_dask_gives_the_digest(tmp_path, reference, workers):
    dask = pytest.importorskip("distributed")
    with dask.LocalCluster(
        workers, threads_per_worker=1, dashboard_address=None, processes=True
    ) as cluster:
        with dask.Client(cluster) as client:
            results = run(jobs_of(40), work=work.walk, executor=client, results=tmp_path)
            assert results.digest() == reference
            assert os.getpid() not in {record.pid for record in results}
            # the client is not closed by it
            assert client.submit(int, 3).result() == 3


def test_a_worker_of_dask_is_killed(tmp_path, reference):
    dask = pytest.importorskip("distributed")
    jobs = jobs_of(40, mark=str(tmp_path / "mark"))
    with dask.LocalCluster(
        2, threads_per_worker=1, dashboard_address=None, processes=True
    ) as cluster:
        with dask.Client(cluster) as client:
            results = run(jobs, work=work.dies_once, executor=client, results=tmp_path / "r")
    assert (tmp_path / "mark").exists() and not results.failed
    values = [record.result["value"] for record in results]
    assert values == [work.walk(job)["value"] for job in jobs]


def test_a_worker_of_a_pool_is_killed(tmp_path):
    jobs = jobs_of(60, mark=str(tmp_path / "mark"))
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=SPAWN) as pool:
        results = run(jobs, work=work.dies_once, executor=pool, results=tmp_path / "r")
    assert (tmp_path / "mark").exists() and not results.failed
    values = [record.result["value"] for record in results]
    assert values == [work.walk(job)["value"] for job in jobs]
    assert len(lines_of(tmp_path / "r")) == 60


@pytest.mark.parametrize("retries", [0, 3])
def test_a_job_that_kills_its_worker_is_found_and_no_other_blamed(tmp_path, retries):
    pool = partial(concurrent.futures.ProcessPoolExecutor, 2)
    results = run(
        jobs_of(12), work=work.poison, executor=pool, results=tmp_path, retries=retries
    )
    (failure,) = results.failures
    assert failure.key == jobs_of(12)[3].key
    assert "the worker died" in failure.error and "alone" in failure.error
    with pytest.raises(RuntimeError, match="1 of 12 jobs failed"):
        results.raise_failures()


CLIENT = """
import sys
from rlct import distributed
import distributed_work as work
if __name__ == "__main__":
    jobs = distributed.sweep("x^2", [[0.0, 0.0]], seeds=range(60), log=sys.argv[2])
    import concurrent.futures
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        distributed.run(jobs, work=work.logged, executor=pool, results=sys.argv[1])
"""


def test_the_client_is_killed_and_a_second_run_does_only_what_is_missing(tmp_path):
    log, folder = tmp_path / "log", tmp_path / "results"
    jobs = sweep("x^2", [[0.0, 0.0]], seeds=range(60), log=str(log))
    script = tmp_path / "client.py"
    script.write_text(CLIENT)
    client = subprocess.Popen(
        [sys.executable, str(script), str(folder), str(log)], start_new_session=True
    )
    deadline = time.monotonic() + 15.0
    while not folder.exists() or len(lines_of(folder)) < 15:
        assert client.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(client.pid, signal.SIGKILL)  # it and its workers
    client.wait()
    there = len(merge(folder))
    assert 15 <= there < 60
    before = len(log.read_text().splitlines())
    results = run(jobs, work=work.logged, results=folder)
    assert results.computed == 60 - there
    assert len(log.read_text().splitlines()) - before == 60 - there
    fresh = run(jobs, work=work.logged, results=tmp_path / "fresh")
    assert results.digest() == fresh.digest() == merge(folder).digest()


def test_a_torn_last_line_is_passed_over(tmp_path, reference):
    run(jobs_of(40), work=work.walk, results=tmp_path)
    (part,) = tmp_path.glob("part-*.jsonl")
    whole = part.read_bytes()
    part.write_bytes(whole[:-40])
    assert merge(tmp_path).torn == 1 and len(merge(tmp_path)) == 39
    results = run(jobs_of(40), work=work.walk, results=tmp_path)
    assert results.computed == 1 and results.digest() == reference == merge(tmp_path).digest()
    # without its end it is torn, even if it is whole JSON by chance
    part.write_bytes(whole[:-1])
    assert merge(part).torn == 1


def test_a_line_that_is_no_record_is_named(tmp_path):
    run(jobs_of(3), work=work.walk, results=tmp_path)
    (part,) = tmp_path.glob("part-*.jsonl")
    lines = part.read_bytes().splitlines(keepends=True)
    for bad in (b"{\n", b"[]\n", b'{"key":"00"}\n', b'{"key":"' + b"0" * 64 + b'"}\n'):
        part.write_bytes(lines[0] + bad + lines[2])
        with pytest.raises(ResultsError, match=rf"{part.name}, line 2, is no record"):
            merge(tmp_path)


def test_contradicting_records_are_an_error_that_names_both_files(tmp_path):
    jobs = jobs_of(3)
    for name in ("a", "b"):
        run(jobs, work=work.changes, results=tmp_path / name)
    parts = [next((tmp_path / name).glob("*.jsonl")) for name in "ab"]
    with pytest.raises(ResultsError, match="different results of the job") as told:
        merge(tmp_path / "a", tmp_path / "b")
    assert all(f"{part}, line " in str(told.value) for part in parts)
    assert merge(tmp_path / "a", tmp_path / "a").duplicates == 3


def test_one_bit_is_a_contradiction(tmp_path):
    line = distributed._line("0" * 64, "w", {"value": 1.0}, None, 0.0)
    other = distributed._line("0" * 64, "w", {"value": math.nextafter(1.0, 2.0)}, None, 0.0)
    zeros = distributed._line("0" * 64, "w", {"value": 0.0}, None, 0.0)
    minus = distributed._line("0" * 64, "w", {"value": -0.0}, None, 9.0)
    for first, second in [(line, other), (zeros, minus)]:
        (tmp_path / "part-a.jsonl").write_bytes(first)
        (tmp_path / "part-b.jsonl").write_bytes(second)
        with pytest.raises(ResultsError, match="different results"):
            merge(tmp_path)
    # who computed it, and how long it took, is no part of a result
    (tmp_path / "part-a.jsonl").write_bytes(line)
    (tmp_path / "part-b.jsonl").write_bytes(line.replace(b'"seconds":0.0', b'"seconds":7.5'))
    assert merge(tmp_path).duplicates == 1


def test_another_work_needs_another_folder(tmp_path):
    run(jobs_of(3), work=work.walk, results=tmp_path)
    with pytest.raises(ResultsError, match="distributed_work:walk, not of distributed_work:quiet"):
        run(jobs_of(3), work=work.quiet, results=tmp_path)
    # jobs that the folder does not hold do not meet
    assert run(jobs_of(3, a=1), work=work.quiet, results=tmp_path).computed == 3


def test_what_cannot_be_pickled_fails_at_once_with_its_name(tmp_path):
    def local(job):
        return 1

    with concurrent.futures.ProcessPoolExecutor(1) as pool:
        with pytest.raises(TypeError, match=r"work .*<locals>\.local cannot be pickled"):
            run(jobs_of(2), work=local, executor=pool, results=tmp_path)
        job = Job(lambda w: (0.0, w), [0.0], name="zero")
        with pytest.raises(TypeError, match=r"loss .*<lambda> cannot be pickled"):
            run([job], work=work.walk, executor=pool, results=tmp_path)
    assert lines_of(tmp_path) == []
    # threads need no pickle
    assert run(jobs_of(2), work=local, results=tmp_path)[0].result == 1


def test_an_exception_in_a_job_is_a_record_and_is_tried_again(tmp_path):
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=SPAWN) as pool:
        results = run(jobs_of(9), work=work.fails, executor=pool, results=tmp_path / "a")
    assert [record.ok for record in results] == [seed % 3 != 0 for seed in range(9)]
    assert results[3].error == "ArithmeticError: seed 3 does not converge"
    assert "raise ArithmeticError" in results[3].traceback and results.failed == 3
    again = run(jobs_of(9), work=work.fails, results=tmp_path / "a")
    assert again.computed == 3 and again.digest() == results.digest()
    mark = tmp_path / "mark"
    jobs = jobs_of(3, mark=str(mark))
    first = run(jobs, work=work.fails_without_mark, results=tmp_path / "b")
    assert [record.ok for record in first] == [True, False, True]
    mark.write_text("")
    second = run(jobs, work=work.fails_without_mark, results=tmp_path / "b")
    assert second.computed == 1 and not second.failed
    assert [record.result for record in second] == [0, 1, 2]
    # a result stands before a failure, in any order of the files
    assert not merge(tmp_path / "b").failed


def test_a_result_that_is_no_json_is_a_failure(tmp_path):
    results = run(jobs_of(1), work=work.returns_itself, results=tmp_path)
    assert "the result is a Job: return numbers" in results[0].error


def test_floats_are_kept_bit_by_bit():
    values = [0.1, -0.0, 5e-324, math.inf, -math.inf, math.nan, 1e308, 1 / 3]
    value = {"a": values, "b": {"c": np.float32(0.1), "d": np.arange(3)}, "e": None, "f": [None, 1]}
    plain, bits = distributed._encode(value)
    again = distributed._decode(json.loads(json.dumps(plain, allow_nan=False)), bits)
    assert [x.hex() for x in again["a"]] == [x.hex() for x in values]
    assert again["b"] == {"c": float(np.float32(0.1)), "d": [0, 1, 2]}
    assert again["e"] is None and again["f"] == [None, 1] and isinstance(again["f"][1], int)
    with pytest.raises(TypeError, match=r"the result\.a\[1\] is a complex"):
        distributed._encode({"a": [0.0, 1j]})
    with pytest.raises(TypeError, match="keys are texts"):
        distributed._encode({1: 0.0})


KEYS = """
import distributed_work as work, numpy as np
from functools import partial
from rlct.distributed import Job
for loss in ("x^2", {"b": {1, 2, "x", "y"}, "a": [0.1]}, work.square, work.Bowl(0.5),
             partial(work.square, 3), np.arange(3.0)):
    print(Job(loss, [0.1, 0.2], {"z": 1, "a": 0.25}, 7).key)
"""


def test_keys_are_the_same_in_every_process():
    outs = set()
    for seed in ("0", "1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", KEYS],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        outs.add(done.stdout)
    (out,) = outs
    assert len(set(out.split())) == 6


def test_keys_differ_where_the_job_does():
    base = dict(loss="x^2", w_star=[0.1, 0.2], settings={"a": 0.25, "b": 1}, seed=7)
    others = [
        dict(loss="x^3"),
        dict(loss=work.square),
        dict(loss=work.Bowl(0.5)),
        dict(loss=work.Bowl(math.nextafter(0.5, 1))),
        dict(w_star=[0.1, math.nextafter(0.2, 1)]),
        dict(w_star=None),
        dict(settings={"a": 0.25, "b": 1.0}),
        dict(settings={"a": 0.25}),
        dict(seed=8),
        dict(name="x"),
    ]
    keys = {Job(**{**base, **other}).key for other in [{}, *others]}
    assert len(keys) == 11
    assert Job(**{**base, "settings": {"b": 1, "a": 0.25}}).key == Job(**base).key
    assert Job({"callable": "distributed_work:square"}).key == Job(work.square).key
    job = pickle.loads(pickle.dumps(Job(**base)))
    assert job.key == Job(**base).key and (job.w_star == [0.1, 0.2]).all()


def test_a_loss_without_a_key_is_refused():
    with pytest.raises(TypeError, match=r"<lambda>, which its name does not determine"):
        _ = Job(lambda w: 0.0).key
    assert Job(lambda w: 0.0, name="zero").key == Job(None, name="zero").key
    # what a generator is need not be in its attributes
    with pytest.raises(TypeError, match="of which no key can be made"):
        _ = Job({"a": iter([1])}).key
    for wrong, told in [
        (dict(w_star=[[0.0]]), r"shape \(1, 1\)"),
        (dict(seed=0.5), "give an integer"),
        (dict(settings={"seed": 1}), r"Job\(…, seed=…\)"),
    ]:
        with pytest.raises((TypeError, ValueError), match=told):
            Job("x", **wrong)


def test_a_sweep_has_all_combinations_and_none_twice():
    jobs = sweep("x*y", [[0, 0], [1, 0]], grid={"t": [1.0, 2.0], "u": "ab"}, seeds=[1, 2], c=3)
    assert len(jobs) == len({job.key for job in jobs}) == 16
    assert jobs[0].settings == {"t": 1.0, "u": "a", "c": 3} and jobs[1].seed == 2
    assert jobs[-1].w_star.tolist() == [1.0, 0.0]
    assert jobs[5].key == Job("x*y", [0, 0], jobs[5].settings, 2).key
    with pytest.raises(ValueError, match="c: both in grid"):
        sweep("x", [None], grid={"c": [1]}, c=2)


def test_losses_are_built_from_their_descriptions():
    assert work.at_the_loss(Job({"callable": "distributed_work:square"}, [1.0, 2.0])) == 5.0
    assert work.at_the_loss(Job(work.Bowl(2.0), [1.0, 2.0])) == 10.0
    assert work.at_the_loss(Job({"catalogue": "regular: d = 2"}, [1.0, 2.0])) == 5.0
    for loss, told in [
        ({"callable": "distributed_work:nothing"}, "no function that can be imported"),
        ({"catalogue": "nothing"}, "no instance 'nothing'"),
        ({"polynomials": "x"}, "names none of polynomial"),
    ]:
        with pytest.raises(ValueError, match=told):
            Job(loss).build_loss()


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "rlct.distributed", *map(str, arguments)],
        capture_output=True,
        text=True,
    )


def test_shards_from_the_command_line_give_the_digest(tmp_path, reference):
    file, folder = tmp_path / "jobs.json", tmp_path / "results"
    distributed.save_jobs(jobs_of(40), file, work="distributed_work:walk")
    again, found = distributed.load_jobs(file)
    assert [job.key for job in again] == [job.key for job in jobs_of(40)] and found is work.walk
    for shard in ("1/3", "3/3", "2/3"):
        done = command("run", file, folder, "--shard", shard)
        assert done.returncode == 0 and "were there" in done.stdout, done.stderr
    assert len(list(folder.glob("part-*.jsonl"))) == 3 and len(lines_of(folder)) == 40
    done = command("run", file, folder, "--processes", 2)
    assert done.stdout.startswith("0 computed, 40 were there")
    out = tmp_path / "all.jsonl"
    done = command("merge", folder, "--out", out)
    assert done.returncode == 0 and reference in done.stdout
    assert merge(out).digest() == reference


def test_the_command_line_tells_what_is_wrong(tmp_path):
    file = tmp_path / "jobs.json"
    distributed.save_jobs(jobs_of(4), file, work="distributed_work:fails")
    done = command("run", file, tmp_path / "r", "--processes", 1)
    assert done.returncode == 1 and "ArithmeticError: seed 0" in done.stdout
    assert command("run", file, tmp_path / "r", "--shard", "0/3").returncode == 2
    assert command("run", file, tmp_path / "r", "--shard", "4/3").returncode == 2
    assert "no folder of results" in command("merge", tmp_path / "nothing").stderr
    file.write_text('{"format": "rlct-jobs", "version": 1, "jobs": [{"loss": "x", "sed": 1}]}')
    done = command("run", file, tmp_path / "r")
    assert done.returncode == 2 and "job 0 has sed, which no job has" in done.stderr
    with pytest.raises(TypeError, match="is no JSON"):
        distributed.save_jobs([Job(work.Bowl(1.0))], file)


def test_an_executor_is_asked_for(tmp_path):
    with pytest.raises(TypeError, match="executor is a int"):
        run(jobs_of(1), work=work.walk, executor=3, results=tmp_path)


def test_results_as_pandas_slices_and_keys(tmp_path):
    pandas = pytest.importorskip("pandas")
    jobs = sweep("x^2", [[0.0, 0.0]], grid={"scale": [1.0, 2.0]}, seeds=[4, 5])
    results = run(jobs, work=work.walk, results=tmp_path)
    frame = results.to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.seed) == [4, 5, 4, 5] and list(frame.scale) == [1.0, 1.0, 2.0, 2.0]
    assert list(frame.value) == [record.result["value"] for record in results]
    assert results[1:3][0] == results[1] == results[jobs[1].key]
    assert results[-1].key == jobs[3].key
    with pytest.raises(KeyError):
        results["0" * 64]
    assert repr(results).startswith("<Results of 4 jobs, 0 failed, ")


def test_equal_jobs_are_run_once(tmp_path):
    log = tmp_path / "log"
    jobs = sweep("x^2", [[0.0, 0.0]], seeds=[1, 1, 2], log=str(log))
    results = run(jobs, work=work.logged, results=tmp_path / "r")
    assert len(results) == 3 and results[0] == results[1] != results[2]
    assert sorted(log.read_text().split()) == ["1", "2"]


def test_the_examples_of_the_docstrings_run():
    import doctest

    result = doctest.testmod(distributed)
    assert result.attempted > 4 and result.failed == 0


@pytest.mark.skipif(not (HERE.parent / "studies").exists(), reason="not in the repository")
def test_twenty_thousand_records_of_a_thousand_writers_merge_as_they_were_drawn():
    study = HERE.parent / "studies" / "merge_million.py"
    done = subprocess.run(
        [sys.executable, str(study), "--records", "20000", "--seed", "3"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "as drawn" in done.stdout and "'torn': 100" in done.stdout


class Broken(concurrent.futures.Executor):
    """Takes two tasks, then no more, as a pool that broke."""

    def __init__(self):
        self.taken = 0

    def submit(self, fn, /, *args, **kwargs):
        future = concurrent.futures.Future()
        self.taken += 1
        if self.taken > 2:
            raise concurrent.futures.BrokenExecutor("gone")
        future.set_result(fn(*args, **kwargs))
        return future


def test_an_executor_that_broke_is_made_anew_or_asked_for(tmp_path):
    with pytest.raises(concurrent.futures.BrokenExecutor, match="give a function that makes it"):
        run(jobs_of(5), work=work.walk, executor=Broken(), results=tmp_path)
    assert len(merge(tmp_path)) == 2
    results = run(jobs_of(7), work=work.walk, executor=Broken, results=tmp_path)
    assert results.computed == 5 and not results.failed


PAGE = HERE.parent.parent / "docs" / "python" / "distributed.md"


@pytest.mark.skipif(not PAGE.exists(), reason="not in the repository")
def test_the_examples_of_the_page_run():
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert len(blocks) == 2
    code = "\n".join(blocks) + "\nassert len(results) == 6 and not results.failed"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_types_are_right():
    api = pytest.importorskip("mypy.api")
    package = Path(distributed.__file__).parent
    paths = [str(package / f"{name}.py") for name in ("_catalogue", "_verify", "distributed")]
    config = HERE.parent / "pyproject.toml"
    told, _, code = api.run(["--config-file", str(config), "--follow-imports=silent", *paths])
    assert code == 0, told


def test_a_result_that_was_altered_is_named(tmp_path):
    run(jobs_of(3), work=work.walk, results=tmp_path)
    (part,) = tmp_path.glob("part-*.jsonl")
    whole = part.read_bytes()
    part.write_bytes(whole.replace(b'"count":200', b'"count":201', 1))
    with pytest.raises(ResultsError, match=r"line 1, is no record .*its sum is not that"):
        merge(tmp_path)
    # a digit of the key: the result would be another job's
    digit = b"1" if whole[8:9] == b"0" else b"0"
    part.write_bytes(whole[:8] + digit + whole[9:])
    with pytest.raises(ResultsError, match=r"line 1, is no record .*its sum is not that"):
        merge(tmp_path)
    # another writer's spacing, order and missing sum make no other digest
    lines = [json.loads(line) for line in whole.splitlines()]
    part.write_bytes(whole)
    digest = merge(tmp_path).digest()
    for line in lines:
        del line["sum"]
    text = "".join(json.dumps(dict(reversed(line.items()))) + "\n" for line in lines)
    part.write_text(text)
    assert merge(tmp_path).digest() == digest
