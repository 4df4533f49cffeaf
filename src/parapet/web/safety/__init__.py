"""The plan for somebody's safety, and the brief by which security or police learn their part of it."""
