"""The contract of a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from dlbench.core.component import Component

if TYPE_CHECKING:
    from dlbench.prepare.data import Data


@dataclass(frozen=True)
class Parameter:
    """A parameter of a dataset: a default of None means that the suite must give it, unless `optional`."""

    name: str
    type: type
    default: Any = None
    help: str = ""
    optional: bool = False


class Dataset(Component):
    """Where data comes from. The metadata is literal; `load` does the heavy work.

    Attributes:
        modality: table or image.
        tasks: task types it suits, the natural one first; empty where it depends on the target.
        rows, classes: counts where they are fixed (0 = not known before loading, or no classes).
        source, licence: for people.
        parameters: what a suite may set.
        own_file: whether it reads the user's own file, checked when the suite is loaded.
        path_parameters: names of parameters that are paths, relative to the file that names them.
        copy_of: name of the dataset of whose items it is a copy; empty for items of its own.
    """

    modality: ClassVar[str] = "table"
    tasks: ClassVar[tuple[str, ...]] = ()
    rows: ClassVar[int] = 0
    classes: ClassVar[int] = 0
    source: ClassVar[str] = ""
    licence: ClassVar[str] = ""
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    own_file: ClassVar[bool] = False
    path_parameters: ClassVar[tuple[str, ...]] = ()
    has_test_part: ClassVar[bool] = False
    copy_of: ClassVar[str] = ""

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return JSON that changes whenever the data could: part of every job's key. Light.

        For files a content hash, for bundled sets the package version, for generators the parameters.
        """
        raise NotImplementedError

    def problems(self, params: Mapping[str, Any]) -> list[str]:
        """Say what is wrong with the user's own file, when the suite is loaded. Light enough for `validate`."""
        return []

    def settings(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return every parameter, given or default."""
        return {parameter.name: params.get(parameter.name, parameter.default) for parameter in self.parameters}

    def task_type(self, params: Mapping[str, Any]) -> str:
        """Return the task type where a suite gives none. Own files look at the target."""
        return self.tasks[0] if self.tasks else ""

    def parted(self, params: Mapping[str, Any]) -> bool:
        """Whether the data has an official test part. Light."""
        return self.has_test_part or (self.own_file and bool(params.get("test")))

    def redraws(self, params: Mapping[str, Any], folds: int) -> bool:
        """Whether another repeat draws so many folds anew; not where the data says what is tested when. Light."""
        return self.modality != "series"

    def load(self, params: Mapping[str, Any]) -> Data:
        """Read everything into memory.

        Raises:
            DataUnavailable: catalog data that cannot be had here.
            DataError: the user's own data cannot be used.
        """
        raise NotImplementedError


def absolute(params: Mapping[str, Any], names: tuple[str, ...], folder: Path) -> dict[str, Any]:
    """Return `params` with the paths among them made absolute against `folder`."""
    return {
        name: str((folder / Path(value).expanduser()).resolve()) if name in names and value else value
        for name, value in params.items()
    }
