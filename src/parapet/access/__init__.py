"""The one door for reading: who may see which item and why; every look at content is a leaf in the log."""
