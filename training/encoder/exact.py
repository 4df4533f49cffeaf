"""What the net that learns and the graph that ships must agree on."""

from __future__ import annotations

#: Layers of the start that are kept.
KEPT_LAYERS = (0, 2, 5, 8, 11)
#: Heads of attention in each layer.
HEADS_OF_START = 12
#: Weights lie in -TOP_WEIGHT..TOP_WEIGHT: seven bits, so that no processor's eight-bit products can overflow.
TOP_WEIGHT = 63
TOP_VALUE = 127
EPSILON = 1e-6
