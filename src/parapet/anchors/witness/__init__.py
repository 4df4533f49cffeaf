"""A witness: cosigns the checkpoints of logs that it was told of, once they were shown only to have grown.

Protocol: c2sp.org/tlog-witness. It knows no home and needs none.
"""
