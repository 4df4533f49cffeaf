"""Supporters: what the advocate asks of them, and what each of them sees and does."""
