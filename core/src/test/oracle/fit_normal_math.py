#!/usr/bin/env python3
"""Fits the polynomials of dev.ockham.core.kernel.NormalMath and prints them as Java constants.

Needs numpy and scipy. Nothing here runs during the build; it records where the constants come from. Fits are those of
fit_float_math.py, in s in [-1, 1]; the printed error is that of the fit before rounding.
"""
import numpy as np
from scipy import special

from fit_float_math import fit

# Phi(-x) = exp(-x^2/2) * t * p(2t - 1), t = SCALE/(x + SCALE), x >= 0.
TAIL_SCALE = 4.0

# logit Phi(x) = x * p(s), s affine in t = x^2/(x^2 + SCALE), |x| <= MOST.
LOGIT_SCALE = 32.0
LOGIT_MOST = 6.75

# Quantile of u = y * p(s), y = 2u - 1, s affine in t = w/(w + SCALE), w = -log(1 - y^2) = -log(4u(1 - u)) <= MOST.
QUANTILE_SCALE = 12.0
QUANTILE_MOST = 12.5


def tail(t):
    x = TAIL_SCALE * (1 / t - 1)
    return 0.5 * special.erfcx(x / np.sqrt(2)) / t


def logit(t):
    x = np.sqrt(LOGIT_SCALE * t / (1 - t))
    return (special.log_ndtr(x) - special.log_ndtr(-x)) / x


def quantile(t):
    w = QUANTILE_SCALE * t / (1 - t)
    y = np.sqrt(-np.expm1(-w))
    lower = np.exp(-w) / (1 + y) / 2
    return -special.ndtri(lower) / y


if __name__ == "__main__":
    fit("TAIL", tail, 1e-9, 1, 9, centred=True)
    fit("LOGIT", logit, 1e-9, LOGIT_MOST**2 / (LOGIT_MOST**2 + LOGIT_SCALE), 10, centred=True)
    fit("QUANTILE", quantile, 1e-9, QUANTILE_MOST / (QUANTILE_MOST + QUANTILE_SCALE), 11, centred=True)
