"""Parapet: cover for physicians who speak up in public."""

__version__ = "0.1.0"
