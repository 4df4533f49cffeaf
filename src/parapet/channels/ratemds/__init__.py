"""RateMDs reviews as a monitoring tool exports them."""
