"""Columns altered, constraints, indexes"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade():
    op.alter_column("users", "name", nullable=False)
    op.alter_column("users", "name", existing_type=sa.String(20), nullable=True)
    op.alter_column("users", "name", existing_type=sa.String(20), type_=sa.Text(), existing_nullable=False)
    op.alter_column("users", "size", type_=sa.Integer(), postgresql_using="size::integer", nullable=False, server_default="0")
    op.alter_column("users", "size", server_default=None)
    op.alter_column("users", "size", server_default=sa.text("(1 + 1)"), comment="how large")
    op.alter_column("users", "size", new_column_name="extent", schema="app")
    op.create_index("ix_users_name", "users", ["name"])
    op.create_index(op.f("ix_users_two"), "users", ["name", "size"], unique=True, schema="app")
    op.create_index("ix_lower", "users", [sa.text("lower(name)")], postgresql_where=sa.text("size > 0"))
    op.create_index("ix_gin", "users", ["data"], postgresql_using="gin", postgresql_ops={"data": "jsonb_path_ops"})
    op.create_index("ix_include", "users", ["a"], postgresql_include=["b"], postgresql_with={"fillfactor": 50})
    with op.get_context().autocommit_block():
        op.create_index("ix_slow", "users", ["name"], postgresql_concurrently=True)
        op.drop_index("ix_fast", table_name="users", postgresql_concurrently=True)
    op.drop_index("ix_old", table_name="users")
    op.drop_index(op.f("ix_older"), table_name="users", schema="app")
    op.create_foreign_key("fk_org", "users", "orgs", ["org_id"], ["id"], ondelete="SET NULL", source_schema="app",
                          referent_schema="app", deferrable=True, initially="DEFERRED")
    op.create_foreign_key(None, "users", "teams", ["a", "b"], ["c", "d"])
    op.create_foreign_key("fk_nv", "users", "teams", ["a"], ["c"], postgresql_not_valid=True)
    op.create_unique_constraint("uq_name", "users", ["name", "org_id"])
    op.create_unique_constraint(None, "users", ["name"], schema="app")
    op.create_check_constraint("ck_size", "users", "size > 0 AND size < 10")
    op.create_check_constraint("ck_text", "users", sa.text("name <> ''"))
    op.create_primary_key("pk_users", "users", ["id", "org_id"])
    op.create_exclude_constraint("ex_room", "bookings", ("room", "="), ("during", "&&"), where="room > 3", using="gist")
    op.drop_constraint("uq_old", "users", type_="unique")
    op.drop_constraint("fk_old", "users", type_="foreignkey", schema="app")
    with op.batch_alter_table("users", schema="app") as batch:
        batch.add_column(sa.Column("color", sa.String(7), nullable=True))
        batch.alter_column("color", nullable=False)
        batch.create_index(batch.f("ix_color"), ["color"], unique=False)
        batch.create_foreign_key("fk_color", "colors", ["color"], ["name"])
        batch.create_unique_constraint("uq_color", ["color"])
        batch.drop_constraint("uq_color", type_="unique")
        batch.drop_index("ix_color")
        batch.drop_column("color")


def downgrade():
    raise NotImplementedError
