"""Shields up: one switch, how it stands, the list of the first hour, the settings of platforms, and the way back."""
