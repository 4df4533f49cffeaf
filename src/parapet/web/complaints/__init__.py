"""The complaint desk: a letter to a college, an employer or a hospital, what it alleges, the ground, and the answer."""
