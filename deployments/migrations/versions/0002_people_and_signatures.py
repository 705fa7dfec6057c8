"""people and signatures"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('amendment',
    sa.Column('contract_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('seq_no', sa.Integer(), nullable=False),
    sa.Column('type', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('delta_cents', sa.BigInteger(), nullable=False),
    sa.Column('running_cents', sa.BigInteger(), nullable=False),
    sa.Column('revised_cents', sa.BigInteger(), nullable=False),
    sa.Column('term_end', sa.Date(), nullable=True),
    sa.Column('approved_on', sa.Date(), nullable=False),
    sa.Column('ccpo_reference', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ccpo_approved_on', sa.Date(), nullable=True),
    sa.Column('needs_registration', sa.Boolean(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('filed_on', sa.Date(), nullable=True),
    sa.Column('registered_on', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('contract_id', 'seq_no')
    )
    op.create_table('assignment',
    sa.Column('assignment_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('process', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('role', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('staff_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('handover', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('assignment_id')
    )
    op.create_index(op.f('ix_assignment_staff_id'), 'assignment', ['staff_id'], unique=False)
    op.create_index(op.f('ix_assignment_subject'), 'assignment', ['subject'], unique=False)

    op.create_table('attempt',
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('staff_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('door', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('what', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('refusal', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sentence', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('attempt_id')
    )
    op.create_index('ix_attempt_staff_at', 'attempt', ['staff_id', 'at'], unique=False)

    op.create_table('case_note',
    sa.Column('note_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('process', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('case_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('staff_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('spoke_with', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('note_id')
    )
    op.create_index(op.f('ix_case_note_case_id'), 'case_note', ['case_id'], unique=False)

    op.create_table('desk_session',
    sa.Column('token_sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('staff_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('token_sha256')
    )
    op.create_index(op.f('ix_desk_session_staff_id'), 'desk_session', ['staff_id'], unique=False)

    op.create_table('enrolment_ticket',
    sa.Column('ticket_sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('staff_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('issued_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('secret', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('ticket_sha256')
    )
    op.create_index(op.f('ix_enrolment_ticket_staff_id'), 'enrolment_ticket', ['staff_id'], unique=False)

    op.create_table('letter_order',
    sa.Column('document_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('process', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('case_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('document', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('recipient', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('replaces', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('printed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('document_id')
    )
    op.create_index(op.f('ix_letter_order_case_id'), 'letter_order', ['case_id'], unique=False)
    op.create_index(op.f('ix_letter_order_printed_at'), 'letter_order', ['printed_at'], unique=False)

    op.create_table('office_act',
    sa.Column('act_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('proposed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('closed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_why', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('act_id')
    )
    op.create_index(op.f('ix_office_act_status'), 'office_act', ['status'], unique=False)
    op.create_index(op.f('ix_office_act_subject'), 'office_act', ['subject'], unique=False)

    op.create_table('proposal',
    sa.Column('proposal_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('list_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('process', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('case_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('case_version', sa.Integer(), nullable=False),
    sa.Column('act', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('fields', sa.Text(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proposed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('behalf_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('signature_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('packet_sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('closed_why', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('proposal_id')
    )
    op.create_index(op.f('ix_proposal_case_id'), 'proposal', ['case_id'], unique=False)
    op.create_index('ix_proposal_list', 'proposal', ['list_id', 'position'], unique=False)
    op.create_index(op.f('ix_proposal_status'), 'proposal', ['status'], unique=False)

    op.create_table('signature',
    sa.Column('signature_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('process', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('door', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('staff_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('behalf_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('counter', sa.BigInteger(), nullable=False),
    sa.Column('shown_sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('shown', sa.Text(), nullable=False),
    sa.Column('policy_sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('followed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('signature_id')
    )
    op.create_index(op.f('ix_signature_at'), 'signature', ['at'], unique=False)
    op.create_index(op.f('ix_signature_followed_at'), 'signature', ['followed_at'], unique=False)
    op.create_index(op.f('ix_signature_staff_id'), 'signature', ['staff_id'], unique=False)

    op.create_table('staff',
    sa.Column('staff_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('email', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('identity', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('unit', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('roles', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('enrolled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('enrolled_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('secret', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('last_counter', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('staff_id'),
    sa.UniqueConstraint('identity')
    )
    op.create_table('staff_delegation',
    sa.Column('delegation_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('from_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('to_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('delegation_id')
    )
    op.create_index(op.f('ix_staff_delegation_from_id'), 'staff_delegation', ['from_id'], unique=False)
    op.create_index(op.f('ix_staff_delegation_to_id'), 'staff_delegation', ['to_id'], unique=False)

    with op.batch_alter_table('award', schema=None) as batch_op:
        batch_op.add_column(sa.Column('placed_in', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))

    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.add_column(sa.Column('adjustment_cents', sa.BigInteger(), nullable=False, server_default='0'))

    with op.batch_alter_table('document_report', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rejected', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('signature_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))

    with op.batch_alter_table('policy_version', schema=None) as batch_op:
        batch_op.alter_column('first_used_at', new_column_name='proposed_at')
        batch_op.add_column(sa.Column('proposed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('signed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('signed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))

    with op.batch_alter_table('registration_case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('folded_into', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.create_index(op.f('ix_registration_case_folded_into'), ['folded_into'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('registration_case', schema=None) as batch_op:
        batch_op.drop_index(op.f('ix_registration_case_folded_into'))
        batch_op.drop_column('folded_into')

    with op.batch_alter_table('policy_version', schema=None) as batch_op:
        batch_op.drop_column('signed_by')
        batch_op.drop_column('signed_at')
        batch_op.drop_column('proposed_by')
        batch_op.alter_column('proposed_at', new_column_name='first_used_at')

    with op.batch_alter_table('document_report', schema=None) as batch_op:
        batch_op.drop_column('signature_id')
        batch_op.drop_column('rejected')

    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.drop_column('adjustment_cents')

    with op.batch_alter_table('award', schema=None) as batch_op:
        batch_op.drop_column('placed_in')

    op.drop_index(op.f('ix_staff_delegation_to_id'), table_name='staff_delegation')
    op.drop_index(op.f('ix_staff_delegation_from_id'), table_name='staff_delegation')

    op.drop_table('staff_delegation')
    op.drop_table('staff')
    op.drop_index(op.f('ix_signature_staff_id'), table_name='signature')
    op.drop_index(op.f('ix_signature_followed_at'), table_name='signature')
    op.drop_index(op.f('ix_signature_at'), table_name='signature')

    op.drop_table('signature')
    op.drop_index(op.f('ix_proposal_status'), table_name='proposal')
    op.drop_index('ix_proposal_list', table_name='proposal')
    op.drop_index(op.f('ix_proposal_case_id'), table_name='proposal')

    op.drop_table('proposal')
    op.drop_index(op.f('ix_office_act_subject'), table_name='office_act')
    op.drop_index(op.f('ix_office_act_status'), table_name='office_act')

    op.drop_table('office_act')
    op.drop_index(op.f('ix_letter_order_printed_at'), table_name='letter_order')
    op.drop_index(op.f('ix_letter_order_case_id'), table_name='letter_order')

    op.drop_table('letter_order')
    op.drop_index(op.f('ix_enrolment_ticket_staff_id'), table_name='enrolment_ticket')

    op.drop_table('enrolment_ticket')
    op.drop_index(op.f('ix_desk_session_staff_id'), table_name='desk_session')

    op.drop_table('desk_session')
    op.drop_index(op.f('ix_case_note_case_id'), table_name='case_note')

    op.drop_table('case_note')
    op.drop_index('ix_attempt_staff_at', table_name='attempt')

    op.drop_table('attempt')
    op.drop_index(op.f('ix_assignment_subject'), table_name='assignment')
    op.drop_index(op.f('ix_assignment_staff_id'), table_name='assignment')

    op.drop_table('assignment')
    op.drop_table('amendment')
