"""Vendor businesses: the tenants."""
