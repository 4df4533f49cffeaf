"""What Perspective answered, for tools that lost it when it closed: scores for a text that is not kept.

Everything here has Google's form, down to its errors, so that a client works unchanged behind another address. Where
our judgement means something else than Perspective's, docs/reference/perspective-api.md says so.
"""
