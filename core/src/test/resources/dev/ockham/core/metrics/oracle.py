"""Writes oracle.txt beside it, with scikit-learn 1.2.1, SciPy 1.10.1 and NumPy 1.24.2; tests only read that file."""
import numpy as np
from sklearn import metrics as m
from pathlib import Path

rng = np.random.default_rng(7)
out = []
def put(key, value):
    out.append(key + " " + " ".join(repr(float(v)) for v in np.ravel(value)))

# Three unequal classes; probabilities in steps of 1/16, so that there are ties. Class 3 never comes.
n, k = 60, 4
labels = rng.choice(3, n, p=[0.6, 0.3, 0.1])
raw = rng.integers(0, 10, (n, k)) + 0.0
raw[np.arange(n), labels] += 6
p = raw / raw.sum(1, keepdims=True)
pred = p.argmax(1)
put("labels", labels); put("probabilities", p)
prec, rec, f1, _ = m.precision_recall_fscore_support(labels, pred, labels=range(k), zero_division=0)
put("precision", prec); put("recall", rec); put("f1", f1)
put("confusion", m.confusion_matrix(labels, pred, labels=range(k)))
put("balanced_accuracy", m.balanced_accuracy_score(labels, pred))
put("auroc", [m.roc_auc_score(labels == c, p[:, c]) for c in range(3)])
put("average_precision", [m.average_precision_score(labels == c, p[:, c]) for c in range(3)])
put("nll", m.log_loss(labels, p, labels=range(k)))
put("brier", ((p - np.eye(k)[labels]) ** 2).sum(1).mean())
put("entropy", -(np.where(p > 0, p * np.log(np.where(p > 0, p, 1)), 0)).sum(1))

# Binary scores with many ties.
y = rng.integers(0, 2, 40)
s = np.round(rng.normal(size=40) + y, 1)
put("binary_labels", y); put("binary_scores", s)
put("binary_auroc", m.roc_auc_score(y, s)); put("binary_ap", m.average_precision_score(y, s))
put("binary_brier", m.brier_score_loss(y, 1 / (1 + np.exp(-s))))

# Several labels at once.
t = (rng.random((30, 3)) < [0.5, 0.2, 0.8]).astype(int)
q = np.round(np.clip(0.5 * t + 0.6 * rng.random((30, 3)) - 0.05, 0.01, 0.99), 2)
told = q > 0.5
put("multi_truth", t); put("multi_probabilities", q)
prec, rec, f1, _ = m.precision_recall_fscore_support(t, told, zero_division=0)
put("multi_precision", prec); put("multi_recall", rec); put("multi_f1", f1)
put("multi_hamming", m.hamming_loss(t, told)); put("multi_exact", m.accuracy_score(t, told))
put("multi_auroc", m.roc_auc_score(t, q, average=None))
put("multi_ap", m.average_precision_score(t, q, average=None))
put("multi_nll", sum(m.log_loss(t[:, c], q[:, c]) for c in range(3)))

# Numbers, two outputs.
target = rng.normal(size=(50, 2)) * [3, 0.1] + [100, -2]
mean = target + rng.normal(size=(50, 2)) * [1, 0.05]
var = rng.random((50, 2)) * [2, 0.005] + [0.5, 0.001]
put("targets", target); put("means", mean); put("variances", var)
put("rmse", np.sqrt(m.mean_squared_error(target, mean, multioutput="raw_values")))
put("mae", m.mean_absolute_error(target, mean, multioutput="raw_values"))
put("r2", m.r2_score(target, mean, multioutput="raw_values"))
put("gaussian_nll", (0.5 * (np.log(2 * np.pi * var) + (target - mean) ** 2 / var)).mean(0))
put("coverage90", (abs(target - mean) <= 1.6448536269514722 * np.sqrt(var)).mean(0))

# Calibration, what drawn networks disagree about, risk against coverage, intervals; losses.
from scipy import special, stats
from sklearn.calibration import calibration_curve
right = pred == labels
frac, conf = calibration_curve(right, p.max(1), n_bins=15)
put("calibration_right", frac); put("calibration_confidence", conf)
edges = np.clip(np.ceil(p.max(1) * 15) - 1, 0, 14)
put("ece", sum(abs(p.max(1)[edges == b].mean() - right[edges == b].mean()) * (edges == b).mean()
               for b in range(15) if (edges == b).any()))
draws = rng.dirichlet(np.ones(4), (5, 8))
put("draws", draws)
put("mutual_information", stats.entropy(draws.mean(0), axis=1) - stats.entropy(draws, axis=2).mean(0))
sure = rng.permutation(60) / 60.0; wrong = rng.random(60) < 0.3
order = np.argsort(-sure)
put("sure", sure); put("wrong", wrong)
put("risk_area", (np.cumsum(wrong[order]) / np.arange(1, 61)).mean())
put("multi_brier", ((q - t) ** 2).mean())
levels = np.array([0.05, 0.5, 0.8, 0.9, 0.95, 0.99])
reach = stats.norm.ppf((1 + levels) / 2)
put("levels", levels); put("reach", reach)
put("covered", [(abs(target - mean) <= r * np.sqrt(var)).mean() for r in reach])
z = rng.normal(size=(12, 3)) * 3; c = rng.integers(0, 3, 12); w = np.array([0.5, 1.0, 2.0])
z = z.astype(np.float32).astype(float)
logp = special.log_softmax(z, axis=1)
qs = 0.9 * np.eye(3)[c] + 0.1 / 3
put("loss_logits", z); put("loss_classes", c); put("loss_weights", w)
put("loss_plain", m.log_loss(c, special.softmax(z, axis=1), labels=range(3), normalize=False))
put("loss_smoothed", -(w[c] * (qs * logp).sum(1)).sum())
h = (rng.random((12, 3)) < 0.5).astype(int)
put("loss_holds", h)
put("loss_labels", sum(m.log_loss(h[:, k], special.expit(z[:, k]), normalize=False) for k in range(3)))
y = rng.normal(size=(12, 3)).astype(np.float32).astype(float)
s2 = rng.normal(size=(12, 3)).astype(np.float32).astype(float)
put("loss_values", y); put("loss_log_variances", s2)
put("loss_gaussian", -stats.norm.logpdf(z, y, np.exp(s2 / 2)).sum() - 36 * 0.5 * np.log(2 * np.pi))
put("loss_huber", special.huber(1.25, y - z).sum())
put("loss_squared", -stats.norm.logpdf(z, y, 0.3).sum() - 36 * (0.5 * np.log(2 * np.pi) + np.log(0.3)))
Path(__file__).with_name("oracle.txt").write_text("\n".join(out) + "\n")
