"""What PrintVision does in a second, beside what the same machine could do at best. See README.md."""
