"""Makes the traces of this folder: losses of chains of devinterp, for `rlct judge`.

    pip install torch devinterp==1.3.2 zarr==3.1.6 && python make_traces.py

They were made with Python 3.11, numpy 1.26.4, torch 2.1.0, devinterp 1.3.2, zarr 3.1.6.

The model is a linear network of widths 4-2-4 without biases, with squared errors, on n = 1000 samples
(x, y) of independent standard normal numbers: the true function is 0, and w* = 0. SGLD of devinterp
runs on all the data in every step (batch size n, so that the recorded losses are those of all the
data), 4 chains from w*, at t = nβ = n/log n = 144.76 and at half of that; γ = 1.
`estimate_learning_coeff_with_summary` returns `loss/trace`, chains × draws in float32; from there

    cold.csv, warm.csv   a column a chain, numbers with nine digits: the float32 exactly
    long.csv             the first 60 draws of warm.csv, a line a draw, with columns chain, step, loss
    sampling.zarr        the first 60 draws of warm.csv as devinterp 2.0.1 lays them out (its
                         slt/zarr_schema.py: Zarr v3, bytes and zstd, `sampling_loss` over chain, draw,
                         batch, token_pos, nβ in the attributes of the root); written here by zarr
                         itself, since devinterp 2 samples language models alone
    golden.json          what numpy makes of cold.csv and warm.csv, without any code of this crate:
                         baseline, burn-in, U(t), standard errors from the chains' means, the difference
                         quotient

A draw is the loss before a step; the first one is that after five steps from w*.
"""

import contextlib
import json
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

from devinterp.optim.sgld import SGLD
from devinterp.slt.sampler import estimate_learning_coeff_with_summary

# torch 2.1 refuses the autocast to float16 on a CPU that devinterp enters, switched off
torch.autocast = lambda *_, **__: contextlib.nullcontext()

HERE = Path(__file__).parent
N, CHAINS, DRAWS, BETWEEN = 1000, 4, 600, 6
COLD = N / np.log(N)


class AllAtOnce(DataLoader):
    """All samples, without collating a thousand of them in every step."""

    def __init__(self, x, y):
        super().__init__(TensorDataset(x, y), batch_size=N)
        self.batches = [(x, y)]

    def __iter__(self):
        return iter(self.batches)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(4, 2, bias=False), torch.nn.Linear(2, 4, bias=False)
        )
        for parameter in self.parameters():
            torch.nn.init.zeros_(parameter)

    def forward(self, x):
        return self.layers(x)


def traces(nbeta, seed, loader, baseline):
    def evaluate(model, data):
        x, y = data
        loss = 0.5 * ((model(x) - y) ** 2).sum(dim=1).mean()
        return loss, {}

    return estimate_learning_coeff_with_summary(
        Net(),
        loader,
        evaluate=evaluate,
        sampling_method=SGLD,
        # w ← w − lr/2·(nβ∇L + γ(w − w*)) + √lr·N(0, 1)
        optimizer_kwargs=dict(lr=2e-3, nbeta=nbeta, localization=1.0),
        num_chains=CHAINS,
        num_draws=DRAWS,
        num_burnin_steps=0,
        num_steps_bw_draws=BETWEEN,
        init_loss=baseline,
        seed=seed,
        verbose=False,
    )["loss/trace"]


def mser5(chains):
    """White 1997 on the mean over chains: the batches of five draws to leave out."""
    mean = chains.mean(axis=0)
    batches = mean[: len(mean) // 5 * 5].reshape(-1, 5).mean(axis=1)
    count = len(batches)
    cuts = range(count // 2 + 1)
    errors = [((batches[d:] - batches[d:].mean()) ** 2).sum() / (count - d) ** 2 for d in cuts]
    return 5 * int(np.argmin(errors))


def main():
    torch.manual_seed(22)
    x, y = torch.randn(N, 4), torch.randn(N, 4)
    loader = AllAtOnce(x, y)
    baseline = float(0.5 * (y.double() ** 2).sum(dim=1).mean())
    golden = {"baseline": baseline, "files": {}}
    means = {}
    for name, nbeta, seed in [("cold", COLD, 1), ("warm", COLD / 2, 2)]:
        losses = traces(nbeta, seed, loader, baseline)
        assert losses.shape == (CHAINS, DRAWS)
        header = ",".join(f"loss_chain_{chain}" for chain in range(CHAINS))
        rows = [",".join(f"{v:.9g}" for v in row) for row in losses.T]
        (HERE / f"{name}.csv").write_text("\n".join([header, *rows]) + "\n")
        losses = np.loadtxt(HERE / f"{name}.csv", delimiter=",", skiprows=1).T
        burn_in = mser5(losses)
        kept = losses[:, burn_in:]
        of_chains = kept.mean(axis=1)
        means[name] = (nbeta, kept.mean(), of_chains.std(ddof=1) / np.sqrt(CHAINS))
        golden["files"][f"{name}.csv"] = {
            "nbeta": nbeta,
            "burn_in": burn_in,
            "mean_loss": kept.mean(),
            "energy": nbeta * (kept.mean() - baseline),
            "error_from_the_chains_means": nbeta * means[name][2],
            "variance": nbeta**2 * kept.var(),
        }
        if name == "warm":
            first(losses[:, :60], nbeta)
    (t, cold, e), (s, warm, f) = means["cold"], means["warm"]
    golden["difference_quotient"] = (warm - cold) / (1 / s - 1 / t)
    golden["its_error_from_the_chains_means"] = np.hypot(e, f) / (1 / s - 1 / t)
    (HERE / "golden.json").write_text(json.dumps(golden, indent=2) + "\n")


def first(losses, nbeta):
    lines = ["chain,step,loss"]
    for chain, draws in enumerate(losses):
        lines += [f"{chain},{BETWEEN * draw},{loss:.9g}" for draw, loss in enumerate(draws)]
    (HERE / "long.csv").write_text("\n".join(lines) + "\n")
    import zarr

    root = zarr.open_group(HERE / "sampling.zarr", mode="w", zarr_format=3)
    root.attrs["metadata"] = {"config": {"sampler": {"n_beta": nbeta, "num_chains": CHAINS}}}
    shape = (CHAINS, losses.shape[1], 1, 2)
    array = root.create_array(
        "sampling_loss",
        shape=shape,
        chunks=(1, 25, 1, 2),
        dtype="float32",
        compressors=zarr.codecs.ZstdCodec(level=0, checksum=False),
        dimension_names=("chain", "draw", "batch", "token_pos"),
        fill_value=float("nan"),
    )
    # two positions whose mean is the loss
    array[:] = np.stack([losses - 0.25, losses + 0.25], axis=-1)[:, :, None, :]


if __name__ == "__main__":
    main()
