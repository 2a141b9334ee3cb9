#!/usr/bin/env python3
"""Writes the test table kl-oracle-wide.csv: KL terms, derivatives and Dawson's function at 20 digits.

Needs mpmath. Log alpha from -60 to 60 with a random offset, so that no point is a round number. Nothing of it runs in
the build. The derivatives are mpmath's numerical ones except for the exact term, so that they check the formulas.
"""
import random
from pathlib import Path
from mpmath import mp, mpf, diff, erfi, exp, hyper, log, nstr, pi, sqrt, euler

mp.dps = 60
CONST = (euler + log(2)) / 2


def dawson(x):
    return sqrt(pi) / 2 * exp(-x * x) * erfi(x)


def exact(la):
    u = exp(-la) / 2
    if u > 500:  # the hypergeometric series is hopeless there; the asymptotic one is exact to e^-500
        total, term, k = mpf(0), 1 / (2 * u), 1
        while term > mpf(10) ** -50:
            total += term / k
            term *= (2 * k + 1) / (2 * u)
            k += 1
        return log(u) / 2 + log(2) + euler / 2 - total / 2
    return u * hyper([1, 1], [mpf(3) / 2, 2], -u)


def exact_slope(la):
    u = exp(-la) / 2
    return -sum_asymptotic(u) if u > 500 else -sqrt(u) * dawson(sqrt(u))


def sum_asymptotic(u):
    total, term, k = mpf(0), mpf(1), 1
    while term > mpf(10) ** -50:
        total += term
        term *= (2 * k - 1) / (2 * u)
        k += 1
    return total / 2


def molchanov(la):
    k1, k2, k3 = mpf("0.63576"), mpf("1.87320"), mpf("1.48695")
    z = k2 + k3 * la
    return k1 / (1 + exp(z)) + log(1 + exp(-la)) / 2


def kingma(la):
    a = exp(la)
    return CONST - (la / 2 + mpf("1.16145124") * a + mpf("-1.50204118") * a**2 + mpf("0.58629921") * a**3)


def ard(la):
    return log(1 + exp(-la)) / 2


random.seed(20250611)
rows = ["log_alpha,exact,d_exact,molchanov,d_molchanov,kingma-cubic,d_kingma-cubic,ard,d_ard,dawson_x,dawson"]
for i in range(-60, 60):
    la_double = i + random.random()  # the value as Java will parse it
    la = mpf(la_double)
    x_double = random.choice([random.uniform(0, 12), 10 ** random.uniform(-8, 8)])
    row = [exact(la), exact_slope(la), molchanov(la), diff(molchanov, la), kingma(la), diff(kingma, la), ard(la),
           diff(ard, la)]
    x = mpf(x_double)
    f = sum_asymptotic(x * x) / x if x > 23 else dawson(x)
    rows.append(",".join([repr(la_double)] + [nstr(v, 20) for v in row] + [repr(x_double), nstr(f, 20)]))
out = Path(__file__).parents[1] / "resources/dev/ockham/core/kl/kl-oracle-wide.csv"
out.write_text("\n".join(rows) + "\n")
