"""Letters of complaint to a college, an employer or a hospital."""
