"""Pages that belong to no app: the start page, what everyone may read, errors, and the session's own addresses."""
