"""Writes oracle.txt beside it, with scikit-learn 1.2.1 and NumPy 1.24.2; tests only read that file."""
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
Path(__file__).with_name("oracle.txt").write_text("\n".join(out) + "\n")
