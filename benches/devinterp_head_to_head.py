#!/usr/bin/env python3
"""`rlct estimate` beside devinterp 1.3.2 and 2.0.1: deep linear networks on data, equal CPU time.

    python devinterp_head_to_head.py --rlct target/release/rlct --out results.jsonl \\
        --old ENV-1.3.2/bin/python --new ENV-2.0.1/bin/python [--rows 1000] [--sets 2] ...

Ten networks without biases at the deepest singularity of their rank (`LinearNetwork::of_rank`),
with the exact λ of Aoyagi 2024. A data set, numbered, has x ~ N(0, I) and y = W x + N(0, I); the
loss is ½|f(x) − y|², a mean over samples. Every tool starts at the true parameter. The ways:

- rlct, without --method, with --time; devinterp has then the CPU seconds that rlct took, in as
  many steps as the pace of short runs promises (short runs and tuning are not counted);
- 1.3.2 own: as in its test of reduced-rank regression: SGLD on all samples, ε = 6e-5, γ = 1,
  3 chains without burn-in (on the first data set only, as 2.0.1 own);
- 1.3.2 tuned: ε is halved, from 4/nβ, until its own MALA acceptance is 0.8 (on the first data
  set of a network), γ = 1, nβ = n/log n, 4 chains, a quarter of each is burn-in, the baseline is
  L_n(w*) on all samples, batches of 1000;
- 2.0.1 own: as in its README: ε = 1e-3, nβ = 30, no localisation, batches of 32, 4 chains;
- 2.0.1 tuned: the settings of 1.3.2 tuned; the burn-in is cut from its trace of losses.

Version 2 takes sequences of tokens only. A token is here the number of a sample, and `loss_fn`
looks it up: a sequence is one sample (own), or a whole batch (tuned). λ is not looked at before
the table. Steps of SGLD a CPU second are measured at equal ε, γ, nβ and batch, with 1000 samples.

Rows of results go to the file, and what it has already is not run again. --old has devinterp
1.3.2 (and runs on CPUs only with a PyTorch later than 2.1), --new has 2.0.1; this script needs
numpy and safetensors.
"""

import argparse
import contextlib
import itertools
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

os.environ.update({f"{name}_NUM_THREADS": "1" for name in ("OMP", "MKL", "OPENBLAS", "RAYON")})
import numpy as np

# widths, rank, λ
NETWORKS = [
    ([10, 8, 3, 5, 11, 5], 1, 10.5),
    ([5, 9, 11, 6, 12, 11], 3, 22.5),
    ([8, 6, 12], 4, 36.0),
    ([7, 6, 12, 5, 5], 3, 15.5),
    ([11, 5, 10, 6, 9, 11], 4, 37.0),
    ([7, 7, 12], 3, 32.0),
    ([6, 3, 11], 2, 17.0),
    ([12, 3, 12, 11, 3], 2, 13.5),
    ([9, 9, 11, 5, 7], 2, 21.5),
    ([12, 7, 10], 1, 35.5),
]
RLCT, OWN, TUNED = "rlct", ["1.3.2 own", "2.0.1 own"], ["1.3.2 tuned", "2.0.1 tuned"]
CHAINS, BATCH, ACCEPTANCE, DIVERGED = 4, 1000, 0.8, 10
SPEED_STEP, SPEED_ROWS, SPEED_BATCHES = 1e-5, 1000, [64, 1000]


def matrices(widths, rank):
    """W₁, W₂, … at the deepest singularity."""
    ones = (np.arange(max(widths)) < rank).astype(np.float32)
    return [np.diag(ones)[:rows, :columns].copy() for columns, rows in itertools.pairwise(widths)]


def samples(widths, rank, rows, number):
    rng = np.random.default_rng([number, rows, *widths])
    x = rng.standard_normal((rows, widths[0]))
    noise = rng.standard_normal((rows, widths[-1]))
    target = np.linalg.multi_dot(matrices(widths, rank)[::-1])
    return x.astype(np.float32), (x @ target.T + noise).astype(np.float32)


def cpu(task, *arguments):
    begun = time.process_time()
    answer = task(*arguments)
    return answer, time.process_time() - begun


class Peer:
    """A network and its samples, as both versions of devinterp take them."""

    def __init__(self, network, rows, number):
        import torch

        torch.set_num_threads(1)
        widths, rank, _ = NETWORKS[network]
        self.rows, self.nbeta = rows, rows / math.log(rows)
        self.x, self.y = map(torch.from_numpy, samples(widths, rank, rows, number))
        layers = [torch.nn.Linear(*shape, bias=False) for shape in itertools.pairwise(widths)]
        for layer, weight in zip(layers, matrices(widths, rank)):
            layer.weight.data = torch.from_numpy(weight)
        self.model = torch.nn.Sequential(*layers)
        with torch.no_grad():
            self.baseline = self.losses(self.model, self.x, self.y).double().mean().item()

    def losses(self, model, x, y):
        return 0.5 * ((model(x) - y) ** 2).sum(-1)

    def old(self, step, batch, draws, chains, burn_in=0, *, given=True, mala=False, light=True):
        """λ̂ of each chain by 1.3.2, or its MALA acceptance. A `light` loader cuts batches from
        tensors and does not put them together sample by sample."""
        from devinterp.optim.sgld import SGLD
        from devinterp.slt.mala import MalaAcceptanceRate
        from devinterp.slt.sampler import estimate_learning_coeff_with_summary
        from torch.utils.data import DataLoader, TensorDataset

        class Cut(TensorDataset):
            def __getitems__(self, chosen):
                return self[chosen]

        data = (Cut if light else TensorDataset)(self.x, self.y)
        collate = (lambda batch: batch) if light else None
        loader = DataLoader(data, batch_size=batch, shuffle=True, collate_fn=collate)
        callbacks = [MalaAcceptanceRate(chains, draws, step, nbeta=self.nbeta)] if mala else []
        found = estimate_learning_coeff_with_summary(
            self.model, loader, callbacks, lambda model, data: self.losses(model, *data).mean(),
            SGLD, optimizer_kwargs={"lr": step, "localization": 1.0, "nbeta": self.nbeta},
            num_draws=draws, num_chains=chains, num_burnin_steps=burn_in, seed=0, verbose=False,
            init_loss=self.baseline if given else None)
        if mala:
            return float(found["mala_accept/trace"][0, draws // 2:].mean())
        return [found[f"llc-chain/{k}"] for k in range(chains)]

    def new(self, step, length, batch, steps, chains, nbeta, gamma, init_batches=32, cut=False):
        """λ̂ of each chain by 2.0.1, with all its steps or without the first quarter."""
        import datasets
        import torch
        from devinterp.slt.llc import llc

        ids = torch.arange(self.rows // length * length).reshape(-1, length)
        ids = torch.cat([ids, ids[:, :1]], dim=1)  # of k tokens k − 1 have a loss
        dataset = datasets.Dataset.from_dict({"input_ids": ids.numpy()}).with_format("torch")
        found = llc(
            self.model, dataset, {}, lr=step, n_beta=nbeta, num_chains=chains, batch_size=batch,
            num_draws=steps // 10, num_steps_bw_draws=10, localization=gamma, device="cpu",
            num_init_loss_batches=init_batches,
            loss_fn=lambda model, i: self.losses(model, self.x[i[:, :-1]], self.y[i[:, :-1]]))
        kept = found["loss_trace"].values[:, steps // 4:]
        late = nbeta * (kept.mean(axis=1) - float(found["init_loss"]))
        return (late if cut else found["llc_per_chain"].values).tolist()

    def tune(self):
        """The largest of ε = 4/nβ, 2/nβ, … with enough acceptance in the half of a chain."""
        step, tried, draws = 8 / self.nbeta, [], 2000 if self.rows <= 2000 else 600
        while not tried or tried[-1][1] < ACCEPTANCE:
            step /= 2
            try:
                tried.append((step, self.old(step, self.rows, draws, 1, mala=True)))
            except RuntimeError as error:
                if "NaN" not in str(error):
                    raise
                tried.append((step, 0.0))
        return {"step": step, "tried": tried}

    def estimate(self, way, seconds, step):
        """λ̂ of each chain in so many CPU seconds, at the pace of short runs."""
        batch = min(BATCH, self.rows)

        def run(steps):
            if way == "1.3.2 own":
                return self.old(6e-5, self.rows, steps, 3, given=False, light=False)
            if way == "1.3.2 tuned":
                return self.old(step, batch, steps - steps // 4, CHAINS, steps // 4)
            if way == "2.0.1 own":
                return self.new(1e-3, 1, 32, steps, CHAINS, 30.0, 0.0)
            return self.new(step, batch, 1, steps, CHAINS, self.nbeta, 1.0, self.rows // batch,
                            cut=True)

        run(10)
        few, many = cpu(run, 20)[1], cpu(run, 220)[1]
        pace = max((many - few) / 200, 1e-4)
        steps = max(int((seconds - few) / pace), 20) // 10 * 10
        chains, spent = cpu(run, steps)
        return {"chains": chains, "cpu": spent, "steps": steps}

    def speed(self, version, batch):
        """Steps a CPU second of one chain, without the start-up, by the usual loader and a light
        one."""

        def run(steps, light):
            if version == "1.3.2":
                return self.old(SPEED_STEP, batch, steps, 1, light=light)
            shape = (batch, 1) if light else (1, batch)
            return self.new(SPEED_STEP, *shape, steps, 1, self.nbeta, 1.0)

        def pace(light):
            few, many = (cpu(run, steps, light)[1] for steps in (50, 1050))
            return 1000 / max(many - few, 1e-6)

        run(10, False)
        return {"usual": pace(False), "light": pace(True)}


def serve():
    """Jobs, a line each, from stdin; answers to stdout."""
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        network, rows, number, task, arguments = json.loads(line)
        with tempfile.TemporaryDirectory() as tempfile.tempdir:  # for the store of version 2
            with contextlib.redirect_stdout(sys.stderr):
                try:
                    answer = getattr(Peer(network, rows, number), task)(*arguments)
                except Exception as error:  # is recorded, and the rest goes on
                    answer = {"error": f"{type(error).__name__}: {error}"[:500]}
        tempfile.tempdir = None
        print(json.dumps(answer), flush=True)


class Server:
    """This script in the environment of a version of devinterp."""

    def __init__(self, python):
        self.python, self.process = python, None

    def __call__(self, *job):
        if self.process is None:
            self.process = subprocess.Popen(
                [self.python, __file__, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True, env={**os.environ, "TQDM_DISABLE": "1"})
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if line:
            return json.loads(line)
        error, self.process = f"the process ended: {self.process.wait()}", None
        return {"error": error}


def by_rlct(program, network, rows, number, *options):
    """The answer of `rlct estimate --json`, and the CPU seconds of the process."""
    from safetensors.numpy import save_file

    widths, rank, _ = NETWORKS[network]
    layers = [{"dense": {"outputs": width, "bias": False}} for width in widths[1:]]
    head = {"squared_error": {"variance": 1.0}}
    with tempfile.TemporaryDirectory() as folder:
        net, train, model = (f"{folder}/{name}" for name in ("n.json", "d.npz", "w.safetensors"))
        description = {"inputs": {"real": widths[0]}, "layers": layers, "head": head}
        pathlib.Path(net).write_text(json.dumps(description))
        x, y = samples(widths, rank, rows, number)
        np.savez(train, x=x, y=y)
        save_file({f"{k}.weight": w for k, w in enumerate(matrices(widths, rank))}, model)
        command = [program, "estimate", "--network", net, "--data", train, "--weights", model]
        before = os.times()
        ended = subprocess.run([*command, "--json", *options], capture_output=True, text=True)
        spent = sum(os.times()[2:4]) - sum(before[2:4])
    try:
        return json.loads(ended.stdout), spent
    except json.JSONDecodeError:
        return {"error": f"exit code {ended.returncode}: {ended.stderr[-500:]}"}, spent


def study(asked, known, add):
    """What is not yet known: estimates by number of samples, data set and network, then paces."""
    servers = {"1": Server(asked.old), "2": Server(asked.new)}
    names = ("way", "network", "rows", "set", "batch")
    done = {tuple(row.get(name) for name in names): row for row in known}

    def need(way, network, rows, number, batch, task):
        """The row that answers this, from the file or by the task."""
        key = (way, network, rows, number, batch)
        if key not in done:
            case = {name: value for name, value in zip(names, key) if value is not None}
            done[key] = add({**case, **task()})
        return done[key]

    def estimate(*place):
        answer, spent = by_rlct(asked.rlct, *place, "--time", str(asked.seconds))
        kept = ("lambda", "standard_error", "doubts", "trustworthy", "seconds", "message", "error")
        return {**{name: answer[name] for name in kept if name in answer}, "cpu": spent}

    def pace(network, batch):
        draws = 20_000_000 // batch
        options = ["--batch", str(batch)] if batch < SPEED_ROWS else []
        options += ["--energy", "--method", "sgld", "--chains", "1", "--burn-in", "0"]
        options += ["--step", str(SPEED_STEP), "--num-draws", str(draws)]
        found = draws / by_rlct(asked.rlct, network, SPEED_ROWS, 1, *options)[1]
        return {"usual": found, "light": found}

    numbers = range(1, asked.sets + 1)
    for rows, number, network in itertools.product(asked.rows, numbers, asked.networks):
        place = (network, rows, number)
        ours = need(RLCT, *place, None, lambda: estimate(*place))
        tuned = need("tuning", network, rows, None, None,
                     lambda: servers["1"](*place, "tune", []))
        for way in sorted(TUNED + (OWN if number == 1 else [])):
            job = [way, ours["cpu"], tuned["step"]]
            need(way, *place, None, lambda: servers[way[0]](*place, "estimate", job))
    for batch, network in itertools.product(SPEED_BATCHES, asked.networks):
        need(RLCT, network, SPEED_ROWS, None, batch, lambda: pace(network, batch))
        for version in ("1.3.2", "2.0.1"):
            place = (network, SPEED_ROWS, 1)
            need(version, network, SPEED_ROWS, None, batch,
                 lambda: servers[version[0]](*place, "speed", [version, batch]))


def judged(row):
    """λ̂/λ − 1, whether λ is within 1.96 standard errors, and of theirs whether it is within 2
    standard deviations of the chains; nothing of a run that failed or is above 10 λ."""
    truth, chains = NETWORKS[row["network"]][2], row.get("chains")
    value, error, deviation = row.get("lambda"), row.get("standard_error"), math.nan
    if chains and np.isfinite(chains).all():
        value, deviation = np.mean(chains), np.std(chains, ddof=1)
        error = deviation / math.sqrt(len(chains))
    if value is None or error is None or not abs(value) < DIVERGED * truth:
        return None
    off = abs(value - truth)
    return value / truth - 1, off <= 1.96 * error, off <= 2 * deviation


def table(known):
    """Errors relative to λ, intervals that hold λ, time; then how many times as fast a step is."""
    print(f"{'samples':>7} {'way':12} {'runs':>4} {'failed':>6} {'median error':>12} {'worst':>7} "
          f"{'mean':>7} {'±1.96 se':>8} {'±2 sd':>6} {'CPU s':>6}")
    runs = [row for row in known if "set" in row]
    verdicts = {True: "rlct trusted", False: "rlct doubted"}
    kinds = sorted([RLCT, *OWN, *TUNED, *verdicts.values()])
    for rows, kind in itertools.product(sorted({row["rows"] for row in runs}), kinds):
        chosen = [row for row in runs if row["rows"] == rows
                  and kind in (row["way"], verdicts.get(row.get("trustworthy")))]
        good = [found for row in chosen if (found := judged(row))]
        if not good:
            continue
        errors, narrow, wide = np.array(good, float).T
        spent = np.mean([row["cpu"] for row in chosen if "cpu" in row])
        share = "" if kind.startswith(RLCT) else f"{wide.mean():.0%}"
        print(f"{rows:7} {kind:12} {len(chosen):4} {len(chosen) - len(good):6} "
              f"{np.median(abs(errors)):12.1%} {abs(errors).max():7.1%} {errors.mean():+7.1%} "
              f"{narrow.mean():8.0%} {share:>6} {spent:6.1f}")
    paces = {(row["way"], row["batch"], row["network"]): row for row in known if "batch" in row}
    for version, batch, loader in itertools.product(
            ["1.3.2", "2.0.1"], SPEED_BATCHES, ["usual", "light"]):
        pairs = [(paces.get((RLCT, batch, k), {}).get(loader, math.nan),
                  paces.get((version, batch, k), {}).get(loader, math.nan))
                 for k in range(len(NETWORKS))]
        ratios = [ours / theirs for ours, theirs in pairs if math.isfinite(ours / theirs)]
        if ratios:
            print(f"steps a CPU second, batch {batch}, {loader} loader: rlct {min(ratios):.1f} to "
                  f"{max(ratios):.1f} (median {np.median(ratios):.1f}) times {version}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--rlct", default="target/release/rlct")
    parser.add_argument("--old", help="the Python of devinterp 1.3.2")
    parser.add_argument("--new", help="the Python of devinterp 2.0.1")
    parser.add_argument("--out", default="devinterp_head_to_head.jsonl")
    parser.add_argument("--rows", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--sets", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=20.0, help="--time of rlct")
    parser.add_argument("--networks", type=int, nargs="+", default=range(len(NETWORKS)))
    parser.add_argument("--table", action="store_true", help="only print the table of --out")
    asked = parser.parse_args()
    if asked.serve:
        serve()
        return
    file = pathlib.Path(asked.out)
    known = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def add(row):
        known.append(row)
        with file.open("a") as end:
            end.write(json.dumps(row) + "\n")
        print(json.dumps(row), flush=True)
        return row

    if not asked.table:
        study(asked, known, add)
    table(known)


if __name__ == "__main__":
    main()
