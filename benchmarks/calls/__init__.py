"""A call without the database, over our wires and over a tRPC server of Node."""
