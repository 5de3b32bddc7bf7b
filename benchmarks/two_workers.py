"""Two local workers against one, sixteen equal jobs of one thread, warm: two_workers.py [PAIRS].

The machine must be idle and have two cores. Ends with 1 where the bound is below 1.6.
"""

from __future__ import annotations

import sys

from sixteen_jobs import compare

if __name__ == "__main__":
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    sys.exit(compare("local", pairs, 1.6, lambda ratio: f"two workers are {ratio:.2f} times as fast as one"))
