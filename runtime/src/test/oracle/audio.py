"""Writes audio.txt, what AudioEncoderTest compares with. Needs numpy alone:

    python3 runtime/src/test/oracle/audio.py > runtime/src/test/resources/dev/ockham/runtime/data/audio.txt

Written from the formulas, not from the Java: dense matrices in the place of loops, numpy's FFT,
zeros put in and a whole convolution in the place of a filter by phases.
"""

import numpy as np


def signal(rate, seconds):
    t = np.arange(int(round(rate * seconds))) / rate
    x = 0.4 * np.sin(2 * np.pi * (200 * t + 900 * t * t)) + 0.2 * np.sin(2 * np.pi * 2500 * t + 1)
    x += 0.05 * np.sin(2 * np.pi * 3700 * t) * np.cos(2 * np.pi * 9 * t)
    return x.astype(np.float32)


def resample(x, old, new):
    g = np.gcd(old, new)
    up, down = new // g, old // g
    most = max(up, down)
    half = 10 * most
    n = np.arange(-half, half + 1)
    h = np.sinc(n / most) * np.kaiser(2 * half + 1, 5.0)
    h *= up / h.sum()
    stuffed = np.zeros(len(x) * up)
    stuffed[::up] = x
    full = np.convolve(stuffed, h)[half:half + len(x) * up]
    return full[::down][:-(-len(x) * up // down)].astype(np.float32)


def features(x, rate, window, hop, bands, coefficients, samples, low, high):
    x = np.pad(x[:samples], (0, max(0, samples - len(x)))).astype(np.float64)
    frames = 1 + (samples - window) // hop
    w = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    framed = np.stack([x[i * hop:i * hop + window] * w for i in range(frames)])
    size = 1 << (window - 1).bit_length()
    power = np.abs(np.fft.rfft(framed, size, axis=1)) ** 2
    mel = lambda f: 1127 * np.log(1 + f / 700)
    edges = 700 * (np.exp(np.linspace(mel(low), mel(high), bands + 2) / 1127) - 1)
    f = np.fft.rfftfreq(size, 1 / rate)
    rise = (f[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - f[None]) / (edges[2:] - edges[1:-1])[:, None]
    bank = np.maximum(0, np.minimum(rise, fall))
    logs = np.log(np.maximum(power @ bank.T, 1e-6))
    if coefficients == 0:
        return logs
    b = np.arange(bands)
    dct = np.cos(np.pi * np.outer(np.arange(coefficients), 2 * b + 1) / (2 * bands))
    dct *= np.sqrt(np.where(np.arange(coefficients) == 0, 1, 2) / bands)[:, None]
    return logs @ dct.T


def say(name, values):
    print(name, " ".join("%.6g" % v for v in np.asarray(values).ravel()))


say("resample-44100-16000", resample(signal(44100, 0.02), 44100, 16000))
say("resample-8000-16000", resample(signal(8000, 0.02), 8000, 16000))
say("resample-48000-16000", resample(signal(48000, 0.02), 48000, 16000))
say("resample-16000-22050", resample(signal(16000, 0.01), 16000, 22050))
say("mfcc", features(signal(16000, 0.8), 16000, 640, 320, 40, 10, 16000, 20, 4000))
say("mel", features(signal(16000, 0.2), 16000, 400, 160, 20, 0, 3200, 0, 8000))
say(
    "mel-from-11025",
    features(resample(signal(11025, 0.2), 11025, 8000), 8000, 200, 80, 16, 0, 1600, 50, 3800),
)
