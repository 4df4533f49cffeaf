"""What tests of every room share: homes, a PostgreSQL server, a closed network."""
