"""Many runs on many machines: jobs, a folder of results that survives kills, and their merge.

>>> import tempfile
>>> from rlct import distributed
>>> jobs = distributed.sweep("x^2*y^2", [[0.0, 0.0]], grid={"nbeta": [100.0, 1000.0]}, seeds=[1, 2])
>>> len(jobs)
4
>>> with tempfile.TemporaryDirectory() as folder:
...     results = distributed.run(jobs, work=distributed.count_parameters, results=folder)
...     [record.result for record in results]
[2, 2, 2, 2]

Results are lines of JSON in a folder, a file for each writer. That is all that machines have to
share: threads, processes, Dask and job arrays of a cluster write the same lines, and the digest of
the results is the same whoever computed them. See docs/python/distributed.md.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import functools
import hashlib
import importlib
import importlib.metadata
import itertools
import json
import math
import os
import pickle
import queue
import secrets
import socket
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Union, overload

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas

Work = Callable[["Job"], Any]
Path_ = Union[str, "os.PathLike[str]"]

__all__ = [
    "Job",
    "Record",
    "Results",
    "ResultsError",
    "count_parameters",
    "estimate",
    "load_jobs",
    "merge",
    "run",
    "save_jobs",
    "sweep",
]


class ResultsError(ValueError):
    """A folder of results that contradicts itself or the jobs; it names the files."""


# --- what a job is -------------------------------------------------------------------------------


@functools.lru_cache(maxsize=1)
def _version() -> str | None:
    try:
        return importlib.metadata.version("rlct")
    except importlib.metadata.PackageNotFoundError:
        return None


def _name(value: Any) -> str:
    """The name of a callable for people."""
    named = value.func if isinstance(value, functools.partial) else value
    if not hasattr(named, "__qualname__"):
        named = type(named)
    return f"{named.__module__}:{named.__qualname__}"


def _describe(value: Any, place: str) -> Any:
    """`value` as JSON that is the same in every process, floats as hex."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return {"float": float(value).hex()}
    if isinstance(value, Fraction):
        return {"fraction": str(value)}
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            raise TypeError(f"{place} is an array of objects: give one of numbers")
        data = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
        kind = data.dtype.str
        return {"array": [kind, list(value.shape), hashlib.sha256(data.tobytes()).hexdigest()]}
    if isinstance(value, Mapping):
        return {str(key): _describe(item, f"{place}.{key}") for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_describe(item, f"{place}[{at}]") for at, item in enumerate(value)]
    if isinstance(value, bytes):
        return {"bytes": hashlib.sha256(value).hexdigest()}
    if isinstance(value, (set, frozenset)):
        parts = [_describe(item, f"{place}{{}}") for item in value]
        return {"set": sorted(parts, key=_canonical)}
    if isinstance(value, np.dtype):
        return {"dtype": value.str}
    if isinstance(value, functools.partial):
        parts = [value.func, list(value.args), dict(value.keywords)]
        return {"partial": _describe(parts, f"{place} (partial)")}
    if callable(value) and hasattr(value, "__qualname__") and not hasattr(value, "__self__"):
        if "<" in value.__qualname__:
            raise TypeError(
                f"{place} is {_name(value)}, which its name does not determine: write it at the "
                "top of a module, or as a class whose instances hold its data, or name the job, "
                'Job(…, name="…")'
            )
        return {"callable": _name(value)}
    if callable(value) and hasattr(value, "__self__") and hasattr(value, "__func__"):
        return {"method": [value.__name__, _describe(value.__self__, f"{place}.__self__")]}
    return {"object": [_name(value), _describe(_state(value, place), f"{place}.__dict__")]}


def _state(value: Any, place: str) -> Any:
    kind: Any = type(value)
    own = getattr(kind, "__getstate__", None)
    if own is getattr(object, "__getstate__", None):
        own = None
    plain: Any = object
    reduced = (kind.__reduce__, kind.__reduce_ex__) != (plain.__reduce__, plain.__reduce_ex__)
    state: Any = None
    if own is not None:
        state = own(value)
    elif not reduced:  # otherwise what it is need not be in its attributes
        state = getattr(value, "__dict__", None)
    if state is None:
        raise TypeError(
            f"{place} is a {_name(value)}, of which no key can be made: give numbers, texts, "
            'arrays, functions and objects of these, or name the job, Job(…, name="…")'
        )
    return state


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


@dataclass(frozen=True, eq=False)
class Job:
    """One run: a loss, w*, settings and a seed. It pickles if its loss does.

    Attributes
    ----------
    loss
        What `work` understands. For `estimate`, the default: the text of a polynomial; a dict
        ``{"polynomial": text, …}``, ``{"model": …}`` or ``{"network": …}`` with the arguments of
        the function of that name; ``{"catalogue": id}``; ``{"callable": "module:name"}``; or a
        callable as `rlct.llc` takes it.
    w_star
        w*, shape (d,), float64; None for that of a native loss.
    settings
        The keyword arguments of `rlct.llc`.
    seed
        The seed.
    name
        Stands for the loss in the key, for a loss of which no key can be made. Two losses must not
        have one name.
    """

    loss: Any
    w_star: NDArray[np.float64] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    name: str | None = None

    def __post_init__(self) -> None:
        if self.w_star is not None:
            point = np.array(self.w_star, dtype=np.float64)
            if point.ndim != 1:
                raise ValueError(f"w_star has shape {point.shape}: give an array of shape (d,)")
            point.flags.writeable = False
            object.__setattr__(self, "w_star", point)
        if isinstance(self.seed, bool) or not isinstance(self.seed, (int, np.integer)):
            raise TypeError(f"seed is {self.seed!r}: give an integer")
        if "seed" in self.settings:
            raise ValueError("settings has a seed: give it as Job(…, seed=…)")
        object.__setattr__(self, "seed", int(self.seed))
        object.__setattr__(self, "settings", dict(self.settings))

    @functools.cached_property
    def _loss_key(self) -> str:
        loss = {"name": self.name} if self.name is not None else _describe(self.loss, "the loss")
        return hashlib.sha256(_canonical(loss).encode()).hexdigest()

    @functools.cached_property
    def key(self) -> str:
        """SHA-256 of the canonical JSON of loss, w*, settings, seed and the version of rlct.

        Floats count bit by bit. The key is the same in every process and on every machine; a
        function counts by its module and name, not by what it does.

        Raises
        ------
        TypeError
            For a loss that its name does not determine, as a lambda, where `name` is not set.
        """
        told = {
            "loss": self._loss_key,
            "w_star": _describe(self.w_star, "w_star"),
            "settings": _describe(self.settings, "settings"),
            "seed": self.seed,
            "rlct": _version(),
        }
        return hashlib.sha256(_canonical(told).encode()).hexdigest()

    def __repr__(self) -> str:
        loss = self.name or (_name(self.loss) if callable(self.loss) else repr(self.loss))
        return f"<Job {loss} seed {self.seed}, {self.settings}>"

    def build_loss(self) -> Any:
        """The loss as `rlct.llc` takes it.

        Raises
        ------
        ValueError
            For a specification that is none of those above.
        """
        if isinstance(self.loss, str):
            return _build({"polynomial": self.loss})
        if isinstance(self.loss, Mapping):
            return _build(self.loss)
        return self.loss


def _build(spec: Mapping[str, Any]) -> Any:
    kinds = ("polynomial", "model", "network", "catalogue", "callable")
    found = [kind for kind in kinds if kind in spec]
    if len(found) != 1:
        raise ValueError(f"the loss {dict(spec)!r} names none of {', '.join(kinds)}, or several")
    kind, rest = found[0], {key: value for key, value in spec.items() if key != found[0]}
    if kind == "callable":
        return _resolve(spec[kind])
    if kind == "catalogue":
        from ._catalogue import catalogue

        for instance in catalogue():
            if instance.id == spec[kind]:
                return instance.loss()
        raise ValueError(f"the catalogue has no instance {spec[kind]!r}")
    import rlct

    return getattr(rlct, {"model": "model_loss"}.get(kind, kind))(spec[kind], **rest)


def _resolve(text: str) -> Any:
    module, _, name = text.partition(":")
    try:
        value: Any = importlib.import_module(module)
        for part in name.split("."):
            value = getattr(value, part)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(
            f"{text!r} is no function that can be imported ({error}): give module:name, with the "
            "module in the folder of the run or on PYTHONPATH"
        ) from error
    return value


def sweep(
    loss: Any,
    points: Iterable[Any],
    *,
    grid: Mapping[str, Iterable[Any]] | None = None,
    seeds: Iterable[int] = (0,),
    name: str | None = None,
    **settings: Any,
) -> list[Job]:
    """A job for each point (a checkpoint's parameters, say), settings of the grid, and seed.

    Parameters
    ----------
    loss
        As in `Job`.
    points
        Points w*, each of shape (d,), or None for that of a native loss.
    grid
        Values by the name of a setting: all their combinations.
    seeds, name, settings
        The seeds, `Job.name`, and settings that all jobs share.

    Returns
    -------
    list of Job
        In the order of points, then settings, then seeds, which is the last to change.

    Examples
    --------
    >>> jobs = sweep("x^2", [[0.0]], grid={"nbeta": [10.0, 20.0]}, seeds=[1, 2], chains=4)
    >>> [(job.settings["nbeta"], job.settings["chains"], job.seed) for job in jobs]
    [(10.0, 4, 1), (10.0, 4, 2), (20.0, 4, 1), (20.0, 4, 2)]
    """
    values = {key: list(choices) for key, choices in (grid or {}).items()}
    twice = sorted(values.keys() & settings.keys())
    if twice:
        raise ValueError(f"{', '.join(twice)}: both in grid and for all jobs; leave one out")
    combinations = [dict(zip(values, chosen)) for chosen in itertools.product(*values.values())]
    kept = list(seeds)
    jobs: list[Job] = []
    for point in points:
        for chosen in combinations:
            for seed in kept:
                job = Job(loss, point, {**settings, **chosen}, seed, name)
                if jobs:  # a large loss is described once
                    job.__dict__["_loss_key"] = jobs[0]._loss_key
                jobs.append(job)
    return jobs


def save_jobs(jobs: Iterable[Job], path: Path_, *, work: str | None = None) -> None:
    """Writes jobs as JSON, which `load_jobs` and the command line read.

    `work` is ``"module:function"``, by default `estimate`. A loss that is a function is written by
    its name; other objects are not, since JSON cannot hold them.

    Raises
    ------
    TypeError
        For a loss or a setting that is no JSON.
    """
    rows = []
    for job in jobs:
        loss = job.loss
        if callable(loss) and hasattr(loss, "__qualname__"):
            loss = _describe(loss, "the loss")
        row = {
            "loss": loss,
            "w_star": None if job.w_star is None else job.w_star.tolist(),
            "settings": dict(job.settings),
            "seed": job.seed,
            "name": job.name,
        }
        try:
            rows.append(json.dumps(row))
        except TypeError as error:
            raise TypeError(
                f"{job!r} is no JSON ({error}): give its loss as a specification or a function at "
                "the top of a module, and its settings as numbers, texts and lists"
            ) from error
    head = json.dumps({"format": "rlct-jobs", "version": 1, "work": work})[:-1]
    text = head + ', "jobs": [\n' + ",\n".join(rows) + "\n]}\n"
    Path(path).write_text(text, encoding="utf-8")


def load_jobs(path: Path_) -> tuple[list[Job], Work | None]:
    """The jobs of a file of `save_jobs`, and its work.

    Raises
    ------
    ValueError
        If it is no such file, which names the place.
    """
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is no JSON: {error}") from error
    told = (data.get("format"), data.get("version")) if isinstance(data, dict) else None
    if told != ("rlct-jobs", 1):
        raise ValueError(f"{path} is not of the format rlct-jobs, version 1: it says {told}")
    jobs = []
    for at, row in enumerate(data["jobs"]):
        if not isinstance(row, dict) or "loss" not in row:
            raise ValueError(f'{path}: job {at} has no "loss"')
        unknown = row.keys() - {"loss", "w_star", "settings", "seed", "name"}
        if unknown:
            raise ValueError(f"{path}: job {at} has {', '.join(sorted(unknown))}, which no job has")
        try:
            jobs.append(Job(**row))
        except (TypeError, ValueError) as error:
            raise ValueError(f"{path}: job {at}: {error}") from error
    return jobs, _resolve(data["work"]) if data.get("work") else None


def estimate(job: Job) -> dict[str, Any]:
    """The default work: `rlct.llc` of the job, as numbers. One thread, unless settings say more."""
    import rlct

    settings = {"threads": 1, **job.settings}
    found = rlct.llc(job.build_loss(), job.w_star, seed=job.seed, **settings)
    return {
        "quantity": found.quantity,
        "value": found.value,
        "standard_error": found.standard_error,
        "inverse_temperature": found.inverse_temperature,
        "m": found.m,
        "ess": found.ess,
        "rhat": found.rhat,
        "verdict": found.verdict,
        "reasons": [reason.kind for reason in found.reasons],
        "method": found.method,
        "evaluations": found.evaluations,
    }


def count_parameters(job: Job) -> int:
    """Work that costs nothing: d of the job's w*. It measures what a job costs beside its work."""
    return 0 if job.w_star is None else len(job.w_star)


# --- what a record is ----------------------------------------------------------------------------


def _encode(value: Any, place: str = "the result") -> tuple[Any, Any]:
    """`value` as JSON, and the same shape with the floats alone, as hex; None where there is none.

    NaN and infinities are null in the first, and hex of their name in the second.
    """
    if value is None or isinstance(value, (bool, str)):
        return value, None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (bool, int)):
        return value, None
    if isinstance(value, float):
        return (value if math.isfinite(value) else None), value.hex()
    if isinstance(value, np.ndarray):
        value = value.tolist()
        if not isinstance(value, list):
            return _encode(value, place)
    if isinstance(value, (list, tuple)):
        pairs = [_encode(item, f"{place}[{at}]") for at, item in enumerate(value)]
        bits = [bit for _, bit in pairs]
        none = all(bit is None for bit in bits)
        return [item for item, _ in pairs], None if none else bits
    if isinstance(value, Mapping):
        plain, hexes = {}, {}
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{place} has the key {key!r}: keys are texts")
            plain[key], bit = _encode(item, f"{place}.{key}")
            if bit is not None:
                hexes[key] = bit
        return plain, hexes or None
    raise TypeError(
        f"{place} is a {type(value).__name__}: return numbers, texts, None, arrays, and lists and "
        "dicts of them"
    )


def _decode(plain: Any, bits: Any) -> Any:
    if bits is None:
        return plain
    if isinstance(bits, str):
        return float.fromhex(bits)
    if isinstance(bits, list):
        return [_decode(item, bit) for item, bit in zip(plain, bits)]
    return {key: _decode(item, bits.get(key)) for key, item in plain.items()}


@dataclass(frozen=True)
class Record:
    """What came of a job.

    Attributes
    ----------
    key
        `Job.key`.
    ok
        Whether it has a result.
    result
        What the work returned, arrays as lists, floats bit by bit; None if it failed.
    error, traceback
        Of a job that failed: the exception as a line, and where it came from.
    seconds, host, pid
        Wall time, and who computed it.
    """

    key: str
    ok: bool
    result: Any
    error: str | None = None
    traceback: str | None = field(default=None, repr=False)
    seconds: float = field(default=0.0, compare=False)
    host: str = field(default="", compare=False)
    pid: int = field(default=0, compare=False)

    @classmethod
    def _of(cls, raw: Mapping[str, Any]) -> Record:
        ok = "error" not in raw
        return cls(
            key=raw["key"],
            ok=ok,
            result=_decode(raw["result"], raw.get("hex")) if ok else None,
            error=raw.get("error"),
            traceback=raw.get("traceback"),
            seconds=raw.get("seconds", 0.0),
            host=raw.get("host", ""),
            pid=raw.get("pid", 0),
        )


def _line(
    key: str, work: str, result: Any, failure: tuple[str, str] | None, seconds: float
) -> bytes:
    """A record as a line. The key comes first, so that a reader can pass over it unparsed."""
    payload = ""
    if failure is None:
        try:
            payload = _payload(*_encode(result))
        except TypeError as error:
            failure = f"TypeError: {error}", ""
    if failure is not None:
        told = {"error": failure[0], "traceback": failure[1]}
        payload = json.dumps(told, separators=(",", ":"))[1:-1]
    rest: dict[str, Any] = {
        "work": work,
        "seconds": round(seconds, 6),
        "host": socket.gethostname(),
        "pid": os.getpid(),
    }
    if failure is None:
        rest["sum"] = _hash((key + payload).encode()).hex()
    text = f'{{"key":"{key}",{payload},{json.dumps(rest, separators=(",", ":"))[1:]}'
    return text.encode() + b"\n"


def _attempt(work: Work, name: str, jobs: Sequence[Job]) -> list[bytes]:
    """Runs jobs one after another, where the worker is; an exception is a record of it."""
    lines = []
    for job in jobs:
        start = time.perf_counter()
        result, failure = None, None
        try:
            result = work(job)
        except Exception as error:
            failure = f"{type(error).__name__}: {error}", traceback.format_exc()
        lines.append(_line(job.key, name, result, failure, time.perf_counter() - start))
    return lines


# --- reading results -----------------------------------------------------------------------------

_PREFIX = b'{"key":"'
_WORK = b',"work":"'  # no text inside of a line has it, since its quotes are escaped there
_encoded = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def _payload(plain: Any, bits: Any) -> str:
    """The part of a line that is its result; the hash is of the key and this."""
    text = '"result":' + _encoded(plain)
    return text if bits is None else text + ',"hex":' + _encoded(bits)


class _Index:
    """Where the record of each key is: 16 bytes of hash, file, offset. It reads line by line."""

    def __init__(self) -> None:
        self.files: list[Path] = []
        self.entries: dict[bytes, bytes] = {}
        self.lines = self.torn = self.duplicates = 0

    def add_folder(
        self,
        folder: Path_,
        wanted: frozenset[bytes] | None = None,
        work: str | None = None,
    ) -> None:
        for path in sorted(Path(folder).glob("part-*.jsonl")):
            self.add_file(path, wanted, work)

    def add_file(
        self,
        path: Path,
        wanted: frozenset[bytes] | None = None,
        work: str | None = None,
    ) -> None:
        number = len(self.files)
        self.files.append(path)
        tail = _WORK if work is None else _WORK[:-1] + json.dumps(work).encode() + b","
        with path.open("rb") as lines:
            offset = 0
            for line in lines:
                if not line.endswith(b"\n"):  # its writer was killed
                    self.torn += 1
                    break
                self.lines += 1
                if wanted is not None and line.startswith(_PREFIX):
                    if line[8:72] not in wanted:
                        offset += len(line)
                        continue
                whole = _whole(line, tail)
                if whole is not None:
                    self._put(*whole, number, offset)
                else:
                    self._take(line, number, offset, work)
                offset += len(line)

    def _take(self, line: bytes, number: int, offset: int, work: str | None) -> None:
        try:
            raw = json.loads(line)
            key = _key_bytes(raw["key"])
            failed = "error" in raw
            text = "" if failed else _payload(raw["result"], raw.get("hex"))
            mark = b"\0" * 16 if failed else _hash((raw["key"] + text).encode())
            if not failed and raw.get("sum", mark.hex()) != mark.hex():
                raise ValueError("its sum is not that of its key and result")
        except (ValueError, KeyError, TypeError) as error:
            raise ResultsError(
                f"{self._where(number, offset)} is no record ({type(error).__name__}: {error}): "
                "delete that line, and run the jobs again"
            ) from error
        if work is not None and raw.get("work", work) != work:
            raise ResultsError(
                f"{self._where(number, offset)} is of the work {raw['work']}, not of {work}: give "
                "another folder of results"
            )
        self._put(key, mark, number, offset)

    def _put(self, key: bytes, mark: bytes, number: int, offset: int) -> None:
        failed = not any(mark)
        entry = mark + number.to_bytes(4, "big") + offset.to_bytes(8, "big")
        before = self.entries.get(key)
        if before is not None:
            self.duplicates += 1
            if failed and not _is_failed(before):
                return
            if not failed and not _is_failed(before):
                if before[:16] != mark:
                    first = self._where(*_unpack(before))
                    raise ResultsError(
                        f"{first} and {self._where(number, offset)} have different results of the "
                        f"job {key.hex()}: its work is not deterministic, or the files are of "
                        "different programs; delete the wrong one"
                    )
                return
        self.entries[key] = entry

    def _where(self, number: int, offset: int) -> str:
        path = self.files[number]
        with path.open("rb") as lines:
            line = 1 + lines.read(offset).count(b"\n")
        return f"{path}, line {line},"


def _whole(line: bytes, tail: bytes) -> tuple[bytes, bytes] | None:
    """Key and hash of a line of `_line` whose sum is right, which need not be parsed."""
    if line[72:83] != b'","result":' or line[-43:-35] != b',"sum":"' or line[-3:] != b'"}\n':
        return None
    end = line.rfind(_WORK)
    if end < 0 or not line.startswith(tail, end):
        return None
    mark = _hash(line[8:72] + line[74:end])
    if mark.hex().encode() != line[-35:-3]:
        return None
    try:
        return bytes.fromhex(line[8:72].decode("ascii")), mark
    except ValueError:
        return None


def _key_bytes(text: str) -> bytes:
    key = bytes.fromhex(text)
    if len(key) != 32:
        raise ValueError(f"the key {text!r} is not of 64 hexadecimal digits")
    return key


def _hash(text: bytes) -> bytes:
    mark = hashlib.blake2b(text, digest_size=16).digest()
    return mark if any(mark) else b"\1" * 16  # all zeros stand for a failure


def _is_failed(entry: bytes) -> bool:
    return not any(entry[:16])


def _unpack(entry: bytes) -> tuple[int, int]:
    return int.from_bytes(entry[16:20], "big"), int.from_bytes(entry[20:28], "big")


class _Handles:
    """Files that are open for reading, at most 100 of them."""

    def __init__(self, paths: Sequence[Path]):
        self._paths = paths
        self._open: dict[int, BinaryIO] = {}

    def __enter__(self) -> _Handles:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._open.values():
            file.close()

    def line(self, entry: bytes) -> bytes:
        number, offset = _unpack(entry)
        if number not in self._open:
            if len(self._open) >= 100:
                self._open.pop(next(iter(self._open))).close()
            self._open[number] = self._paths[number].open("rb")
        self._open[number].seek(offset)
        return self._open[number].readline()


class Results(Sequence[Record]):
    """The records of some jobs, in their order; of `merge`, in that of their keys.

    They stay in their files, and are read as they are asked for; what is in memory is where.
    ``results[3]``, ``results["<key>"]``, ``for record in results``.

    Attributes
    ----------
    jobs
        The jobs, in the same order; empty of `merge`.
    computed
        How many of the jobs this run computed; the folder held the others.
    torn, duplicates
        Torn last lines, and records of a key that was there already.
    """

    def __init__(
        self, index: _Index, order: Sequence[bytes], jobs: Sequence[Job] = (), computed: int = 0
    ):
        self._index = index
        self._order = order
        self.jobs = tuple(jobs)
        self.computed = computed
        self.torn, self.duplicates = index.torn, index.duplicates

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, at: int | str) -> Record: ...
    @overload
    def __getitem__(self, at: slice) -> Results: ...
    def __getitem__(self, at: int | str | slice) -> Record | Results:
        if isinstance(at, slice):
            return Results(self._index, self._order[at], self.jobs[at])
        key = _key_bytes(at) if isinstance(at, str) else self._order[at]
        if key not in self._index.entries:
            raise KeyError(f"there is no record of the job {at}")
        with _Handles(self._index.files) as handles:
            return Record._of(json.loads(handles.line(self._index.entries[key])))

    def __iter__(self) -> Iterator[Record]:
        for line in self._raw_lines():
            yield Record._of(json.loads(line))

    def _raw_lines(self) -> Iterator[bytes]:
        handles = _Handles(self._index.files)
        with handles:
            for key in self._order:
                yield handles.line(self._index.entries[key])

    @property
    def failed(self) -> int:
        """How many have no result."""
        entries = self._index.entries
        return sum(_is_failed(entries[key]) for key in self._order)

    @property
    def failures(self) -> list[Record]:
        """The records without a result."""
        entries = self._index.entries
        return [self[key.hex()] for key in self._order if _is_failed(entries[key])]

    def digest(self) -> str:
        """SHA-256 of all keys and results, bit by bit; of a failure only that it is one.

        Two runs have the same digest if all floats of all results are equal in all bits, whoever
        computed them and in which order.
        """
        total = hashlib.sha256()
        for key in sorted(set(self._order)):
            total.update(key)
            total.update(self._index.entries[key][:16])
        return total.hexdigest()

    def raise_failures(self) -> None:
        """Raises RuntimeError with the first traceback, if a job failed."""
        failures = self.failures
        if failures:
            first = failures[0]
            raise RuntimeError(
                f"{len(failures)} of {len(self)} jobs failed; the first, {first.key[:12]}: "
                f"{first.error}\n{first.traceback}"
            )

    def to_pandas(self) -> pandas.DataFrame:
        """A row for each record: key, ok, error, seconds, host; seed and settings of its job where
        it is known; and the result, by its keys if it is a dict."""
        import pandas

        rows = []
        for at, record in enumerate(self):
            row: dict[str, Any] = {"key": record.key, "ok": record.ok, "error": record.error}
            if self.jobs:
                job = self.jobs[at]
                row |= {"seed": job.seed, **job.settings}
            if isinstance(record.result, dict):
                row |= record.result
            elif record.ok:
                row["result"] = record.result
            rows.append(row | {"seconds": record.seconds, "host": record.host})
        return pandas.DataFrame(rows)

    def __repr__(self) -> str:
        return f"<Results of {len(self)} jobs, {self.failed} failed, {self.digest()[:12]}>"


def merge(*folders: Path_) -> Results:
    """The records of folders of results, or of files of them, by key.

    Two records of one job must agree bit by bit. A result stands before a failure, and the last
    line of a file is passed over if it is torn. What 10⁶ records take is in
    docs/python/distributed.md.

    Raises
    ------
    ResultsError
        For two records of one job that differ, or a line that is no record: it names the files.
    FileNotFoundError
        For a folder that is not there.
    """
    if not folders:
        raise ValueError("merge needs at least one folder of results")
    index = _Index()
    for folder in map(Path, folders):
        if folder.is_file():
            index.add_file(folder)
        elif folder.is_dir():
            index.add_folder(folder)
        else:
            raise FileNotFoundError(f"there is no folder of results {folder}")
    return Results(index, sorted(index.entries))


# --- running -------------------------------------------------------------------------------------


class _Writer:
    """The file of this process in a folder: a line a record, on the disk when `write` returns."""

    def __init__(self, folder: Path):
        host = "".join(c if c.isalnum() or c in ".-_" else "_" for c in socket.gethostname())
        self.path = folder / f"part-{host}-{os.getpid()}-{secrets.token_hex(4)}.jsonl"
        self._file: BinaryIO | None = None

    def write(self, lines: Sequence[bytes]) -> list[tuple[int, bytes]]:
        """The offset of each line."""
        if self._file is None:
            self._file = self.path.open("xb")
            _sync_folder(self.path.parent)
        places = []
        for line in lines:
            places.append((self._file.tell(), line))
            self._file.write(line)
        self._file.flush()
        os.fsync(self._file.fileno())
        return places

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def _sync_folder(folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # not a thing that this system opens
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


class _Engine:
    """An executor as `run` uses it: how many tasks at once, and another one where it broke."""

    def __init__(self, executor: Any):
        self._make: Callable[[], Any] | None = None
        self._again: Callable[[], Any] | None = None
        self.owned = False
        if executor is None:
            self._make = lambda: concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1)
        elif isinstance(executor, type):
            self._make = executor
        elif hasattr(executor, "get_executor"):  # a Client of Dask
            executor = executor.get_executor(pure=False)
            self.owned = True  # the executor, which is ours; the client is not
        elif isinstance(executor, concurrent.futures.ProcessPoolExecutor):
            given = executor
            workers = getattr(given, "_max_workers", None)
            settings: dict[str, Any] = {
                "mp_context": getattr(given, "_mp_context", None),
                "initializer": getattr(given, "_initializer", None),
                "initargs": getattr(given, "_initargs", ()),
            }
            self._again = lambda: concurrent.futures.ProcessPoolExecutor(workers, **settings)
        elif not hasattr(executor, "submit"):
            if not callable(executor):
                raise TypeError(
                    f"executor is a {type(executor).__name__}: give a concurrent.futures.Executor, "
                    "a Client of Dask, or a function that makes an executor"
                )
            self._make = executor
        if self._make is not None:
            executor, self.owned = self._make(), True
        self.executor = executor
        workers = getattr(executor, "_max_workers", None)
        # what waits in the pool when it breaks is suspect, so that no more of it waits than needed
        self.window = workers + max(workers, 16) if isinstance(workers, int) else 10_000
        self.pickles = not isinstance(executor, concurrent.futures.ThreadPoolExecutor)
        self.is_dask = type(executor).__module__.startswith("distributed.")

    def renew(self) -> None:
        """Another executor for one that broke."""
        make = self._make or self._again
        if make is None:
            raise concurrent.futures.BrokenExecutor(
                f"the {type(self.executor).__name__} is broken, and only its maker can make a new "
                "one: give a function that makes it as executor; what has ended is in the folder"
            )
        self.close(wait=False)
        self.executor, self.owned = make(), True

    def close(self, wait: bool = True) -> None:
        if self.owned:
            if self.is_dask:
                self.executor.shutdown(wait=wait)
            else:
                self.executor.shutdown(wait=wait, cancel_futures=True)


def _is_death(error: BaseException) -> bool:
    """Whether a worker was lost, which says nothing about the job."""
    if isinstance(error, (concurrent.futures.BrokenExecutor, concurrent.futures.CancelledError)):
        return True
    lost = ("KilledWorker", "CancelledError", "FutureCancelledError", "CommClosedError")
    return any(kind.__name__ in lost for kind in type(error).__mro__)


def _check_pickles(value: Any, what: str, is_dask: bool) -> None:
    try:
        pickle.dumps(value)
        return
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
    if is_dask:  # which pickles more
        try:
            import cloudpickle  # type: ignore  # where it is not installed

            cloudpickle.dumps(value)
            return
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
    name = _name(value) if callable(value) else repr(value)
    raise TypeError(
        f"{what} {name} cannot be pickled, so that no other process can run it ({reason}): write "
        "it at the top of a module, or as a class whose instances hold its data"
    )


def run(
    jobs: Iterable[Job],
    *,
    work: Work | None = None,
    executor: Any = None,
    results: Path_,
    retries: int = 3,
    chunk: int = 1,
    progress: bool | Callable[[int, int], Any] = False,
) -> Results:
    """Runs the jobs that the folder `results` does not hold yet, and returns all of them.

    A record is on the disk when its job has ended, so that whatever is killed, a second run does
    only what is missing.

    Parameters
    ----------
    jobs
        The jobs. Of equal ones the first is run, and its record returned for each.
    work
        ``work(job) -> result``, by default `estimate`. The result is made of numbers, texts, None,
        arrays, and lists and dicts of them. It depends on the job alone.
    executor
        None for threads, as many as there are cores; any `concurrent.futures.Executor`; a Client
        of Dask; or a function that makes an executor, which is then ended by `run`. A process pool
        whose worker died is made anew.
    results
        A folder, made if it is not there. Only this process writes to it, workers do not.
    retries
        How often a job is tried again that was on a worker which died. Jobs that were there twice
        run alone at the end, so that a job that kills its worker is found, and no other blamed.
    chunk
        Jobs in one task. More than 1 where a job takes less than some ten milliseconds.
    progress
        True for a bar of tqdm, or a function that is told (done, total).

    Returns
    -------
    Results
        A record a job, in the order of the jobs. A job whose work raised has a record with the
        error and its traceback, and is tried again by the next run.

    Raises
    ------
    TypeError
        For work or a loss that cannot be pickled where the executor needs that, before anything is
        run; and for a loss of which no key can be made.
    ResultsError
        If the folder contradicts itself, or is of other work.
    """
    if retries < 0 or chunk < 1:
        raise ValueError(f"retries is at least 0, and chunk at least 1, not {retries} and {chunk}")
    kept = list(jobs)
    own = work or estimate
    name = _name(own)
    order = [bytes.fromhex(job.key) for job in kept]
    folder = Path(results)
    folder.mkdir(parents=True, exist_ok=True)
    index = _Index()
    index.add_folder(folder, frozenset(job.key.encode() for job in kept), name)
    missing: dict[bytes, Job] = {}
    for key, job in zip(order, kept):
        entry = index.entries.get(key)
        if entry is None or _is_failed(entry):
            missing.setdefault(key, job)
    if missing:
        _Run(own, name, missing, index, folder, retries, chunk, executor).go(progress)
    return Results(index, order, kept, len(missing))


class _Run:
    """A run of what is missing: tasks go out, lines come back and are written by this process."""

    def __init__(
        self,
        work: Work,
        name: str,
        missing: Mapping[bytes, Job],
        index: _Index,
        folder: Path,
        retries: int,
        chunk: int,
        executor: Any,
    ):
        self.work, self.name, self.index, self.retries = work, name, index, retries
        self.total = len(missing)
        self.engine = _Engine(executor)
        self.writer = _Writer(folder)
        self.number = len(index.files)
        index.files.append(self.writer.path)
        if self.engine.pickles:
            _check_pickles(work, "the work", self.engine.is_dask)
            seen: set[int] = set()
            for job in missing.values():
                if id(job.loss) not in seen:
                    seen.add(id(job.loss))
                    _check_pickles(job.loss, "the loss", self.engine.is_dask)
        waiting = list(missing.values())
        self.waiting = deque(
            tuple(waiting[at : at + chunk]) for at in range(0, len(waiting), chunk)
        )
        self.alone: deque[tuple[Job, ...]] = deque()
        self.deaths: dict[str, int] = {}
        self.flying: dict[Any, tuple[tuple[Job, ...], bool]] = {}
        self.broken = False
        self.ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.done = 0

    def go(self, progress: bool | Callable[[int, int], Any]) -> None:
        from ._verify import _Progress

        finished = False
        try:
            with _Progress(progress, self.total) as told:
                while self.waiting or self.alone or self.flying:
                    if self.broken and not self.flying:
                        self.engine.renew()
                        self.broken = False
                    self._send()
                    self._receive()
                    told(self.done)
            finished = True
        finally:
            self.writer.close()
            if not finished:
                for future in self.flying:
                    future.cancel()
            self.engine.close(wait=finished)

    def _send(self) -> None:
        while self.waiting and not self.broken and len(self.flying) < self.engine.window:
            self._submit(self.waiting)
        if self.alone and not (self.flying or self.waiting or self.broken):
            self._submit(self.alone)

    def _submit(self, line: deque[tuple[Job, ...]]) -> None:
        try:
            future = self.engine.executor.submit(_attempt, self.work, self.name, line[0])
        except concurrent.futures.BrokenExecutor:
            self.broken = True  # the task never ran: it is not suspect, and stays where it is
            return
        self.flying[future] = line.popleft(), line is self.alone
        future.add_done_callback(self.ended.put)

    def _receive(self) -> None:
        """Takes all that has ended by now, and writes it at once."""
        if not self.flying:
            return
        futures = [self.ended.get()]
        while len(futures) < 10_000:
            try:
                futures.append(self.ended.get_nowait())
            except queue.Empty:
                break
        lines: list[bytes] = []
        for future in futures:
            jobs, was_alone = self.flying.pop(future)
            error = _error_of(future)
            if error is None:
                lines += future.result()
            elif _is_death(error):
                self.broken |= isinstance(error, concurrent.futures.BrokenExecutor)
                lines += self._again(jobs, was_alone, error)
            elif len(jobs) > 1:  # one of them cannot be sent or returned: find it
                self.waiting.extend((job,) for job in jobs)
            else:
                lines.append(self._failure(jobs[0], error))
        if lines:
            for offset, line in self.writer.write(lines):
                self.index._take(line, self.number, offset, None)
            self.done += len(lines)

    def _again(
        self, jobs: tuple[Job, ...], was_alone: bool, error: BaseException
    ) -> list[bytes]:
        lines = []
        for job in jobs:
            count = self.deaths[job.key] = self.deaths.get(job.key, 0) + 1
            if count > self.retries and was_alone:
                lines.append(self._failure(job, error, count))
            elif count >= min(max(self.retries, 1), 2):
                self.alone.append((job,))
            else:
                self.waiting.append((job,))
        return lines

    def _failure(self, job: Job, error: BaseException, deaths: int = 0) -> bytes:
        text = f"{type(error).__name__}: {error}"
        if deaths:
            text = f"the worker died {deaths} times, the last time with this job alone ({text})"
        trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        return _line(job.key, self.name, None, (text, trace), 0.0)


def _error_of(future: Any) -> BaseException | None:
    try:
        error: BaseException | None = future.exception()
    except concurrent.futures.CancelledError as cancelled:
        return cancelled
    return error


# --- the command line ----------------------------------------------------------------------------


def _shard(text: str) -> tuple[int, int]:
    first, _, last = text.partition("/")
    try:
        at, of = int(first), int(last)
    except ValueError:
        at = of = 0
    if not 1 <= at <= of:
        raise argparse.ArgumentTypeError(f"{text!r} is no share: write 3/16, from 1/16 to 16/16")
    return at, of


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rlct.distributed",
        description="Runs jobs of a file, or merges folders of results.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="run what a folder of results does not hold yet")
    running.add_argument("jobs", metavar="JOBS.json", help="written by distributed.save_jobs")
    running.add_argument("results", metavar="RESULTS", help="a folder, made if it is not there")
    running.add_argument(
        "--shard", type=_shard, default=(1, 1), metavar="I/N", help="every N-th job, from the I-th"
    )
    running.add_argument(
        "--processes", type=int, default=0, metavar="K", help="processes, in place of threads"
    )
    running.add_argument("--chunk", type=int, default=1, help="jobs in one task (1)")
    running.add_argument("--retries", type=int, default=3, help="after a worker died (3)")
    running.add_argument("--progress", action="store_true", help="a bar, by tqdm")
    merging = commands.add_parser("merge", help="count, check and digest folders of results")
    merging.add_argument("folders", nargs="+", metavar="RESULTS")
    merging.add_argument("--out", metavar="FILE.jsonl", help="one file of all records, by key")
    return parser


def _write_merged(merged: Results, out: Path) -> None:
    partial = out.with_name(out.name + ".tmp")
    with partial.open("wb") as file:
        for record in merged._raw_lines():
            file.write(record)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(out)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 1 if a job failed, 2 if the files are not right."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "merge":
            results = merge(*options.folders)
            if options.out is not None:
                _write_merged(results, Path(options.out))
            print(f"{results.torn} torn lines, {results.duplicates} duplicates")
        else:
            jobs, work = load_jobs(options.jobs)
            at, of = options.shard
            make = None
            if options.processes > 0:
                make = functools.partial(
                    concurrent.futures.ProcessPoolExecutor, options.processes
                )
            results = run(
                jobs[at - 1 :: of],
                work=work,
                executor=make,
                results=options.results,
                retries=options.retries,
                chunk=options.chunk,
                progress=options.progress,
            )
            print(f"{results.computed} computed, {len(results) - results.computed} were there")
    except (ValueError, TypeError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    failures = results.failures
    for record in failures[:10]:
        print(f"failed: {record.key[:12]}: {record.error}")
    if len(failures) > 10:
        print(f"and {len(failures) - 10} more")
    print(f"{len(results)} jobs, {len(failures)} failed, digest {results.digest()}")
    return 1 if failures else 0


if __name__ == "__main__":
    # by its own name, so that what it pickles is found by other processes
    from rlct.distributed import main as _main

    sys.exit(_main())
