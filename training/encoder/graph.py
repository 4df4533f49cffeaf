"""The learnt net as an ONNX graph whose every result is the same on every machine, alone and in any company.

Products are of whole numbers: eight-bit ones in 32 bits, or whole numbers held as floats and small enough that every partial sum is exact,
whatever its order. Everything between is single steps of IEEE arithmetic, or sums of whole numbers in double precision. Scales are of
one row (a piece of a text, never of a batch), and padding weighs nothing.
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

OPSET = 17
IR_VERSION = 8
#: What one unit is worth where floats become whole numbers to be summed.
GRID = 2.0**13
#: Values beyond this many units are cut off there, so that a sum of 384 squares stays below 2**53.
FAR = 2.0**20
#: The heaviest weight that attention gives: WINDOW times this times TOP_VALUE stays below 2**24.
TOP_ATTENTION = 768.0
POOL_GRID, JUDGE_GRID = 2.0**12, 2.0**16

assert WINDOW * TOP_ATTENTION * TOP_VALUE < 2**24

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

    def rounded(self, x: str, unit: str) -> str:
        return self.op("Round", self.op("Mul", x, unit))

    def top(self, x: str, axes: list[int]) -> str:
        """The largest size along `axes`, never nothing."""
        above = self.op("ReduceMax", x, axes=axes, keepdims=1)
        below = self.op("Neg", self.op("ReduceMin", x, axes=axes, keepdims=1))
        return self.op("Max", above, below, self.f(EPSILON))

    def whole(self, x: str, axes: list[int]) -> tuple[str, str]:
        """`x` as whole numbers held as floats, and what one is worth, one scale along `axes`."""
        top = self.top(x, axes)
        return self.rounded(x, self.op("Div", self.f(TOP_VALUE), top)), self.op("Div", top, self.f(TOP_VALUE))

    def linear(self, x: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """`x` (…, in) times `weight` (out, in), plus `bias`."""
        whole, scale = quantise(weight)
        top = self.top(x, [-1])
        raised = self.op("Add", self.op("Mul", x, self.op("Div", self.f(TOP_VALUE), top)), self.f(128.5))
        bytes_, unit = self.cast(raised, TensorProto.UINT8), self.op("Div", top, self.f(TOP_VALUE))  # a cast cuts off: half is in
        product = self.op("MatMulInteger", bytes_, self.const(whole.T, np.int8), self.const(128, np.uint8))
        real = self.op("Mul", self.op("Mul", self.cast(product, TensorProto.FLOAT), unit), self.const(scale, np.float32))
        return self.op("Add", real, self.const(bias, np.float32))

    def units(self, x: str) -> str:
        """`x` as whole numbers of 1/GRID, in double precision."""
        cut = self.op("Clip", self.rounded(x, self.f(GRID)), self.f(-FAR), self.f(FAR))
        return self.cast(cut, TensorProto.DOUBLE)

    def norm(self, x: str, gain: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """Layer normalisation."""
        units, size = self.units(x), self.d(len(gain))
        last = self.ints(-1)
        mean = self.op("Div", self.op("ReduceSum", units, last, keepdims=1), size)
        square = self.op("Div", self.op("ReduceSum", self.op("Mul", units, units), last, keepdims=1), size)
        spread = self.op("Add", self.op("Sub", square, self.op("Mul", mean, mean)), self.d(EPSILON * GRID * GRID))
        even = self.op("Div", self.op("Sub", units, mean), self.op("Sqrt", spread))
        scaled = self.op("Mul", self.cast(even, TensorProto.FLOAT), self.const(gain, np.float32))
        return self.op("Add", scaled, self.const(bias, np.float32))


def quantise(weight: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Whole numbers within TOP_WEIGHT, and the scale of each row."""
    scale = np.maximum(np.abs(weight).max(1), EPSILON) / TOP_WEIGHT
    return np.rint(weight / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def graph(weights: Weights, layers: int, heads: int) -> bytes:
    """ONNX: `ids` (n, length) int64, 0 for padding → `odds` (n, outputs) float64. weights  as the net's `state_dict` names them"""
    b = _Build()
    hidden = weights["words.weight"].shape[1]
    held = b.cast(b.op("Greater", "ids", b.const(0, np.int64)), TensorProto.FLOAT)
    x = _embed(b, weights)
    shut = b.op("Mul", b.op("Sub", held, b.f(1.0)), b.f(1e4))
    shut = b.op("Unsqueeze", shut, b.ints(1, 2))
    there = b.op("Unsqueeze", held, b.ints(1, 3))
    for n in range(layers):
        w = {k.removeprefix(f"layers.{n}."): v for k, v in weights.items() if k.startswith(f"layers.{n}.")}
        seen = _attend(b, b.linear(x, w["qkv.weight"], w["qkv.bias"]), shut, there, heads, hidden)
        x = b.norm(b.op("Add", x, b.linear(seen, w["out.weight"], w["out.bias"])), w["norm1.weight"], w["norm1.bias"])
        up = b.linear(x, w["up.weight"], w["up.bias"])
        opened = b.op("Clip", b.op("Add", b.op("Mul", up, b.f(0.3)), b.f(0.5)), b.f(0.0), b.f(1.0))
        down = b.linear(b.op("Mul", up, opened), w["down.weight"], w["down.bias"])
        x = b.norm(b.op("Add", x, down), w["norm2.weight"], w["norm2.bias"])
    _judge(b, x, held, weights)
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


def _embed(b: _Build, weights: Weights) -> str:
    whole, scale = _embedding(weights["words.weight"])
    words = b.cast(b.op("Gather", b.const(whole, np.int8), "ids"), TensorProto.FLOAT)
    words = b.op("Mul", words, b.op("Gather", b.const(scale[:, None], np.float32), "ids"))
    length = b.op("Slice", b.op("Shape", "ids"), b.ints(1), b.ints(2))
    places = b.op("Slice", b.const(weights["places.weight"], np.float32), b.ints(0), length, b.ints(0))
    return b.norm(b.op("Add", words, places), weights["norm.weight"], weights["norm.bias"])


def _embedding(weight: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """A table that is only looked up may use all eight bits."""
    scale = np.maximum(np.abs(weight).max(1), EPSILON) / TOP_VALUE
    return np.rint(weight / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def _attend(b: _Build, qkv: str, shut: str, there: str, heads: int, hidden: int) -> str:
    """Every piece looks at every piece of its own text. shut  (n, 1, 1, length) 0 or -1e4; there  (n, 1, length, 1) 1 or 0"""
    size = hidden // heads

    def part(at: int) -> str:
        one = b.op("Slice", qkv, b.ints(at * hidden), b.ints((at + 1) * hidden), b.ints(2))
        return b.op("Transpose", b.op("Reshape", one, b.ints(0, 0, heads, size)), perm=[0, 2, 1, 3])

    asks, ask_unit = b.whole(part(0), [-1])
    keys, key_unit = b.whole(part(1), [-1])
    values, value_unit = b.whole(b.op("Mul", part(2), there), [-2, -1])
    scores = b.op("MatMul", asks, b.op("Transpose", keys, perm=[0, 1, 3, 2]))
    scores = b.op("Mul", scores, b.op("Mul", ask_unit, b.f(size**-0.5)))
    scores = b.op("Mul", scores, b.op("Transpose", key_unit, perm=[0, 1, 3, 2]))
    scores = b.op("Add", scores, shut)
    below = b.op("Sub", scores, b.op("ReduceMax", scores, axes=[-1], keepdims=1))
    grown = b.op("Max", b.op("Add", b.op("Mul", below, b.f(0.0625)), b.f(1.0)), b.f(0.0))
    for _ in range(4):
        grown = b.op("Mul", grown, grown)
    grown = b.rounded(grown, b.f(TOP_ATTENTION))
    total = b.op("ReduceSum", grown, b.ints(-1), keepdims=1)
    seen = b.op("Div", b.op("Mul", b.op("MatMul", grown, values), value_unit), total)
    return b.op("Reshape", b.op("Transpose", seen, perm=[0, 2, 1, 3]), b.ints(0, 0, hidden))


def _judge(b: _Build, x: str, held: str, weights: Weights) -> None:
    """Mean and maximum over the pieces, and one linear layer, in whole numbers of double precision."""
    there = b.op("Unsqueeze", held, b.ints(2))
    units = b.op("Mul", b.units(x), b.cast(there, TensorProto.DOUBLE))
    pieces = b.op("ReduceSum", b.cast(held, TensorProto.DOUBLE), b.ints(1), keepdims=1)
    mean = b.op("Div", b.op("ReduceSum", units, b.ints(1), keepdims=0), b.op("Mul", pieces, b.d(GRID)))
    away = b.op("Mul", b.op("Sub", there, b.f(1.0)), b.f(1e4))
    most = b.op("ReduceMax", b.op("Add", x, away), axes=[1], keepdims=0)
    both = b.op("Concat", mean, b.cast(most, TensorProto.DOUBLE), axis=-1)
    whole = b.op("Clip", b.op("Round", b.op("Mul", both, b.d(POOL_GRID))), b.d(-FAR), b.d(FAR))
    weight = np.clip(np.rint(weights["judge.weight"].astype(np.float64) * JUDGE_GRID), -(2.0**20), 2.0**20)
    product = b.op("MatMul", whole, b.const(weight.T, np.float64))
    bias = b.const(weights["judge.bias"].astype(np.float64), np.float64)
    scaled = b.op("Mul", product, b.d(1.0 / (POOL_GRID * JUDGE_GRID)))
    b.nodes.append(helper.make_node("Add", [scaled, bias], ["odds"]))
