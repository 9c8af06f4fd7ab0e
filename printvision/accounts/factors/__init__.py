"""Second factors: codes of authenticator apps, passkeys, recovery codes."""
