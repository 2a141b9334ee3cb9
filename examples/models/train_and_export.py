"""A network as somebody else trains it: PyTorch, ten thousand pictures of clothes, exported to ONNX.

Usage: /usr/bin/python3 train_and_export.py DATA OUT.onnx   (Debian's python3-torch 1.13)

DATA is the folder with the four IDX files, such as
core/src/main/resources/dev/ockham/core/data/fashion-mnist-mini.
"""

import gzip
import sys

import torch
from torch import nn


def read(name, header):
    with gzip.open(f"{sys.argv[1]}/{name}.gz") as file:
        return torch.frombuffer(bytearray(file.read()[header:]), dtype=torch.uint8)


torch.manual_seed(1)
pictures = read("train-images-idx3-ubyte", 16).reshape(-1, 1, 28, 28) / 255
labels = read("train-labels-idx1-ubyte", 8).long()
net = nn.Sequential(
    nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Linear(32 * 7 * 7, 64), nn.ReLU(), nn.Linear(64, 10))
optimiser = torch.optim.Adam(net.parameters(), lr=1e-3, weight_decay=1e-4)
for epoch in range(8):
    for batch in torch.randperm(len(labels)).split(100):
        optimiser.zero_grad()
        nn.functional.cross_entropy(net(pictures[batch]), labels[batch]).backward()
        optimiser.step()
net.eval()
torch.onnx.export(
    net, pictures[:1], sys.argv[2], opset_version=13, input_names=["picture"], output_names=["logits"],
    dynamic_axes={"picture": {0: "batch"}, "logits": {0: "batch"}})
