"""People, the organisations they refer from, the agencies that receive, and the live directory."""
