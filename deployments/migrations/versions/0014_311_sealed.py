"""what NYC 311 publishes is sealed too"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

_COLUMNS = ('agency', 'complaint_type', 'descriptor', 'location_type', 'status')


def upgrade() -> None:
    with op.batch_alter_table('hotline_contact', schema=None) as batch_op:
        for name in _COLUMNS:
            batch_op.drop_column(name)


def downgrade() -> None:
    with op.batch_alter_table('hotline_contact', schema=None) as batch_op:
        for name in _COLUMNS:
            batch_op.add_column(sa.Column(name, sa.String(), nullable=False, server_default=''))
