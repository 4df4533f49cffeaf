"""Reports to platforms: draft, approve, send or tick, follow; and the outbox of all of them."""
