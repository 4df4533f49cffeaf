"""What bodies outside this home say for its log: that they saw a checkpoint, and when. The network side; no records here."""
