"""The pure choice of a route, exact over the whole basket: `choose(problem)`."""

from printvision.orders.routing.board import hopeful, makeable
from printvision.orders.routing.choosing import choose, lifted
from printvision.orders.routing.decision import Basket, Bound, Candidate, Decision, Part
from printvision.orders.routing.problem import Carriage, Line, Method, Offered, Problem, Rate, Source
from printvision.orders.routing.quotes import Quote, Quoted, by_quote, weigh

__all__ = [
    "Basket",
    "Bound",
    "Candidate",
    "Carriage",
    "Decision",
    "Line",
    "Method",
    "Offered",
    "Part",
    "Problem",
    "Quote",
    "Quoted",
    "Rate",
    "Source",
    "by_quote",
    "choose",
    "hopeful",
    "lifted",
    "makeable",
    "weigh",
]
