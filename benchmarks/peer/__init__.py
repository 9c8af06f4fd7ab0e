"""The peer of the whole way: plain DBOS workflows that make the same calls to the same simulator.

As many processes as ours (a web server, a worker), as many steps, and one committed row for each step; no tenants, no
policies, no sealing, no routing, no signatures, no events: what is left when everything is left out that is not needed
to get an order printed.
"""
