"""The one door for change: one verb a module; each does its work in one transaction with its leaf in the log and its jobs."""
