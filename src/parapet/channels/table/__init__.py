"""Any other table of messages: CSV or JSON Lines with one message a row."""
