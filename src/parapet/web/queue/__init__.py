"""One screen: views, addresses, templates."""
