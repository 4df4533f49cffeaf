"""How this machine speaks to others: where a connection may lead."""
