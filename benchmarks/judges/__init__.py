"""What `benchmarks/judging.py` is made of: the judges that it asks, the sets that it asks of, and the figures."""
