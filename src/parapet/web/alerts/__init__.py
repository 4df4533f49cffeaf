"""Screens of alerts: how a person is reached, who is called, and what became of an alert."""
