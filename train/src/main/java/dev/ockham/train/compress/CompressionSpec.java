package dev.ockham.train.compress;

import dev.ockham.core.goal.Targets;
import dev.ockham.core.spec.Ceilings;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that decides what a compression computes, but for what it measures of the machine.
 *
 * @param base data, network, seed, batch and threads of all its runs; what {@code
 *     training.init_from} names is compressed, and where it names nothing a dense network is
 *     trained first
 * @param targets what is wished
 * @param budget how long it may take
 * @param bits whether the numbers of the result are kept in as few bits as validation allows
 * @param judged what it is judged by, for the record; empty for a part of the training data
 * @param effort how much work it is; one that is thorough is several normal ones
 * @param most share of some layers' weights that may go at most
 */
public record CompressionSpec(
    RunSpec base,
    Targets targets,
    Budget budget,
    boolean bits,
    String judged,
    Effort effort,
    Ceilings most) {

  /** A compression of normal effort, without ceilings. */
  public CompressionSpec(
      RunSpec base, Targets targets, Budget budget, boolean bits, String judged) {
    this(base, targets, budget, bits, judged, Effort.NORMAL, Ceilings.NONE);
  }

  /** Checks that the method is one whose posterior ranks single weights. */
  public CompressionSpec {
    if (effort == Effort.THOROUGH) {
      throw new IllegalArgumentException("a thorough compression is several normal ones");
    }
    if (effort == Effort.QUICK && base.training().initFrom().isEmpty()) {
      throw new SpecException(
          "--effort quick is for a network that is trained already; name one, or leave it out");
    }
    if (effort == Effort.NORMAL && budget instanceof Budget.Untrained) {
      throw new SpecException("--effort normal trains, and needs a --budget such as 45m");
    }
    if (!base.method().method().posterior().hasLogSigma2() || base.method().method().hasGates()) {
      throw new SpecException(
          "method '%s' has no variance for each weight to rank weights by; compress has sparse-vd, ard and bnn"
              .formatted(base.method().name()));
    }
  }

  /** The same compression of other runs. */
  CompressionSpec of(RunSpec runs) {
    return new CompressionSpec(runs, targets, budget, bits, judged, effort, most);
  }

  /** Which layers are spared, wholly or in part. */
  Limits limits() {
    return new Limits(base.method(), most);
  }

  /** All of it, for the record. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("targets", targets.texts());
    map.put("budget", budget.toString());
    map.put("bits", bits);
    map.put("validation", judged);
    map.put("effort", effort.toString());
    map.put("most", most.toString());
    map.put("spec", SpecTree.of(base).toMap());
    return map;
  }
}
