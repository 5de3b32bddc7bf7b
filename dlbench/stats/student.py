"""Student's t distribution, from scipy's special functions: scipy.stats takes far longer to import."""

from __future__ import annotations


def quantile(probability: float, df: float) -> float:
    """Return the t below which a share `probability` lies.

    >>> round(quantile(0.975, 4), 3)
    2.776
    """
    from scipy.special import stdtrit

    return float(stdtrit(df, probability))


def two_sided(t: float, df: float) -> float:
    """Return the probability of a t at least as far from 0; 0 for an infinite one.

    >>> round(two_sided(2.776, 4), 3)
    0.05
    """
    from scipy.special import stdtr

    return float(2 * stdtr(df, -abs(t)))


def below(t: float, df: float) -> float:
    """Return the probability of a t up to this one.

    >>> round(below(2.132, 4), 3)
    0.95
    """
    from scipy.special import stdtr

    return float(stdtr(df, t))
