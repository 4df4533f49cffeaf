"""Cases that are referred to officers: what the advocate offers, and what an officer sees."""
