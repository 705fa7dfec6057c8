"""What sums of points come to: shares of one."""

import numpy as np
import numpy.typing as npt

from models.hotline.triage import UNITS

Array = npt.NDArray[np.float32]


def guessed(sums: Array) -> Array:
    """The share of each unit, which compete, and behind them that of each yes or no; of sums in the same columns."""
    units = len(UNITS)
    raised = np.exp(sums[:, :units] - sums[:, :units].max(axis=1, keepdims=True))
    return np.hstack([raised / raised.sum(axis=1, keepdims=True), share_of(sums[:, units:])])


def share_of(sums: Array) -> Array:
    """The logistic function, where no sum is so large that it overflows."""
    shares: Array = 0.5 * (1 + np.tanh(0.5 * sums))
    return shares
