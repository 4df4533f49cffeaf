"""Documents for those who can act: the dossier as PDF, the chronology as CSV. English and Canadian French."""
