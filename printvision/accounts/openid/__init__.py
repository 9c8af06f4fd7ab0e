"""Signing in by OpenID Connect: an issuer that the operator named says who somebody is."""
