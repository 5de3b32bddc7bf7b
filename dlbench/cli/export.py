"""`dlbench export RUN:JOB -o FOLDER`."""

from __future__ import annotations

from pathlib import Path

import click

from dlbench.cli.options import allow_code, results_dir
from dlbench.cli.printing import say


@click.command()
@click.argument("job", metavar="RUN:JOB")
@click.option("-o", "--output", "folder", type=Path, required=True, metavar="FOLDER", help="A new folder.")
@click.option(
    "--format", "form", type=click.Choice(["native", "onnx"]), default="native", show_default=True,
    help="onnx adds model.onnx, where the library can write it.",
)  # fmt: skip
@allow_code
@results_dir
def command(job: str, folder: Path, form: str, allow_code: bool, output: str) -> None:
    """Write the model of a finished job, with scripts that need no dlbench.

    predict.py answers for new rows; reproduce.py fits the model again and compares. RUN is a folder, a run id or a
    suite's name; JOB is the job's name ("digits svm fold 1/5", in quotes) or the first letters of its key.
    """
    from dlbench import api

    made = api.export(job, folder, output=output, form=form, allow_code=allow_code)
    for note in made.notes:
        say(note)
    say(f"wrote {made.folder}: {', '.join(made.files)}")
