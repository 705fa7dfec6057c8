"""`python -m deployments.desk --port N`: the desk on this machine alone, until it is stopped."""

import typer

from deployments.desk.run import serve

if __name__ == "__main__":
    typer.run(serve)
