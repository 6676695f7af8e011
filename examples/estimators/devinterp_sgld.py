"""U(t) by devinterp (1.3.2, with PyTorch), as an estimator for `rlct verify --energies`.

K is the loss of a model without data: its loader yields a number that is not looked at. SGLD has
nβ = t of the case, the box of the reference (`bounding_box_size`), no localisation, and one step
for all models; λ̂ = nβ (mean loss − loss at w*) over the draws is U(t), which is what it answers.
The library has no prior that vanishes and no half-lines: such cases are not answered, and fail.
"""

import json
import os
import sys
import warnings
from fractions import Fraction

os.environ["TQDM_DISABLE"] = "1"
warnings.simplefilter("ignore")
import numpy as np
import torch
from devinterp.optim.sgld import SGLD
from devinterp.slt.sampler import estimate_learning_coeff_with_summary
from torch.utils.data import DataLoader, TensorDataset

torch.set_num_threads(1)
EPSILON, CHAINS, BURN_IN, DRAWS = 1e-3, 4, 500, 1500


class Polynomials(torch.nn.Module):
    def __init__(self, case):
        super().__init__()
        self.w = torch.nn.Parameter(torch.zeros(len(case["variables"])))
        self.ideal = case["reading"] == "ideal"
        self.terms = [
            (torch.tensor([e for e, _ in g]), torch.tensor([float(Fraction(c)) for _, c in g]))
            for g in case["terms"]
        ]

    def forward(self, _):
        values = [torch.prod(self.w**e, dim=1) @ c for e, c in self.terms]
        return sum(v**2 for v in values) if self.ideal else values[0]


def estimate(case):
    if case["nonnegative"] or any(Fraction(h) != 0 for h in case["amplitude"]):
        raise ValueError("devinterp has no such prior")
    model = Polynomials(case)
    loader = DataLoader(TensorDataset(torch.zeros(8, 1)), batch_size=8)
    settings = {
        "lr": EPSILON, "nbeta": case["t"], "localization": 0.0, "bounding_box_size": 1.0,
    }
    found = estimate_learning_coeff_with_summary(
        model, loader, [], lambda model, data: model(data), SGLD, optimizer_kwargs=settings,
        num_draws=DRAWS, num_chains=CHAINS, num_burnin_steps=BURN_IN, seed=case["seed"],
        init_loss=0.0, verbose=False)
    chains = np.array([found[f"llc-chain/{k}"] for k in range(CHAINS)])
    return float(chains.mean()), float(chains.std(ddof=1) / np.sqrt(CHAINS))


for line in sys.stdin:
    try:
        value, error = estimate(json.loads(line))
        answer = {"quantity": "energy", "value": value, "standard_error": max(error, 1e-9)}
    except (ValueError, RuntimeError) as problem:
        answer = {"error": str(problem)}
    print(json.dumps(answer), flush=True)
