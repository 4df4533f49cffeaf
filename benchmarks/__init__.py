"""Measurements: each module prints what it measured beside a peer or a limit, in one run on one machine."""
