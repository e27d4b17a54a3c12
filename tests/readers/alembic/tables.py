"""Tables and columns"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

STATES = ("new", "paid")
state = postgresql.ENUM(*STATES, name="order_state", create_type=False)


def upgrade():
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Unicode(80), server_default="nobody", index=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email", name="uq_customers_email"),
        comment="who buys",
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customers.id", ondelete="CASCADE"), nullable=False),
        sa.Column("state", sa.Enum("new", "paid", name="state"), nullable=False),
        sa.Column("total", sa.Numeric(10, 2), nullable=True, comment="in euro"),
        sa.Column("paid_at", sa.DateTime(), nullable=True),
        sa.Column("code", sa.CHAR(3), unique=True),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default="{}"),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("total >= 0", name="ck_total"),
        schema="shop",
    )
    op.create_table(
        "order_tags",
        sa.Column("order_id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=True),
        sa.Column("state", sa.Enum("new", "paid", name="state"), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["shop.orders.id"], name="fk_order", onupdate="CASCADE"),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"]),
        sa.PrimaryKeyConstraint("order_id", "tag_id", name="pk_order_tags"),
    )
    op.add_column("customers", sa.Column("age", sa.SmallInteger(), nullable=True))
    op.add_column("customers", sa.Column("org_id", sa.Integer(), sa.ForeignKey("orgs.id"), nullable=True))
    op.add_column("customers", sa.Column("ip", postgresql.INET(), nullable=False, server_default="::1"))
    op.add_column("customers", sa.Column("token", sa.LargeBinary(), unique=True, index=True))
    op.add_column("customers", sa.Column("slug", sa.Text(), unique=True, comment="short name"))
    op.add_column("orders", sa.Column("at", sa.Time(), server_default=sa.text("now()")), schema="shop")
    state.create(op.get_bind(), checkfirst=False) if False else None
    op.add_column("orders", sa.Column("next_state", state, nullable=True))
    op.drop_column("customers", "name")
    op.drop_column("orders", "code", schema="shop")
    op.rename_table("order_tags", "labels")
    op.create_table_comment("labels", "what orders are about")
    op.drop_table_comment("labels")
    op.drop_table("old", schema="shop")
    op.drop_table("older")
    op.create_table(
        "receipts",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.PrimaryKeyConstraint("order_id"),
    )


def downgrade():
    pass
