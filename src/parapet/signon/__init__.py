"""How people prove who they are: codes of an app, passkeys, and the word of an institution. Knows no person and no table."""
