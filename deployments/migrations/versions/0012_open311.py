"""open311"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('hotline_api_key',
    sa.Column('key_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('key_sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('key_id'),
    sa.UniqueConstraint('key_sha256')
    )
    with op.batch_alter_table('hotline_api_key', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hotline_api_key_name'), ['name'], unique=False)

    op.create_table('hotline_request',
    sa.Column('service_request_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('service_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('is_public', sa.Boolean(), nullable=False),
    sa.Column('token', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('key_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('said_once', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expected_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('service_request_id'),
    sa.UniqueConstraint('said_once'),
    sa.UniqueConstraint('token')
    )
    with op.batch_alter_table('hotline_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hotline_request_requested_at'), ['requested_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('hotline_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hotline_request_requested_at'))

    op.drop_table('hotline_request')
    with op.batch_alter_table('hotline_api_key', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hotline_api_key_name'))

    op.drop_table('hotline_api_key')
