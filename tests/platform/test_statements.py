from __future__ import annotations

import pytest
from sqlalchemy import ARRAY, Integer, any_, bindparam, column, func, literal_column, select

from printvision.platform.db import run
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.platform.statements import written

_NUMBERS = (
    func.generate_series(literal_column("1"), literal_column("9")).table_valued("number").render_derived()
)
_AMONG = any_(bindparam("numbers", type_=ARRAY(Integer())))


async def test_a_statement_is_run_as_it_is_written(platform: Platform):
    number = _NUMBERS.c.number
    statement = written(select(number).where(number == _AMONG).order_by(number.desc()))

    async with system_scope(platform, "test") as scope:
        rows = await run(scope.session, statement, {"numbers": [7, 3, 12]})

    assert [tuple(row) for row in rows] == [(7,), (3,)]


def test_a_statement_with_a_value_of_its_own_is_refused():
    with pytest.raises(ValueError, match=r"these values are not named: number_1$"):
        written(select(column("number", Integer())).where(column("number", Integer()) == 4))


def test_a_percent_sign_stands_for_itself():
    assert written(select(literal_column("7 % 4"))) == "SELECT 7 %% 4"
