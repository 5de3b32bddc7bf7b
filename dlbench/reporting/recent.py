"""What was read last, kept up to a number of bytes, so that a report of any size stays in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")
Record = Mapping[str, Any]

MOST = 2**28
"""Bytes that are kept of each sort."""


def recent(
    read: Callable[[Record], T], name: Callable[[Record], str], size: Callable[[T], int], most: int = MOST
) -> Callable[[Record], T]:
    """Return a reader that reads again only what it has not kept.

    Args:
        read: from a record to what belongs to it.
        name: of what belongs to a record; equal names are the same thing.
        size: its bytes.
        most: bytes to keep; the last thing read is kept whatever its size.

    >>> reads = []
    >>> read = recent(lambda record: reads.append(record["key"]) or record["key"], lambda r: r["key"], len, most=2)
    >>> [read({"key": key}) for key in "abacab"], reads
    (['a', 'b', 'a', 'c', 'a', 'b'], ['a', 'b', 'c', 'b'])
    """
    held: OrderedDict[str, tuple[T, int]] = OrderedDict()
    total = 0

    def reading(record: Record) -> T:
        nonlocal total
        key = name(record)
        if key in held:
            held.move_to_end(key)
            return held[key][0]
        found = read(record)
        held[key] = found, size(found)
        total += held[key][1]
        while total > most and len(held) > 1:
            total -= held.popitem(last=False)[1][1]
        return found

    return reading
