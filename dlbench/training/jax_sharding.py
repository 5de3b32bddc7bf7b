"""Where arrays lie on JAX when several devices train one net: weights and data on all of them, a batch in shares."""

from __future__ import annotations

from typing import Any

from dlbench.training import replicas


def everywhere(values: Any) -> Any:
    """Return arrays (any tree of them) as every device holds them whole; as they are where there is one device."""
    if replicas.mesh() is None:
        return values
    import jax

    return jax.device_put(values, _whole())


def placed(array: Any) -> Any:
    """Return an array on the device, or on all of them."""
    import jax

    return jax.device_put(array) if replicas.mesh() is None else everywhere(array)


def compiled(function: Any, given: tuple[Any, ...]) -> Any:
    """Return a function compiled for arguments of these shapes; with several devices its results lie on all of them."""
    import jax

    ways = {} if replicas.mesh() is None else {"out_shardings": _whole()}
    return jax.jit(function, **ways).lower(*given).compile()


def in_shares(batch: Any) -> Any:
    """Return a batch (items, …) of which every device computes an equal share. For use in compiled functions.

    JAX cuts evenly or not at all: a batch that the devices do not divide, such as the last one of an epoch, is
    computed by every device as a whole, with the same result.
    """
    if replicas.mesh() is None or batch.shape[0] % replicas.count():
        return batch
    import jax
    from jax.sharding import NamedSharding, PartitionSpec

    return jax.lax.with_sharding_constraint(batch, NamedSharding(replicas.mesh(), PartitionSpec("batch")))


def _whole() -> Any:
    from jax.sharding import NamedSharding, PartitionSpec

    return NamedSharding(replicas.mesh(), PartitionSpec())
