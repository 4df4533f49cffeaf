"""What reads a bag: the standard library only, Python 3.9 or newer.

These modules and `evidence/verify.py` are joined into the `verify.py` that every bag carries (`evidence/onefile.py`), so
that who receives a bag runs the same lines as who made it. Hence no attrs here, no error tree, nothing newer than 3.9.
"""
