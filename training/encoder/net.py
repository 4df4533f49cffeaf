"""The encoder as it learns: BERT's layers with functions that can be computed exactly, and, late in learning, with the product's rounding."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from parapet.triage.encoder.pieces import FIRST_PIECE, WINDOW
from training.encoder.exact import EPSILON, HEADS_OF_START, KEPT_LAYERS, TOP_VALUE, TOP_WEIGHT
from training.encoder.start import Start
from training.rows import HEADS


def _round_through(x: Tensor) -> Tensor:
    """Rounds forward, is the identity backward."""
    return x + (torch.round(x) - x).detach()


class Drop(nn.Module):
    """Dropout whose chance comes a byte a value from NumPy, many times quicker than PyTorch's own on a processor. `Net.chance` seeds it."""

    #: Of 256: 0.1.
    OFTEN = 26

    def __init__(self, chance: list[np.random.Generator]) -> None:
        super().__init__()
        self.chance = chance

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        drawn = np.frombuffer(self.chance[0].bytes(x.numel()), np.uint8) >= self.OFTEN
        kept = torch.from_numpy(drawn).view(x.shape)
        return x * kept.to(x.dtype).mul_(256 / (256 - self.OFTEN))


class Whole(nn.Linear):
    """A linear layer; when `whole` is set, weights and inputs are whole numbers times a scale of their row."""

    whole = False

    def forward(self, x: Tensor) -> Tensor:
        if not self.whole:
            return functional.linear(x, self.weight, self.bias)
        scale = self.weight.detach().abs().amax(1, keepdim=True).clamp(min=EPSILON) / TOP_WEIGHT
        weight = _round_through(self.weight / scale) * scale
        size = x.detach().float().abs().amax(-1, keepdim=True).clamp(min=EPSILON) / TOP_VALUE
        return functional.linear(_round_through(x.float() / size) * size, weight, self.bias)


class _Gate(torch.autograd.Function):
    """GELU in single steps of arithmetic."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return (x * 0.3).add_(0.5).clamp_(0.0, 1.0).mul_(x)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        open_ = (x * 0.3).add_(0.5)
        inside = (open_ > 0) & (open_ < 1)
        return open_.clamp_(0.0, 1.0).add_(x * 0.3 * inside).mul_(grad)


class _Weigh(torch.autograd.Function):
    """Soft maximum along the last axis with (1 + x/16)^16 in place of the exponential; `held` is 1 for pieces, 0 for padding."""

    @staticmethod
    def forward(ctx: Any, scores: Tensor, held: Tensor) -> Tensor:
        scores = scores.masked_fill_(held == 0, -1e4)
        base = scores.sub_(scores.amax(-1, keepdim=True)).mul_(0.0625).add_(1.0).clamp_(min=0.0)
        grown = base * base
        for _ in range(3):
            grown.mul_(grown)
        grown.div_(grown.sum(-1, keepdim=True))
        ctx.save_for_backward(base, grown)
        return grown

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        base, weights = ctx.saved_tensors
        shared = (grad * weights).sum(-1, keepdim=True)
        return (grad - shared).mul_(weights).div_(base.clamp(min=EPSILON)), None


def gate(x: Tensor) -> Tensor:
    """GELU in single steps of arithmetic: x times 0.3 x + 0.5, kept between 0 and 1."""
    return cast("Tensor", _Gate.apply(x))


class Layer(nn.Module):
    def __init__(self, hidden: int, heads: int, inner: int, dropout: Drop) -> None:
        super().__init__()
        self.heads = heads
        self.qkv, self.out = Whole(hidden, 3 * hidden), Whole(hidden, hidden)
        self.up, self.down = Whole(hidden, inner), Whole(inner, hidden)
        self.norm1, self.norm2 = nn.LayerNorm(hidden, EPSILON), nn.LayerNorm(hidden, EPSILON)
        self.dropout = dropout

    def forward(self, x: Tensor, held: Tensor) -> Tensor:
        n, length, hidden = x.shape
        q, k, v = self.qkv(x).view(n, length, 3, self.heads, hidden // self.heads).permute(2, 0, 3, 1, 4)
        scores = (q @ k.transpose(-1, -2)).float() * (hidden // self.heads) ** -0.5
        weights = cast("Tensor", _Weigh.apply(scores, held[:, None, None, :]))
        seen = (weights.to(v.dtype) @ v).transpose(1, 2).reshape(n, length, hidden)
        x = self.norm1(x + self.dropout(self.out(seen)))
        return self.norm2(x + self.dropout(self.down(gate(self.up(x)))))


class Net(nn.Module):
    """(n, length) numbers of pieces, 0 for padding, to (n, len(HEADS)) log-odds."""

    def __init__(self, pieces: int, hidden: int, heads: int, inner: int) -> None:
        super().__init__()
        self.words = nn.Embedding(pieces, hidden)
        self.places = nn.Embedding(WINDOW, hidden)
        self.norm = nn.LayerNorm(hidden, EPSILON)
        self.chance = [np.random.default_rng()]
        self.dropout = Drop(self.chance)
        self.layers = nn.ModuleList(Layer(hidden, heads, inner, self.dropout) for _ in KEPT_LAYERS)
        self.judge = nn.Linear(2 * hidden, len(HEADS))

    def forward(self, ids: Tensor) -> Tensor:
        held = (ids != 0).float()
        x = self.dropout(self.norm(self.words(ids) + self.places.weight[: ids.shape[1]]))
        for layer in self.layers:
            x = layer(x, held)
        x = x.float()
        mean = (x * held[..., None]).sum(1) / held.sum(1, keepdim=True)
        most = x.masked_fill(held[..., None] == 0, -1e4).amax(1)
        pooled: Tensor = self.judge(self.dropout(torch.cat((mean, most), -1)))
        return pooled

    def seed(self, *seed: int) -> None:
        """What dropout draws from here on."""
        self.chance[0] = np.random.default_rng(seed)

    def set_whole(self, whole: bool) -> None:
        """Whether linear layers round as the product does."""
        for module in self.modules():
            if isinstance(module, Whole):
                module.whole = whole


def begin(start: Start, kept: list[int]) -> Net:
    """The net with the start's weights: the kept pieces, the kept layers; marks and judge are new."""
    net = Net(FIRST_PIECE + len(kept), start.hidden, HEADS_OF_START, start.inner)
    t = {n: torch.from_numpy(a.copy()) for n, a in start.tensors.items()}
    with torch.no_grad():
        # In the start's rows: <s> 0, <pad> 1, </s> 2, <unk> 3.
        first = [1, 0, 2, 3]
        net.words.weight[:4] = t["emb.word"][first]
        net.words.weight[4:FIRST_PIECE] = torch.randn(FIRST_PIECE - 4, start.hidden) * 0.02
        net.words.weight[FIRST_PIECE:] = t["emb.word"][kept]
        net.places.weight[:] = t["emb.pos"][:WINDOW] + t["emb.type"][: start.hidden]
        net.norm.weight[:], net.norm.bias[:] = t["emb.ln.w"], t["emb.ln.b"]
        for layer, n in zip(net.layers, KEPT_LAYERS, strict=True):
            assert isinstance(layer, Layer)
            for part, names in ((layer.qkv, ("q", "k", "v")), (layer.out, ("ao",)), (layer.up, ("fi",)), (layer.down, ("fo",))):
                part.weight[:] = torch.cat([t[f"l{n}.{m}.w"] for m in names])
                part.bias[:] = torch.cat([t[f"l{n}.{m}.b"] for m in names])
            layer.norm1.weight[:], layer.norm1.bias[:] = t[f"l{n}.aln.w"], t[f"l{n}.aln.b"]
            layer.norm2.weight[:], layer.norm2.bias[:] = t[f"l{n}.oln.w"], t[f"l{n}.oln.b"]
        net.judge.weight.mul_(0.1)
    return net
