#!/usr/bin/env python3
"""One optimiser step of the dense network and of textbook Sparse VD in PyTorch.

The counterpart of `ockham bench step` for those who train in Python: local
reparameterisation and the KL through autograd (arXiv:1701.05369, eq. (14) and
section 4.3), torch.optim.Adam, float32. Both take turns in one process.

Needs PyTorch; on Debian or Ubuntu:
    sudo apt-get install --no-install-recommends python3-torch libopenblas0-pthread
    /usr/bin/python3 bench/python/textbook_step.py --arch lenet-300-100
"""

import argparse
import json
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

TRAINING_EXAMPLES = 54_000
LEAST_VARIANCE = 1e-8
K1, K2, K3 = 0.63576, 1.87320, 1.48695


class SparseVd(nn.Module):
    """A dense layer or a convolution with one variance per weight."""

    def __init__(self, plain, operation):
        super().__init__()
        self.operation = operation
        self.theta = nn.Parameter(plain.weight.detach().clone())
        self.log_sigma2 = nn.Parameter(torch.full_like(self.theta, -8.0))
        self.bias = nn.Parameter(plain.bias.detach().clone())

    def forward(self, x):
        mean = self.operation(x, self.theta, self.bias)
        variance = self.operation(x.square(), self.log_sigma2.exp(), None)
        deviation = variance.clamp_min(LEAST_VARIANCE).sqrt()
        return mean + deviation * torch.randn_like(mean)

    def kl(self):
        log_alpha = self.log_sigma2 - torch.log(self.theta.square() + 1e-8)
        bump = K1 * torch.sigmoid(-(K2 + K3 * log_alpha))
        return (bump + 0.5 * F.softplus(-log_alpha)).sum()


def network(arch, bayesian):
    def dense(inputs, outputs):
        layer = nn.Linear(inputs, outputs)
        return SparseVd(layer, F.linear) if bayesian else layer

    def conv(inputs, outputs):
        layer = nn.Conv2d(inputs, outputs, 5)
        return SparseVd(layer, F.conv2d) if bayesian else layer

    if arch == "lenet-5-caffe":
        return nn.Sequential(
            conv(1, 20), nn.MaxPool2d(2), conv(20, 50), nn.MaxPool2d(2),
            nn.Flatten(), dense(800, 500), nn.ReLU(), dense(500, 10))
    sizes = "784-300-100-10" if arch == "lenet-300-100" else arch.removeprefix("mlp:")
    widths = [int(width) for width in sizes.split("-")]
    layers = [nn.Flatten()]
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [dense(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class Runner:
    def __init__(self, arch, bayesian):
        torch.manual_seed(1)
        self.model = network(arch, bayesian)
        self.noisy = [m for m in self.model.modules() if isinstance(m, SparseVd)]
        self.adam = torch.optim.Adam(self.model.parameters(), lr=1e-3)
        self.millis = []

    def step(self, images, labels, timed):
        began = time.perf_counter()
        self.adam.zero_grad()
        loss = F.cross_entropy(self.model(images), labels)
        if self.noisy:
            loss = loss + sum(layer.kl() for layer in self.noisy) / TRAINING_EXAMPLES
        loss.backward()
        self.adam.step()
        if timed:
            self.millis.append((time.perf_counter() - began) * 1e3)


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number


def architecture(text):
    widths = text.removeprefix("mlp:").split("-")
    known = text in ("lenet-300-100", "lenet-5-caffe")
    if not known and not (text.startswith("mlp:784-") and all(w.isdigit() for w in widths)):
        raise argparse.ArgumentTypeError(
            f"'{text}' is not lenet-300-100, lenet-5-caffe or mlp:784-...")
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--arch", default="lenet-300-100", type=architecture,
                        help="lenet-300-100, lenet-5-caffe or mlp:784-...")
    parser.add_argument("--batch", default=100, type=positive, help="examples per step")
    parser.add_argument("--threads", default=1, type=positive, help="cores for PyTorch")
    parser.add_argument("--steps", default=100, type=positive, help="timed steps of each")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    images = torch.randn(options.batch, 1, 28, 28)
    labels = torch.arange(options.batch) % 10
    runners = {"dense": Runner(options.arch, False), "eager": Runner(options.arch, True)}
    warm_up = max(10, options.steps // 4)
    for number in range(warm_up + options.steps):
        for runner in runners.values():
            runner.step(images, labels, number >= warm_up)

    result = {"architecture": options.arch, "batch": options.batch,
              "threads": options.threads, "torch": torch.__version__}
    for name, runner in runners.items():
        result[name + "_ms"] = statistics.median(runner.millis)
    result["eager_over_dense"] = result["eager_ms"] / result["dense_ms"]
    if options.json:
        print(json.dumps(result))
    else:
        print(f"PyTorch {torch.__version__}, {options.threads} thread(s): "
              f"dense {result['dense_ms']:.3f} ms, eager Sparse VD {result['eager_ms']:.3f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
