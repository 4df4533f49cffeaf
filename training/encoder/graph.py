"""The learnt net as an ONNX graph whose every result is the same on every machine, alone and in any company.

Products are of whole numbers: eight-bit ones in 32 bits, or whole numbers held as floats and small enough that every partial sum is exact,
whatever its order. Everything between is single steps of IEEE arithmetic, or sums of whole numbers in double precision. Scales are of
one row (a piece of a text, never of a batch), and padding weighs nothing.

Most of the time goes into what lies between the products, so each such step is one pass over its values: what can be, is multiplied into
the constants. What runs from layer to layer is in units of 1/GRID, queries and keys in 1/SEEN_GRID, values in 1/VALUE_GRID.
"""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from parapet.triage.encoder.pieces import WINDOW
from training.encoder.exact import EPSILON, TOP_VALUE, TOP_WEIGHT

OPSET = 19
IR_VERSION = 9
#: Units to one, where floats become whole numbers to be summed.
GRID = 2.0**10
#: Queries and keys: units to one, and the most that is kept of either. A head's products of two stay below 2**24.
SEEN_GRID, TOP_SEEN = 32.0, 724.0
#: The heaviest weight that attention gives; values: units to one, and the most that is kept. WINDOW products stay below 2**24.
TOP_ATTENTION, VALUE_GRID, TOP_SEEN_VALUE = 320.0, 40.0, 320.0
#: The gate is u times (OPENS u + 0.5), kept between 0 and 1, u being up times 0.3 / OPENS: a quarter of a float is exact, fused or not.
OPENS = 0.25
WIDER = 0.3 / OPENS
#: The least that a gate lets through is minus this, at u = -1.
LEAST_GATED = 0.25
#: Pooled values beyond this many units are cut off, so that a sum of 768 products stays below 2**53.
FAR = 2.0**20
POOL_GRID, JUDGE_GRID = 2.0**12, 2.0**16

assert WINDOW * TOP_ATTENTION * TOP_SEEN_VALUE < 2**24

Weights = dict[str, NDArray[np.float32]]


class _Build:
    """Nodes and constants, named as they come."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.held: dict[str, onnx.TensorProto] = {}
        self._names = (f"t{n}" for n in count())

    def const(self, value: object, dtype: type) -> str:
        array: NDArray[Any] = np.asarray(value, dtype)
        key = f"c{len(self.held)}"
        if array.size <= 4:
            key = f"{array.dtype}:{array.shape}:{array.tolist()}"
        if key not in self.held:
            self.held[key] = numpy_helper.from_array(np.ascontiguousarray(array), key)
        return key

    def f(self, value: float) -> str:
        return self.const(value, np.float32)

    def d(self, value: float) -> str:
        return self.const(value, np.float64)

    def ints(self, *values: int) -> str:
        return self.const(values, np.int64)

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        name = next(self._names)
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def cast(self, x: str, to: int) -> str:
        return self.op("Cast", x, to=to)

    def split(self, x: str, *sizes: int) -> list[str]:
        """`x` along its last axis."""
        names = [next(self._names) for _ in sizes]
        self.nodes.append(helper.make_node("Split", [x, self.ints(*sizes)], names, axis=-1))
        return names

    def affine(self, x: str, times: NDArray[np.floating[Any]], plus: NDArray[np.floating[Any]]) -> str:
        return self.op("Add", self.op("Mul", x, self.const(times, np.float32)), self.const(plus, np.float32))


class _Layers(_Build):
    """The parts of a layer, on (pieces, values): the pieces of all texts one below the other.

    heads, head  how many heads attention has, and how wide each is
    middle       (pieces,) what eight bits hold for nothing
    """

    middle: str

    def __init__(self, heads: int, head: int) -> None:
        super().__init__()
        assert TOP_SEEN * TOP_SEEN * head < 2**24
        self.heads, self.head = heads, head

    def linear(
        self,
        x: str,
        weight: NDArray[np.float32],
        bias: NDArray[np.float32],
        *,
        came: float,
        goes: Any,
        least: float | None = None,
    ) -> str:
        """`x` (…, in) times `weight` (out, in), plus `bias`.

        came   units to one in `x`
        goes   units to one in what comes out, one or for each value
        least  no value of `x` is below minus this
        """
        whole, scale = quantise(weight)
        below = (
            [self.op("Neg", self.op("ReduceMin", x, self.ints(-1), keepdims=0)), self.f(EPSILON)]
            if least is None
            else [self.f(least)]
        )
        unit = self.op("Div", self.op("Max", self.op("ReduceMax", x, self.ints(-1), keepdims=0), *below), self.f(TOP_VALUE))
        bytes_ = self.op("QuantizeLinear", x, unit, self.middle, axis=0)
        product = self.op("MatMulInteger", bytes_, self.const(whole.T, np.int8), self.const(128, np.uint8))
        return self.affine(self.op("DequantizeLinear", product, unit, axis=0), scale * (goes / came), bias * goes)

    def norm(self, x: str, gain: NDArray[np.float32], bias: NDArray[np.float32], goes: float = GRID) -> str:
        """Layer normalisation. `x` is in units of 1/GRID, and by `_reach` its squares sum to less than 2**53."""
        units, size, last = self.op("Round", x), self.d(len(gain)), self.ints(-1)
        wide = self.cast(units, TensorProto.DOUBLE)
        mean = self.op("Div", self.op("ReduceSum", wide, last, keepdims=1), size)
        square = self.op("Div", self.op("ReduceSumSquare", wide, self.ints(-1), keepdims=1), size)
        spread = self.op("Add", self.op("Sub", square, self.op("Mul", mean, mean)), self.d(EPSILON * GRID * GRID))
        narrow = self.cast(self.op("Div", self.d(1.0), self.op("Sqrt", spread)), TensorProto.FLOAT)
        even = self.op("Mul", self.op("Sub", units, self.cast(mean, TensorProto.FLOAT)), narrow)
        return self.affine(even, gain * goes, bias * goes)

    def attend(self, qkv: str, by_head: str, shut: str) -> str:
        """Every piece looks at every piece of its own text. by_head  the shape (n, length, heads, head); shut  (n, 1, 1, length) 0 or -1e4"""
        hidden = self.head * self.heads
        tops, turns = (TOP_SEEN, TOP_SEEN, TOP_SEEN_VALUE), ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3])
        asks, keys, values = (
            self.op(
                "Transpose",
                self.op("Reshape", self.op("Round", self.op("Clip", part, self.f(-top), self.f(top))), by_head),
                perm=turn,
            )
            for part, top, turn in zip(self.split(qkv, hidden, hidden, hidden), tops, turns, strict=True)
        )
        peak = TOP_ATTENTION ** (1 / 16)
        scores = self.op("Mul", self.op("MatMul", asks, keys), self.f(peak / 16 * self.head**-0.5 / SEEN_GRID**2))
        scores = self.op("Add", scores, shut)
        zero = self.op("Sub", self.op("ReduceMax", scores, self.ints(-1), keepdims=1), self.f(peak))
        grown = self.op("Max", self.op("Sub", scores, zero), self.f(0.0))
        for _ in range(4):
            grown = self.op("Mul", grown, grown)
        grown = self.op("Round", grown)
        total = self.op("ReduceSum", grown, self.ints(-1), keepdims=1)
        seen = self.op("Div", self.op("MatMul", grown, values), total)
        return self.op("Reshape", self.op("Transpose", seen, perm=[0, 2, 1, 3]), self.ints(-1, hidden))

    def gated(self, up: str) -> str:
        return self.op("Mul", up, self.op("HardSigmoid", up, alpha=OPENS, beta=0.5))


def quantise(weight: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Whole numbers within TOP_WEIGHT, and the scale of each row."""
    scale = np.maximum(np.abs(weight).max(1), EPSILON) / TOP_WEIGHT
    return np.rint(weight / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def graph(weights: Weights, layers: int, heads: int) -> bytes:
    """ONNX: `ids` (n, length) int64, 0 for padding → `odds` (n, outputs) float64. weights  as the net's `state_dict` names them"""
    hidden = weights["words.weight"].shape[1]
    b = _Layers(heads, hidden // heads)
    assert _reach(weights, layers) * GRID < 2**26
    held = b.cast(b.op("Greater", "ids", b.const(0, np.int64)), TensorProto.FLOAT)
    x = _embed(b, weights, hidden)
    pieces = b.op("Slice", b.op("Shape", x), b.ints(0), b.ints(1))
    b.middle = b.op("ConstantOfShape", pieces, value=helper.make_tensor("middle", TensorProto.UINT8, [1], [128]))
    by_head = b.op("Concat", b.op("Shape", "ids"), b.ints(heads, b.head), axis=0)
    shut = b.op("Unsqueeze", b.op("Mul", b.op("Sub", held, b.f(1.0)), b.f(1e4)), b.ints(1, 2))
    grids = np.repeat([SEEN_GRID, SEEN_GRID, VALUE_GRID], hidden)
    for n in range(layers):
        w = {k.removeprefix(f"layers.{n}."): v for k, v in weights.items() if k.startswith(f"layers.{n}.")}
        seen = b.attend(b.linear(x, w["qkv.weight"], w["qkv.bias"], came=GRID, goes=grids), by_head, shut)
        told = b.linear(seen, w["out.weight"], w["out.bias"], came=VALUE_GRID, goes=GRID)
        x = b.norm(b.op("Add", x, told), w["norm1.weight"], w["norm1.bias"])
        thought = b.gated(b.linear(x, w["up.weight"], w["up.bias"], came=GRID, goes=WIDER))
        thought = b.linear(thought, w["down.weight"], w["down.bias"], came=WIDER, goes=GRID, least=LEAST_GATED)
        x = b.norm(b.op("Add", x, thought), w["norm2.weight"], w["norm2.bias"], goes=GRID if n < layers - 1 else 1.0)
    _judge(b, b.op("Reshape", x, b.op("Concat", b.op("Shape", "ids"), b.ints(hidden), axis=0)), held, weights)
    made = helper.make_graph(
        b.nodes,
        "encoder",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["n", "length"])],
        [helper.make_tensor_value_info("odds", TensorProto.DOUBLE, ["n", len(weights["judge.bias"])])],
        list(b.held.values()),
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="")
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString(deterministic=True))


def _reach(weights: Weights, layers: int) -> float:
    """Further than this no text takes what is normalised: the longest it can be (the root of the sum of its squares)."""

    def length(name: str) -> float:
        return float(np.linalg.norm(weights[name], 2))

    def normed(name: str) -> float:
        root = np.sqrt(len(weights[f"{name}.bias"]))
        return float(root * np.abs(weights[f"{name}.weight"]).max()) + length(f"{name}.bias")

    def through(name: str, far: float) -> float:
        rounding = 1 + np.sqrt(weights[f"{name}.weight"].shape[1]) / (2 * TOP_VALUE)
        return length(f"{name}.weight") * far * rounding * 1.01 + length(f"{name}.bias")

    far = [float(sum(np.linalg.norm(weights[f"{name}.weight"], axis=1).max() for name in ("words", "places")))]
    before = "norm"
    for n in range(layers):
        seen = TOP_SEEN_VALUE / VALUE_GRID * np.sqrt(weights[f"layers.{n}.out.weight"].shape[1])
        far.append(normed(before) + through(f"layers.{n}.out", float(seen)))
        middle = normed(f"layers.{n}.norm1")
        far.append(middle + through(f"layers.{n}.down", through(f"layers.{n}.up", middle)))
        before = f"layers.{n}.norm2"
    return max(far)


def _embed(b: _Layers, weights: Weights, hidden: int) -> str:
    whole, scale = _embedding(weights["words.weight"])
    words = b.cast(b.op("Gather", b.const(whole, np.int8), "ids"), TensorProto.FLOAT)
    words = b.op("Mul", words, b.op("Gather", b.const(scale[:, None] * GRID, np.float32), "ids"))
    length = b.op("Slice", b.op("Shape", "ids"), b.ints(1), b.ints(2))
    places = b.op("Slice", b.const(weights["places.weight"] * GRID, np.float32), b.ints(0), length, b.ints(0))
    both = b.op("Reshape", b.op("Add", words, places), b.ints(-1, hidden))
    return b.norm(both, weights["norm.weight"], weights["norm.bias"])


def _embedding(weight: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """A table that is only looked up may use all eight bits."""
    scale = np.maximum(np.abs(weight).max(1), EPSILON) / TOP_VALUE
    return np.rint(weight / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def _judge(b: _Build, x: str, held: str, weights: Weights) -> None:
    """Mean and maximum over the pieces, and one linear layer, in whole numbers of double precision."""
    there = b.op("Unsqueeze", held, b.ints(2))
    units = b.op("Mul", b.cast(b.op("Round", b.op("Mul", x, b.f(GRID))), TensorProto.DOUBLE), b.cast(there, TensorProto.DOUBLE))
    pieces = b.op("ReduceSum", b.cast(held, TensorProto.DOUBLE), b.ints(1), keepdims=1)
    mean = b.op("Div", b.op("ReduceSum", units, b.ints(1), keepdims=0), b.op("Mul", pieces, b.d(GRID)))
    away = b.op("Mul", b.op("Sub", there, b.f(1.0)), b.f(1e4))
    most = b.op("ReduceMax", b.op("Add", x, away), b.ints(1), keepdims=0)
    both = b.op("Concat", mean, b.cast(most, TensorProto.DOUBLE), axis=-1)
    whole = b.op("Clip", b.op("Round", b.op("Mul", both, b.d(POOL_GRID))), b.d(-FAR), b.d(FAR))
    weight = np.clip(np.rint(weights["judge.weight"].astype(np.float64) * JUDGE_GRID), -(2.0**20), 2.0**20)
    product = b.op("MatMul", whole, b.const(weight.T, np.float64))
    bias = b.const(weights["judge.bias"].astype(np.float64), np.float64)
    scaled = b.op("Mul", product, b.d(1.0 / (POOL_GRID * JUDGE_GRID)))
    b.nodes.append(helper.make_node("Add", [scaled, bias], ["odds"]))
