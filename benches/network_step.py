#!/usr/bin/env python3
"""The steps of benches/network_step.rs with PyTorch on one thread, eager and compiled.

A step is the gradient of a mini-batch and the update of SGLD with noise, in f32. Told is the CPU
time of a step, the least of five runs. Needs PyTorch 2, and for `torch.compile` a C++ compiler:

    python benches/network_step.py [eager|compile ...]
"""

import sys
import time

import torch
import torch.nn.functional as functional
from torch import nn

STEP, NBETA, LOCALIZATION = 1e-6, 100.0, 1.0


class ModularAddition(nn.Module):
    """Two tokens of 53; here each token has a bias."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(53, 12)
        self.left, self.right = nn.Linear(12, 48), nn.Linear(12, 48)
        self.out = nn.Linear(48, 53, bias=False)

    def forward(self, tokens):
        a, b = self.table(tokens[:, 0]), self.table(tokens[:, 1])
        return self.out(functional.gelu(self.left(a) + self.right(b)))


def perceptron(widths, activation):
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, outputs), activation()]
    return nn.Sequential(*layers[:-1])


def half_squares(outputs, targets):
    return 0.5 * ((outputs - targets) ** 2).sum(1).mean()


def cases():
    """Name, network, inputs, targets, batch, loss, steps of a run."""
    cross = functional.cross_entropy
    labels = torch.randint(0, 10, (1797,))
    digits = perceptron([64, 32, 10], nn.Tanh)
    yield "64-32-10 tanh, batch 64", digits, torch.randn(1797, 64), labels, 64, cross, 1000
    labels = torch.randint(0, 10, (2000,))
    wide = perceptron([784, 256, 10], nn.ReLU)
    yield "784-256-10 ReLU, batch 128", wide, torch.randn(2000, 784), labels, 128, cross, 100
    deep = perceptron([512] * 4, nn.ReLU)
    inputs, targets = torch.randn(2000, 512), torch.randn(2000, 512)
    yield "3 x 512 ReLU, batch 512", deep, inputs, targets, 512, half_squares, 6
    pairs, sums = torch.randint(0, 53, (2668, 2)), torch.randint(0, 53, (2668,))
    yield "modular addition, batch 64", ModularAddition(), pairs, sums, 64, cross, 1000


def seconds(network, inputs, targets, batch, loss, steps, compiles):
    forward = torch.compile(network) if compiles else network
    weights = list(network.parameters())
    start = [w.detach().clone() for w in weights]
    batches = [torch.randint(0, len(inputs), (batch,)) for _ in range(50)]

    def step(k):
        for w in weights:
            w.grad = None
        chosen = batches[k % len(batches)]
        loss(forward(inputs[chosen]), targets[chosen]).backward()
        with torch.no_grad():
            for w, w_star in zip(weights, start):
                drift = NBETA * w.grad + LOCALIZATION * (w - w_star)
                w.add_(drift, alpha=-STEP / 2).add_(torch.randn_like(w), alpha=STEP**0.5)

    step(0)
    best = float("inf")
    for _ in range(5):
        begun = time.thread_time()
        for k in range(steps):
            step(k)
        best = min(best, (time.thread_time() - begun) / steps)
    return best


if __name__ == "__main__":
    torch.set_num_threads(1)
    for way in sys.argv[1:] or ["eager", "compile"]:
        for name, network, *case in cases():
            took = seconds(network, *case, way == "compile")
            print(f"{way}, {name}: {1e6 * took:.1f} us", flush=True)
