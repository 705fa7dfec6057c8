"""Prefect's own command line, started a second sooner: `python -m deployments.prefect_program server start`."""

from tasks.adapters.collecting import uncollected


def main() -> None:
    """Import first what the server is made of, without searching for cycles between its thousands of models."""
    with uncollected():
        import prefect.server.api.server  # noqa: F401
        from prefect.cli import app
    app()


if __name__ == "__main__":
    main()
