"""How an alert leaves this home: ways of services, through Apprise, and where they may lead."""
