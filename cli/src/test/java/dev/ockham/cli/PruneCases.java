package dev.ockham.cli;

import dev.ockham.cli.BadInputTest.Case;
import java.util.ArrayList;
import java.util.List;

/** What {@code prune} refuses, see {@link BadInputTest}. */
final class PruneCases {

  private PruneCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    String prune = "prune @/run --out @/new.safetensors ";
    cases.add(new Case("prune @/run", "--out"));
    cases.add(new Case(prune + "--sparsity 1.5", "--sparsity", "1.5"));
    cases.add(new Case(prune + "--sparsity -0.1", "--sparsity", "-0.1"));
    cases.add(new Case(prune + "--sparsity NaN", "--sparsity", "NaN"));
    cases.add(new Case(prune + "--sparsity most", "--sparsity", "'most'"));
    cases.add(new Case(prune + "--threshold NaN", "--threshold", "NaN"));
    cases.add(new Case(prune + "--threshold 3 --sparsity 0.5", "--threshold", "--sparsity"));
    cases.add(new Case("prune @/dense --out @/new.safetensors --sparsity 0.5", "'none'"));
    cases.add(new Case("prune @/run --out @/empty", "@/empty", "folder"));
    cases.add(new Case("prune @/run --out @/none/m", "@/none", "no such"));
    cases.add(new Case("prune @/run --out @/file/m", "@/file", "not a folder"));
    cases.add(new Case("prune @/run --out @/run/run.json", "@/run/run.json", "not a model"));
    cases.add(
        new Case(
            "prune @/run --out @/run/checkpoints/last.safetensors",
            "last.safetensors",
            "not a model"));
    cases.add(new Case("prune @/run --out /proc/ockham", "/proc"));
    return cases;
  }
}
