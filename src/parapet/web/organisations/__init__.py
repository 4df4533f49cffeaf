"""Where a person belongs: organisations, who serves there, joining and leaving."""
