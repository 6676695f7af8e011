#!/usr/bin/env python3
"""Networks of PyTorch with their losses and gradients, for tests/network.rs.

Run once, in this folder, with PyTorch and numpy (the kept files: PyTorch 1.13, double precision):
  python3 make_fixtures.py
Writes NAME.json (the network), NAME.npz (data), NAME.safetensors (the state_dict, as the crate
safetensors would) and NAME_gradient.safetensors (gradients under the same names, and `loss`).
"""

import json
import struct

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)


def save(path, tensors):
    """The format of safetensors: a length, a JSON header, the bytes."""
    header, data = {}, b""
    for name, tensor in tensors.items():
        raw = tensor.detach().contiguous().numpy().astype("<f8").tobytes()
        header[name] = {
            "dtype": "F64",
            "shape": list(tensor.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def keep(name, description, module, x, y, loss):
    value = loss(module(x), y)
    value.backward()
    with open(f"{name}.json", "w") as file:
        json.dump(description, file)
        file.write("\n")
    np.savez_compressed(f"{name}.npz", x=x.numpy(), y=y.numpy())
    save(f"{name}.safetensors", module.state_dict())
    gradients = {n: p.grad for n, p in module.named_parameters()}
    save(f"{name}_gradient.safetensors", {**gradients, "loss": value})


def dense(outputs, bias=True):
    return {"dense": {"outputs": outputs, "bias": bias}}


keep(
    "classes",
    {
        "inputs": {"real": 5},
        "layers": [dense(7), "gelu", dense(6, False), "tanh", dense(6), "softplus", dense(4)],
        "head": "cross_entropy",
    },
    nn.Sequential(
        nn.Linear(5, 7), nn.GELU(), nn.Linear(7, 6, bias=False), nn.Tanh(), nn.Linear(6, 6),
        nn.Softplus(), nn.Linear(6, 4),
    ),
    torch.randn(23, 5),
    torch.randint(0, 4, (23,)),
    F.cross_entropy,
)

keep(
    "regression",
    {
        "inputs": {"real": 3},
        "layers": [dense(5), {"leaky_relu": {"slope": 0.2}}, dense(4), "relu", dense(2)],
        "head": {"squared_error": {"variance": 0.5}},
    },
    nn.Sequential(nn.Linear(3, 5), nn.LeakyReLU(0.2), nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 2)),
    torch.randn(17, 3),
    torch.randn(17, 2),
    lambda f, y: ((f - y) ** 2).sum(1).mean(),
)


class Pairs(nn.Module):
    """Names in no order of layers."""

    def __init__(self):
        super().__init__()
        self.token_table = nn.Embedding(11, 3)
        self.hidden = nn.Linear(6, 8)
        self.answer = nn.Linear(8, 3, bias=False)

    def forward(self, x):
        rows = self.token_table(x).flatten(1)
        return self.answer(torch.sigmoid(self.hidden(rows)))


keep(
    "pairs",
    {
        "inputs": {"tokens": {"count": 2, "vocabulary": 11}},
        "layers": [
            {"embedding": {"width": 3, "combine": "concatenate"}},
            dense(8), "sigmoid", dense(3, False),
        ],
        "head": "logistic",
    },
    Pairs(),
    torch.randint(0, 11, (19, 2)),
    torch.randint(0, 2, (19, 3)).double(),
    lambda f, y: F.binary_cross_entropy_with_logits(f, y, reduction="none").sum(1).mean(),
)
