"""parts"""

import hashlib
import json
import warnings
from datetime import date

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.exc import SAWarning

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('dispute',
    sa.Column('case_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('no', sa.Integer(), nullable=False),
    sa.Column('filed_on', sa.Date(), nullable=False),
    sa.Column('decision_due_on', sa.Date(), nullable=False),
    sa.Column('refused_cents', sa.BigInteger(), nullable=False),
    sa.Column('decided_as', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('for_part', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('case_id', 'no')
    )
    op.create_table('evidence_request',
    sa.Column('case_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('no', sa.Integer(), nullable=False),
    sa.Column('for_part', sa.Integer(), nullable=False),
    sa.Column('asked_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('lines', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('codes', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('closed_as', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('case_id', 'no')
    )
    with op.batch_alter_table('evidence_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_request_closed_as'), ['closed_as'], unique=False)
        batch_op.create_index(batch_op.f('ix_evidence_request_due_on'), ['due_on'], unique=False)

    op.create_table('refund_due',
    sa.Column('case_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('contract_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('vendor_ein', sqlmodel.sql.sqltypes.AutoString(length=9), nullable=False),
    sa.Column('amount_cents', sa.BigInteger(), nullable=False),
    sa.Column('offset_cents', sa.BigInteger(), nullable=False),
    sa.Column('due_since', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('case_id', 'reason')
    )
    with op.batch_alter_table('refund_due', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_refund_due_contract_id'), ['contract_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_refund_due_vendor_ein'), ['vendor_ein'], unique=False)

    op.create_table('voucher_payment',
    sa.Column('payment_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('voucher_no', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('cents', sa.BigInteger(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('reference', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('payment_id')
    )
    with op.batch_alter_table('voucher_payment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_voucher_payment_voucher_no'), ['voucher_no'], unique=False)

    with op.batch_alter_table('requisition', schema=None) as batch_op:
        batch_op.add_column(sa.Column('part', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('open_lines', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('approved_line', schema=None) as batch_op:
        batch_op.add_column(sa.Column('part', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('open_cents', sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('granted', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('voucher', schema=None) as batch_op:
        batch_op.add_column(sa.Column('part', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('issue', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('offset_cents', sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('required_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('voided_cents', sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('returned_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('voided_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('reissued_as', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
    _keep_what_was_paid()
    _new_key('approved_line', ['case_id', 'part', 'no'])
    _new_key('voucher', ['case_id', 'part', 'issue'])
    with op.batch_alter_table('voucher', schema=None) as batch_op:
        batch_op.alter_column('required_on', existing_type=sa.Date(), nullable=False)
    for table, columns in _STARTED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.alter_column(column, server_default=None)


# Columns that got a value for the rows that were there; new rows bring their own.
_STARTED = {
    'requisition': ('part', 'open_lines'),
    'approved_line': ('part', 'open_cents', 'granted'),
    'voucher': ('part', 'issue', 'offset_cents', 'voided_cents', 'reissued_as'),
}


def _new_key(table: str, columns: list[str]) -> None:
    """A requisition had one approval so far, so its revision and its part name the same row."""
    # SQLite's table is made anew; that its key is another one is what is wanted.
    with warnings.catch_warnings(), op.batch_alter_table(table, schema=None) as batch_op:
        warnings.simplefilter('ignore', SAWarning)
        if op.get_bind().dialect.name == 'postgresql':
            batch_op.drop_constraint(f'{table}_pkey', type_='primary')
        batch_op.create_primary_key(f'{table}_pkey', columns)


def _keep_what_was_paid() -> None:
    """Vouchers learn their required payment date, and what was paid on them becomes a row of its own."""
    connection = op.get_bind()
    voucher = sa.table('voucher', *(sa.column(name) for name in ('case_id', 'voucher_no', 'body', 'paid_cents')),
                       sa.column('paid_on', sa.Date()), sa.column('approved_at', sa.DateTime(timezone=True)),
                       sa.column('required_on', sa.Date()))
    event = sa.table('case_event', *(sa.column(name) for name in ('process', 'case_id', 'seq', 'event', 'payload')))
    payment = sa.table('voucher_payment', *(sa.column(name) for name in ('payment_id', 'voucher_no', 'cents', 'reference')),
                       sa.column('on', sa.Date()), sa.column('recorded_at', sa.DateTime(timezone=True)))
    for row in connection.execute(sa.select(voucher)).all():
        due = date.fromisoformat(json.loads(row.body)['required_on'])
        mine = voucher.c.voucher_no == row.voucher_no
        connection.execute(sa.update(voucher).where(mine).values(required_on=due))
        if not row.paid_cents:
            continue
        paid = sa.select(event.c.payload).where(
            event.c.process == 'payments', event.c.case_id == row.case_id, event.c.event == 'paid')
        told = connection.execute(paid.order_by(event.c.seq.desc())).scalar()
        reference = json.loads(told).get('value', '') if told else ''
        facts = {'cents': row.paid_cents, 'on': row.paid_on.isoformat(), 'reference': reference,
                 'voucher_no': row.voucher_no}
        text = json.dumps(facts, sort_keys=True, separators=(',', ':'), ensure_ascii=False)
        connection.execute(sa.insert(payment).values(
            payment_id=hashlib.sha256(text.encode()).hexdigest()[:24], voucher_no=row.voucher_no, cents=row.paid_cents,
            on=row.paid_on, reference=reference, recorded_at=row.approved_at))


def downgrade() -> None:
    # Of a requisition with several parts the first alone fits the tables as they were.
    for table in ('approved_line', 'voucher'):
        op.execute(f'DELETE FROM {table} WHERE part > 1')
    op.execute('DELETE FROM voucher WHERE issue > 0')
    _new_key('voucher', ['case_id', 'revision'])
    _new_key('approved_line', ['case_id', 'revision', 'no'])
    with op.batch_alter_table('voucher', schema=None) as batch_op:
        batch_op.drop_column('reissued_as')
        batch_op.drop_column('voided_on')
        batch_op.drop_column('returned_on')
        batch_op.drop_column('voided_cents')
        batch_op.drop_column('required_on')
        batch_op.drop_column('offset_cents')
        batch_op.drop_column('issue')
        batch_op.drop_column('part')

    with op.batch_alter_table('requisition', schema=None) as batch_op:
        batch_op.drop_column('open_lines')
        batch_op.drop_column('part')

    with op.batch_alter_table('approved_line', schema=None) as batch_op:
        batch_op.drop_column('granted')
        batch_op.drop_column('open_cents')
        batch_op.drop_column('part')

    with op.batch_alter_table('voucher_payment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_voucher_payment_voucher_no'))

    op.drop_table('voucher_payment')
    with op.batch_alter_table('refund_due', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_refund_due_vendor_ein'))
        batch_op.drop_index(batch_op.f('ix_refund_due_contract_id'))

    op.drop_table('refund_due')
    with op.batch_alter_table('evidence_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evidence_request_due_on'))
        batch_op.drop_index(batch_op.f('ix_evidence_request_closed_as'))

    op.drop_table('evidence_request')
    op.drop_table('dispute')
