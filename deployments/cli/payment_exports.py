"""`steward export matching|accruals`: vouchers beside payments, and what is owed at 30 June. These only read."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.audit_exports import AsJson, TableFile, say_exported, written
from deployments.cli.says import refuse


def add_to(app: typer.Typer) -> None:
    """Give these commands to `steward export`."""
    app.command("matching")(matching)
    app.command("accruals")(accruals)


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


def accruals(
    file: Annotated[Path, typer.Argument(help="Where to write: a name ending in .xlsx.", show_default=False)],
    year: Annotated[int, typer.Option(help="The fiscal year, e.g. 2027. Default: the one that ended last.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Write what is owed at 30 June, a row a contract, with the requisitions, refunds and unclear lines behind it.

    Its sums are formulas: who corrects a row sees them follow.
    """
    from tasks.adapters import clock
    from tasks.adapters.payments.accruals_export import export_accruals

    try:
        done = written(lambda session: export_accruals(session, file, year, clock.now()), as_json)
    except LookupError as error:
        refuse(str(error), as_json)
    told = done.counts
    say_exported(
        done, as_json,
        f"fiscal year {told['fiscal_year']}: {told['contracts']} contracts, ${told['accrued']} owed, "
        f"${told['refunds']} due back, {told['unclear']} unclear lines.",
    )  # fmt: skip
