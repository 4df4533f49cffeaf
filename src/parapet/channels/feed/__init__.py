"""Feeds and searches that are watched for a name."""
