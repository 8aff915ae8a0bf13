"""What letters say. None names anybody, a setting or a case; a letter about a task says that there is one, no more."""

TASK_SUBJECT = "You have a safeguarding task"
TASK = "You have a safeguarding task. Sign in."
FORGOTTEN = """Somebody asked to choose a new password for the account with this address.
If it was you, open this address:

{link}

If it was not you, do nothing: the password stays as it is.
"""
