"""What a program does around its statements"""
import logging
from textwrap import dedent

import sqlalchemy as sa
from alembic import context, op

revision = "0003"
down_revision = "0002"

log = logging.getLogger(__name__)
TABLES = ["apples", "pears"]
LIMIT = 7
VIEW = """
CREATE VIEW v AS
SELECT 1
"""


def add_owner(table, kind="integer"):
    op.execute(f"ALTER TABLE {table} ADD COLUMN owner {kind}")


def columns():
    return [sa.Column("id", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("id")]


def upgrade():
    log.info("starting")
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute(VIEW)
    op.execute("DROP VIEW v; " "DROP TABLE IF EXISTS t")
    for table in TABLES:
        add_owner(table)
        op.create_index("ix_%s_owner" % table, table, ["owner"])
    for name, kind in [("a", "bigint"), ("b", "text")]:
        add_owner(name, kind=kind)
    for i in range(2):
        op.execute("INSERT INTO numbers VALUES ({})".format(i))
    op.create_table("made", *columns(), sa.Column("n", sa.Integer()))
    names = ", ".join([f'"{t}"' for t in TABLES if t != "pears"])
    op.execute("TRUNCATE " + names)
    op.execute(dedent("""\
        UPDATE apples
        -- everybody's
        SET owner = 1
    """))
    if LIMIT > 5 and not TABLES == []:
        op.execute(sa.text("UPDATE pears SET owner = 2 WHERE owner IS NULL"))
    elif LIMIT == 3:
        op.execute("DROP TABLE never")
    else:
        op.execute("DROP TABLE nor_this")
    op.execute(r"UPDATE apples SET name = regexp_replace(name, '\\d', '')")
    op.execute('COMMENT ON TABLE apples IS \'it\'\'s "red"\'')
    op.bulk_insert(
        sa.table("kinds", sa.column("id", sa.Integer), sa.column("name", sa.String)),
        [{"id": 1, "name": "round"}, {"id": 2, "name": "green"}],
    )
    # op.drop_table("commented_out")


def downgrade():
    op.drop_table("made")
