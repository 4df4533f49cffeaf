"""How the shipped model is made, from data to artefact: `python -m training.make --data DIR --out src/parapet/triage/artefact`."""
