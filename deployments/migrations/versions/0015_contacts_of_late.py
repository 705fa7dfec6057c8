"""the contacts of a unit are found by when they came"""

from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('hotline_decision', schema=None) as batch_op:
        batch_op.drop_index('ix_hotline_decision_unit')
        batch_op.create_index('ix_hotline_decision_unit_received_at', ['unit', 'received_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('hotline_decision', schema=None) as batch_op:
        batch_op.drop_index('ix_hotline_decision_unit_received_at')
        batch_op.create_index('ix_hotline_decision_unit', ['unit'], unique=False)
