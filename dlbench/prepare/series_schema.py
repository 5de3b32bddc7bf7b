"""What a forecaster is told of a series before it sees any."""

from __future__ import annotations

from dataclasses import dataclass

from dlbench.core.schema import Schema


@dataclass(frozen=True)
class SeriesSchema(Schema):
    """The outside of training windows; `shape` is (context, channels).

    Attributes:
        horizon: steps to be forecast.
        season: steps of a season, 1 where there is none.
        channel: position of the forecast one among the channels.
    """

    horizon: int = 1
    season: int = 1
    channel: int = 0


def of_series(schema: Schema) -> SeriesSchema:
    """Return `schema` as the one of a series.

    Raises:
        TypeError: it is not one; only a forecasting task makes them.
    """
    if not isinstance(schema, SeriesSchema):
        raise TypeError(f"expected the schema of a series, got one of modality {schema.modality!r}")
    return schema
