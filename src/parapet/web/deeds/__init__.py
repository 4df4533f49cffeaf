"""Who did what: for the advocate everybody's deeds, for a helper his own."""
