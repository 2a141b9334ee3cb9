#!/usr/bin/env python3
"""Fits the polynomials of dev.ockham.core.kernel.FloatMath and prints them as Java constants.

Needs numpy. Nothing here runs during the build; it records where the constants come from.
Each fit is a Chebyshev least-squares fit weighted by 1/|target| (relative error), sharpened to near-minimax by
Lawson's reweighting, then turned into monomials and rounded to float32. The printed error is that of the fit before
rounding; the float32 accuracy of the whole function is what FloatMathTest measures.
"""
import numpy as np
from numpy.polynomial import chebyshev, polynomial

LN2 = np.log(2)
GAMMA = 0.57721566490153286


def fit(name, target, low, high, degree, scale=None, centred=False):
    """Coefficients of p with p(x) ~ target(x) on [low, high], error weighted by 1/scale; constant first.

    centred: in s = (x - middle)/half instead of x, which keeps the monomials well conditioned in float32.
    """
    n = 4000
    s = np.cos(np.pi * (np.arange(n) + 0.5) / n)
    x = (low + high) / 2 + (high - low) / 2 * s
    y = target(x)
    w0 = 1 / np.abs(y if scale is None else scale(x))
    lawson = np.ones(n)
    best, best_error = None, np.inf
    for _ in range(60):
        c = chebyshev.chebfit(s, y, degree, w=w0 * np.sqrt(lawson))
        e = np.abs(chebyshev.chebval(s, c) - y) * w0
        if e.max() < best_error:
            best, best_error = c, e.max()
        lawson *= e / e.max() + 1e-4
        lawson /= lawson.mean()
    mono = chebyshev.cheb2poly(best)
    if not centred:
        half, middle = (high - low) / 2, (low + high) / 2
        mono = polynomial.Polynomial(mono)(polynomial.Polynomial([-middle / half, 1 / half])).coef
    print(f"// {name}: degree {degree} on [{low:.6g}, {high:.6g}], error {best_error:.1e}")
    for k, v in enumerate(mono):
        print(f"static final float {name}_{k} = {np.float32(v)!s}f;")
    print()


def poisson_sums(u):
    """(D(u), KL(u)) from their Poisson series (u < 60) or asymptotic series."""
    u = np.asarray(u, float)
    d, kl = np.zeros_like(u), np.zeros_like(u)
    small = u < 60
    v = u[small]
    term, harmonic, sd, sk = np.exp(-v), 0.0, np.zeros_like(v), np.zeros_like(v)
    for k in range(260):
        sd += term / (2 * k + 1)
        sk += term * harmonic
        harmonic += 1 / (2 * k + 1)
        term = term * v / (k + 1)
    d[small], kl[small] = v * sd, sk
    v = u[~small]
    term, sd, sk = np.ones_like(v), np.ones_like(v), np.zeros_like(v)
    for k in range(1, 30):
        term = term * (2 * k - 1) / (2 * v)
        sd += term
        sk += term / k
    d[~small], kl[~small] = sd / 2, np.log(v) / 2 + LN2 + GAMMA / 2 - sk / 2
    return d, kl


PIVOT, SPLIT = 5.0, 0.6  # t = u/(u + PIVOT); one polynomial for t <= SPLIT, one above
as_u = lambda t: PIVOT * t / (1 - t)
dawson_over_t = lambda t: poisson_sums(as_u(t))[0] / t
kl_over_t = lambda t: poisson_sums(as_u(t))[1] / t
kl_less_log = lambda t: poisson_sums(as_u(t))[1] - np.log(as_u(t)) / 2

if __name__ == "__main__":
    fit("EXP", lambda r: (np.expm1(r) - r) / r**2, -LN2 / 2, LN2 / 2, 4, scale=lambda r: np.exp(r) / r**2)
    fit("LOG", lambda f: (np.log1p(f) - f + f * f / 2) / f**3, np.sqrt(0.5) - 1, np.sqrt(2) - 1, 8,
        scale=lambda f: np.log1p(f) / f**3)
    fit("SIN", lambda q: np.sin(2 * np.pi * np.sqrt(q)) / np.sqrt(q), 0, 1 / 64, 3)
    fit("COS", lambda q: (np.cos(2 * np.pi * np.sqrt(q)) - 1) / q, 0, 1 / 64, 3,
        scale=lambda q: 1 / q)
    fit("DAWSON_LOW", dawson_over_t, 0, SPLIT, 10, centred=True)
    fit("DAWSON_HIGH", dawson_over_t, SPLIT, 1, 10, centred=True)
    fit("KL_LOW", kl_over_t, 0, SPLIT, 8, centred=True)
    fit("KL_HIGH", kl_less_log, SPLIT, 1, 8, scale=lambda t: poisson_sums(as_u(t))[1], centred=True)
