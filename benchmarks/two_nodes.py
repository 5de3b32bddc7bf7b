"""Two Ray nodes of one core each against one, both on this machine: two_nodes.py [PAIRS].

Sixteen equal jobs of one thread, one at a time (what one node has room for) and two side by side. The nodes and their
workers are started before. The machine must be idle and have two cores. Ends with 1 where the bound is below 1.4.
"""

from __future__ import annotations

import os
import secrets
import sys

from sixteen_jobs import compare

from dlbench.engine.cluster import secure


def main(pairs: int) -> int:
    """Start two nodes, measure, end them."""
    secure(None)
    os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    import ray
    from ray.cluster_utils import Cluster

    one_core = {"num_cpus": 1, "include_dashboard": False, "object_store_memory": 100 * 2**20}
    nodes = Cluster(initialize_head=True, head_node_args=one_core)
    try:
        nodes.add_node(num_cpus=1, object_store_memory=100 * 2**20)
        ray.init(address=nodes.address, log_to_driver=False, logging_level="ERROR")
        return compare("ray", pairs, 1.4, lambda ratio: f"two Ray nodes are {ratio:.2f} times as fast as one")
    finally:
        ray.shutdown()
        nodes.shutdown()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
