"""The durable stories of an order, one a file."""
