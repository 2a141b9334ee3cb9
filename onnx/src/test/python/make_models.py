"""Small networks exported by PyTorch, for the tests of the ONNX import.

Usage: /usr/bin/python3 make_models.py FOLDER   (Debian's python3-torch 1.13)

Seeded, so that the same PyTorch writes the same files. Sizes are tiny: the files are committed.
"""

import sys
import warnings

import torch
import torch.nn.functional as F
from torch import nn

warnings.filterwarnings("ignore")
FOLDER = sys.argv[1] if len(sys.argv) > 1 else "."


def export(name, module, *inputs, opset=13, names=None, outputs=None, free=True, **more):
    module.eval()
    names = names or ["input"]
    outputs = outputs or ["output"]
    axes = {n: {0: "batch"} for n in names + outputs} if free is True else free or None
    torch.onnx.export(
        module, inputs, f"{FOLDER}/{name}.onnx", opset_version=opset, input_names=names,
        output_names=outputs, dynamic_axes=axes, **more)


class Activations(nn.Module):
    """A dense layer before each of PyTorch's activations."""

    ALL = [nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.ELU, nn.SELU, nn.CELU, nn.GELU, nn.SiLU, nn.Mish,
           nn.Hardswish, nn.Hardsigmoid, nn.Hardtanh, nn.Sigmoid, nn.Tanh, nn.Softplus,
           nn.Softsign, nn.PReLU, nn.Tanhshrink, lambda: nn.GELU("tanh")]

    def __init__(self, opset):
        super().__init__()
        kinds = [each for each in self.ALL if opset >= 12 or each is not nn.CELU]
        self.dense = nn.ModuleList(nn.Linear(6, 6) for _ in kinds)
        self.last = nn.Linear(6, 3)
        self.functions = nn.ModuleList(each() for each in kinds)

    def forward(self, x):
        for dense, function in zip(self.dense, self.functions):
            x = x + function(dense(x))
        return F.log_softmax(self.last(x), dim=1)


class Convolutions(nn.Module):
    def __init__(self, ceil=True):
        super().__init__()
        self.ceil = ceil
        self.wide = nn.Conv2d(3, 8, 3, padding=2, dilation=2)
        self.norm = nn.BatchNorm2d(8)
        self.grouped = nn.Conv2d(8, 12, (3, 2), stride=(2, 1), groups=4, bias=False)
        self.deep = nn.Conv2d(12, 12, 3, padding=(0, 1), groups=12)
        self.point = nn.Conv2d(12, 6, 1)
        self.dense = nn.Linear(6, 4)

    def forward(self, x):
        x = F.relu(self.norm(self.wide(x)))
        x = F.max_pool2d(x, 3, 2, padding=1, ceil_mode=self.ceil)
        x = F.pad(x, (1, 0, 0, 1))
        x = F.hardswish(self.grouped(x))
        x = F.avg_pool2d(x, 2, 1, padding=1, count_include_pad=False)
        x = self.point(F.relu6(self.deep(x)))
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.dense(x)


class Audio(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv1d(2, 6, 8, stride=4, padding=2)
        self.second = nn.ConvTranspose1d(6, 4, 4, stride=2, padding=1, output_padding=1)
        self.slope = nn.PReLU(4)

    def forward(self, x):
        x = F.max_pool1d(F.elu(self.first(x)), 2, 2)
        return self.slope(self.second(x)).mean(-1)


class Recurrent(nn.Module):
    def __init__(self, kind, both, first, last):
        super().__init__()
        self.cell = kind(5, 4, 1, batch_first=first, bidirectional=both)
        self.dense = nn.Linear(8 if both else 4, 3)
        self.last = last
        self.first = first

    def forward(self, x):
        y, state = self.cell(x)
        if self.last:
            hidden = state[0] if isinstance(state, tuple) else state
            return self.dense(torch.cat(list(hidden), -1))
        return self.dense(y)


class Tagger(nn.Module):
    """Token numbers to an embedding, positions, two layers of attention."""

    def __init__(self, causal=False):
        super().__init__()
        self.tokens = nn.Embedding(7, 8)
        self.positions = nn.Parameter(torch.randn(1, 5, 8) * 0.1)
        layer = nn.TransformerEncoderLayer(8, 2, 16, 0.1, "gelu", batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2)
        self.head = nn.Linear(8, 3)
        self.causal = causal

    def forward(self, x):
        x = self.tokens(x) + self.positions
        mask = nn.Transformer.generate_square_subsequent_mask(5) if self.causal else None
        return self.head(self.encoder(x, mask))


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.heads = heads

    def forward(self, x):
        n, t, d = x.shape
        q, k, v = self.qkv(x).reshape(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        a = (q @ k.transpose(-2, -1) / (d // self.heads) ** 0.5).softmax(-1)
        return self.out((a @ v).transpose(1, 2).reshape(n, t, d))


class ViT(nn.Module):
    def __init__(self, width=12, heads=3):
        super().__init__()
        self.patch = nn.Conv2d(3, width, 4, 4)
        self.token = nn.Parameter(torch.randn(1, 1, width) * 0.1)
        self.position = nn.Parameter(torch.randn(1, 5, width) * 0.1)
        self.norm1 = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.up = nn.Linear(width, 24)
        self.down = nn.Linear(24, width)
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, 4)

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.position
        x = x + self.attention(self.norm1(x))
        x = x + self.down(F.gelu(self.up(self.norm2(x))))
        return self.head(self.norm(x)[:, 0])


class UNet(nn.Module):
    def __init__(self, mode):
        super().__init__()
        self.down = nn.Conv2d(1, 4, 3, padding=1)
        self.norm = nn.GroupNorm(2, 4)
        self.bottom = nn.Conv2d(4, 8, 3, padding=1)
        self.instance = nn.InstanceNorm2d(8, affine=True)
        self.back = nn.ConvTranspose2d(8, 8, 2, 2)
        self.up = nn.Conv2d(20, 4, 3, padding=1)
        self.out = nn.Conv2d(4, 2, 1)
        self.mode = mode

    def forward(self, x):
        a = F.silu(self.norm(self.down(x)))
        b = F.leaky_relu(self.instance(self.bottom(F.max_pool2d(a, 2))), 0.1)
        corners = {} if self.mode == "nearest" else {"align_corners": self.mode == "corners"}
        mode = "nearest" if self.mode == "nearest" else "bilinear"
        c = F.interpolate(b, scale_factor=2, mode=mode, **corners)
        y = self.up(torch.cat([a, c, self.back(b)], 1))
        return torch.sigmoid(self.out(F.relu(y)))


class TwoInputs(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.one = nn.Linear(16, 5)
        self.two = nn.Linear(3, 5)
        self.head = nn.Linear(5, 2)

    def forward(self, image, row):
        x = self.one(F.relu(self.conv(image)).view(image.size(0), -1))
        y = self.two(row) * torch.sigmoid(x)
        return self.head(torch.tanh(x + y)), y


class Shuffle(nn.Module):
    """Channel split and shuffle, pixel shuffle, squeeze and excitation."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 3, padding=1, groups=2)
        self.narrow = nn.Conv2d(8, 2, 1)
        self.wide = nn.Conv2d(2, 8, 1)

    def forward(self, x):
        a, b = x.chunk(2, 1)
        x = torch.cat([a, F.relu(self.conv(b))], 1)
        n, c, h, w = x.shape
        x = x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)
        gate = F.hardsigmoid(self.wide(F.relu(self.narrow(x.mean((2, 3), keepdim=True)))))
        return F.pixel_shuffle(x * gate, 2)


def main():
    torch.manual_seed(21)
    rows = torch.randn(2, 6)
    for opset in (9, 11, 13, 17):
        export(f"activations-{opset}", Activations(opset), rows, opset=opset)
    export("mlp-fixed", nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3)), rows[:1],
           opset=10, free=None)
    images = torch.randn(2, 3, 12, 12)
    for opset in (9, 12, 17):
        export(f"convolutions-{opset}", Convolutions(opset > 9), images, opset=opset)
    export("convolutions-norms", Convolutions(), images, opset=16,
           training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)
    export("audio", Audio(), torch.randn(2, 2, 40), opset=14)
    steps = torch.randn(2, 6, 5)
    for kind in (nn.LSTM, nn.GRU, nn.RNN):
        word = kind.__name__.lower()
        export(f"{word}-both", Recurrent(kind, True, True, False), steps)
        export(f"{word}-last", Recurrent(kind, True, True, True), steps, opset=14)
        export(f"{word}-steps", Recurrent(kind, False, False, False), steps.transpose(0, 1),
               opset=11, free={"input": {1: "batch"}, "output": {1: "batch"}})
    tokens = torch.randint(0, 7, (2, 5))
    export("transformer-13", Tagger(), tokens, opset=13)
    export("transformer-17", Tagger(causal=True), tokens, opset=17)
    vit = torch.randn(2, 3, 8, 8)
    for opset in (12, 17):
        export(f"vit-{opset}", ViT(), vit, opset=opset)
    for mode in ("nearest", "linear", "corners"):
        export(f"unet-{mode}", UNet(mode), torch.randn(2, 1, 8, 8), opset=13)
    export("unet-9", UNet("nearest"), torch.randn(2, 1, 8, 8), opset=9)
    export("two-inputs", TwoInputs(), torch.randn(2, 1, 4, 4), torch.randn(2, 3),
           names=["image", "row"], outputs=["class", "gate"], opset=15)
    export("shuffle", Shuffle(), torch.randn(2, 8, 4, 4), opset=16)


main()
