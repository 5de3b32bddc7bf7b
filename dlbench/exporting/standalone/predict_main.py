"""The command line of predict.py."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dlbench.exporting.standalone.answer import answer, images_of, opened, write_answers
from dlbench.exporting.standalone.columns import read_csv, table, unreadable


def main() -> int:
    """Answer for a file; return the exit code."""
    parser = argparse.ArgumentParser(description="Let the model in this folder answer for the rows of a file.")
    parser.add_argument("data", type=Path, help="CSV with the columns in model.json; for images an npz file")
    what = "CSV to write, else the terminal; npz for masks and pictures"
    parser.add_argument("-o", "--output", type=Path, help=what)
    given = parser.parse_args()
    folder = Path(__file__).resolve().parent
    try:
        told = opened(folder)
        if told["modality"] == "image":
            inputs = images_of(given.data, told["top"])
        else:
            texts = read_csv(given.data, told["reading"])
            inputs = table(told["columns"], texts)
            for warning in unreadable(told["columns"], texts):
                print(f"Warning: {warning}", file=sys.stderr)
        write_answers(given.output, answer(folder, told, inputs), told)
    except (OSError, ValueError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    return 0
