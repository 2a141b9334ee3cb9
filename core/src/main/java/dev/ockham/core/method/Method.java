package dev.ockham.core.method;

import dev.ockham.core.name.Nearest;
import java.util.List;

/**
 * A published method as plain data. Adding one is one value here, and a posterior only where the
 * noise is of a new kind.
 *
 * @param name as recipes and commands spell it
 * @param description one line
 * @param source where it was published
 * @param posterior what it believes of a weight
 * @param prunes whether it says which weights may go
 * @param defaultThreshold scores at or above it are removed; the score is log α in natural log
 */
public record Method(
    String name,
    String description,
    String source,
    PosteriorKind posterior,
    boolean prunes,
    double defaultThreshold) {

  /** The dense twin: same network, same trainer, no noise. */
  public static final Method NONE =
      new Method(
          "none",
          "the dense twin: no noise, nothing pruned",
          "",
          PosteriorKind.POINT,
          false,
          Double.POSITIVE_INFINITY);

  /** Sparse variational dropout with local reparameterisation. */
  public static final Method SPARSE_VD =
      new Method(
          "sparse-vd",
          "sparse variational dropout: one variance per weight, additive noise",
          "arXiv:1701.05369",
          PosteriorKind.SPARSE_VD,
          true,
          3);

  /** All methods, in the order in which they are listed. */
  public static List<Method> all() {
    return List.of(NONE, SPARSE_VD);
  }

  /**
   * The method of a name.
   *
   * @throws IllegalArgumentException naming the nearest method
   */
  public static Method named(String name) {
    for (Method method : all()) {
      if (method.name.equals(name)) {
        return method;
      }
    }
    List<String> names = all().stream().map(Method::name).toList();
    throw new IllegalArgumentException(
        "unknown method '%s'%s; known: %s"
            .formatted(name, Nearest.hint(name, names), String.join(", ", names)));
  }
}
