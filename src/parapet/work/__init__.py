"""Handlers of background work: thin, each a call of one action. Importing `parapet.work.handlers` registers them."""
