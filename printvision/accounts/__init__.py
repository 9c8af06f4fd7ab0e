"""Who may do what: the vocabulary of permissions, and API keys."""
