"""`steward export matching|accruals`: vouchers beside payments, and what is owed at 30 June. These only read."""

import typer

from deployments.cli.audit_exports import AsJson, TableFile, say_exported, written


def add_to(app: typer.Typer) -> None:
    """Give these commands to `steward export`."""
    app.command("matching")(matching)


def matching(file: TableFile, as_json: AsJson = False) -> None:
    """Write every voucher beside its payments, and the payments on our contracts that belong to none.

    A CSV file gets its second table beside it.
    """
    from tasks.adapters import clock
    from tasks.adapters.payments.matching_export import export_matching

    done = written(lambda session: export_matching(session, file, clock.now()), as_json)
    told = done.counts
    say_exported(
        done, as_json,
        f"{told['vouchers']} vouchers, {told['payments_without_voucher']} payments without a voucher.",
    )  # fmt: skip
