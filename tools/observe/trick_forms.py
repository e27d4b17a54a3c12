"""Forms of statements that lose something of tests/safety/shop.sql, and of their twins that lose nothing.

Each is SQL without its last semicolon. What follows `|` in a family's name tells how a form can be wrapped: `dml` has
RETURNING added inside WITH; `top` stands at the top level of a script only; `alone` runs in no transaction.
"""

import trick_objects
import trick_rows
import trick_scripts
from trick_harmless import HARMLESS  # noqa: F401


def together(*parts):
    """family -> forms, of several dictionaries that have no family in common."""
    all_forms = {}
    for part in parts:
        assert not all_forms.keys() & part.keys(), all_forms.keys() & part.keys()
        all_forms.update(part)
    return all_forms


LOSING = together(trick_rows.LOSING, trick_objects.LOSING, trick_scripts.LOSING)

# What the author asks for in so many words, and what may lose nothing, depending on the rows: a finding of medium risk
# is enough. Listed, and not stored.
A_WORD = {"rights: another policy", "rows: of the parent's children", "values: what refers to a key",
          "values: a new value made of the old one"}

# Only the values, or what an operator makes of them, tell that these are all of a table's rows: listed, and not asked for.
OF_THE_ROWS = "rows: a condition that every row happens to meet"
