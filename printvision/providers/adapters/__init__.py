"""One module per provider; the folder is scanned, so there is no list to edit."""
