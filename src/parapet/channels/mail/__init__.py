"""E-mail: mailboxes (mbox) and single messages (eml)."""
