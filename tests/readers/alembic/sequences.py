"""Sequences, and columns that are filled by them"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateSequence, DropSequence

revision = "0004"
down_revision = "0003"


def upgrade():
    plain = sa.Sequence("plain_seq", start=1)
    op.execute(CreateSequence(plain))
    full = sa.Sequence("full seq", schema="app", start=5, increment=2, minvalue=1, maxvalue=100, cache=10, cycle=True)
    op.execute(CreateSequence(full))
    op.execute(CreateSequence(sa.Sequence("big_seq", 7, 3, data_type=sa.BigInteger, cycle=False)))
    op.create_table(
        "numbered",
        sa.Column("id", sa.BigInteger(), server_default=plain.next_value(), nullable=False),
        sa.Column("n", sa.Integer(), server_default=full.next_value()),
        sa.Column("m", sa.Integer(), sa.Sequence("by_the_program")),
        sa.Column("i", sa.Integer(), sa.Identity(start=3, increment=2, minvalue=1, maxvalue=50, cycle=True)),
    )
    op.create_table("by_number", sa.Column("id", sa.Integer(), sa.Sequence("id_seq"), primary_key=True))
    op.alter_column("numbered", "m", server_default=sa.Sequence("m_seq").next_value())
    op.execute(DropSequence(full))


def downgrade():
    pass
