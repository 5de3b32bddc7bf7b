"""Flags that several verbs share, each with a twin in the environment."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

TWINS = (
    "Every flag has a twin in the environment: DLBENCH_JOBS for --jobs, DLBENCH_MODEL='svm mlp' for repeated ones. "
    "A flag wins over the environment, the environment over the suite, the suite over the defaults."
)
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class Words(click.ParamType):  # type: ignore[type-arg]  # generic in newer clicks only
    """A word; in the environment several, apart by blanks or commas."""

    name = "glob"

    def split_envvar_value(self, rv: str) -> list[str]:
        return re.split(r"[\s,]+", rv.strip(" ,\t\n"))


class Assignment(click.ParamType):  # type: ignore[type-arg]  # generic in newer clicks only
    """`key=value`, the value as YAML says it; in the environment several, apart by blanks or commas."""

    name = "key=value"

    def split_envvar_value(self, rv: str) -> list[str]:
        return re.split(r"[\s,]+(?=[\w.+\[\]-]+=)", rv.strip(" ,\t\n"))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Any]:
        key, equals, text = str(value).partition("=")
        if not equals or not key.strip():
            self.fail(f"expected key=value, such as search.trials=4, got {value!r}", param, ctx)
        return key.strip(), self._read(text, param, ctx)

    def _read(self, text: str, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from pathlib import Path

        from dlbench.suite.reading import parse
        from dlbench.suite.tree import Mistakes, Place

        mistakes = Mistakes()
        node = parse(f"value: {text}", Place("--set", 0, Path.cwd()), mistakes)
        if mistakes.found:
            self.fail(f"{text!r} is no YAML value: {mistakes.found[0].message}", param, ctx)
        return None if node is None else node.plain()["value"]


class Duration(click.ParamType):  # type: ignore[type-arg]  # generic in newer clicks only
    """Seconds, or numbers with units: `90s`, `20m`, `1h30m`."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, int | float):
            return float(value)
        text = str(value).strip().lower()
        if re.fullmatch(r"\d+(\.\d+)?", text):
            seconds = float(text)
        elif re.fullmatch(r"(\d+(\.\d+)?[smhd])+", text):
            seconds = sum(float(number) * _UNITS[unit] for number, unit in re.findall(r"([\d.]+)([smhd])", text))
        else:
            self.fail(f"expected a time such as 90s, 20m or 1h30m, got {value!r}", param, ctx)
        return seconds if seconds > 0 else self.fail(f"expected more than no time, got {value!r}", param, ctx)


def twinned(*names: str, **settings: Any) -> Callable[[F], F]:
    """Return a click option that also reads `DLBENCH_<ITS LONG NAME>`."""
    long = next(name for name in names if name.startswith("--"))
    return click.option(*names, envvar=f"DLBENCH_{long[2:].replace('-', '_').upper()}", **settings)


def format_option(*formats: str) -> Callable[[F], F]:
    """Return the option `--format`, the first of `formats` being the default."""
    choice = click.Choice(formats)
    return click.option("--format", "form", type=choice, default=formats[0], show_default=True, help="What to print.")


def _results(*names: str) -> Callable[[F], F]:
    return twinned(
        *names, "output", metavar="DIR", default="results", show_default=True, help="The results folder."
    )  # fmt: skip


output_dir = _results("-o", "--output-dir")
results_dir = _results("--output-dir")  # where -o is a file to write
_executor = twinned(
    "--executor",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Where jobs run: processes here, or a Ray cluster.",
)
_address = twinned(
    "--address", metavar="HOST:PORT", help="Head of the Ray cluster, or auto; without it Ray starts on this machine."
)


def on_cluster(function: F) -> F:
    """Give a command the options `--executor` and `--address`."""
    return _executor(_address(function))


verbose = twinned("-v", "--verbose", is_flag=True, help="Tell more, and show the traceback of an internal error.")
allow_code = twinned("--allow-code", is_flag=True, help="Let include: run Python files. Only for suites you trust.")
