"""The dossier for police or counsel, and the statement that goes into it."""
