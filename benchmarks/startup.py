"""How long `dlbench --help` takes over an empty Python, and which libraries each light verb loads.

    python benchmarks/startup.py

Ends with 1 where help costs more than 0.25 s or a light verb loads a deep learning framework.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time

PAIRS = 20
MOST_SECONDS = 0.25
FRAMEWORKS = {"jax", "keras", "keras_tuner", "tensorflow", "torch"}
WATCHED = FRAMEWORKS | {"click", "numpy", "pandas", "pydantic", "rich", "scipy", "sklearn", "yaml"}
VERBS = (
    ("--help",),
    ("validate", "quick"),
    ("plan", "quick"),
    ("ls", "models"),
    ("ls", "suites"),
    ("info", "lenet5"),
    ("schema",),
    ("report",),
    ("check", "run", "--baseline", "file"),
    ("baseline", "save", "run", "-o", "file"),
)
PROBE = """
import json, sys
from dlbench.cli.leaving import exit_code
exit_code(sys.argv[1:])
print("\\n" + json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def seconds(*words: str) -> float:
    """Return the wall seconds of one Python process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *words], capture_output=True, check=True)
    return time.perf_counter() - start


def help_cost() -> float:
    """Return the median difference of interleaved pairs: `dlbench --help` less `pass`, in seconds."""
    differences = [seconds("-m", "dlbench", "--help") - seconds("-c", "pass") for _ in range(PAIRS + 1)]
    return statistics.median(differences[1:])  # the first pair may still be writing bytecode


def libraries(words: tuple[str, ...], folder: str) -> set[str]:
    """Return the watched libraries that a verb has loaded when it is done, in an empty folder."""
    done = subprocess.run([sys.executable, "-c", PROBE, *words], cwd=folder, capture_output=True, text=True, check=True)
    return WATCHED & set(json.loads(done.stdout.splitlines()[-1]))


def main() -> int:
    """Measure, print, and return the exit code."""
    cost = help_cost()
    print(f"dlbench --help: {cost:.3f} s over `python -c pass` (median of {PAIRS} pairs, at most {MOST_SECONDS})")
    heavy = False
    with tempfile.TemporaryDirectory() as folder:
        for words in VERBS:
            loaded = libraries(words, folder)
            heavy |= bool(loaded & FRAMEWORKS)
            print(f"dlbench {' '.join(words):32} {' '.join(sorted(loaded))}")
    return int(cost > MOST_SECONDS or heavy)


if __name__ == "__main__":
    sys.exit(main())
