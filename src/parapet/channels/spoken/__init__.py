"""What was said by phone or in person, written down by whoever heard it."""
