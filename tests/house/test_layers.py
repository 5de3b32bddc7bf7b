"""The house: imports run one way, and the wheel carries what it promises."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_imports_run_one_way():
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_no_path_of_any_machine_is_in_the_tree():
    for path in [*ROOT.glob("dlbench/**/*.py"), *ROOT.glob("tests/**/*.py"), *ROOT.glob("suites/*.yaml")]:
        if path != Path(__file__):
            assert str(ROOT) not in path.read_text(encoding="utf-8"), path
