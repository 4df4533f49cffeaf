"""The channel between an advocate and her counsel: both sides of it."""
