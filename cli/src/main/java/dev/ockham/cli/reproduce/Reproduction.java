package dev.ockham.cli.reproduce;

import dev.ockham.core.name.Nearest;
import dev.ockham.core.spec.Recipe;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something published that one command trains again.
 *
 * @param name what the command calls it; also the name of its recipe and of its result file
 * @param title what it is, in a few words
 * @param published the row to stand beside; null where nobody published one
 * @param twin whether a dense network is trained too, to show what it does to the training images
 */
public record Reproduction(String name, String title, @Nullable Published published, boolean twin) {

  private static final String RECIPES = "/dev/ockham/cli/recipes/";
  private static final String PAPER = "arXiv:1701.05369, table 1";

  private static final List<Reproduction> ALL =
      List.of(
          new Reproduction(
              "lenet-300-100-sparse-vd",
              "LeNet-300-100, MNIST, Sparse VD",
              new Published(PAPER, 1.92, 68.0),
              false),
          new Reproduction(
              "lenet-5-caffe-sparse-vd",
              "LeNet-5-Caffe, MNIST, Sparse VD",
              new Published(PAPER, 0.75, 280.0),
              false),
          new Reproduction(
              "lenet-300-100-sparse-vd-fashion-mnist",
              "LeNet-300-100, Fashion-MNIST, Sparse VD",
              null,
              false),
          new Reproduction(
              "lenet-5-caffe-sparse-vd-fashion-mnist",
              "LeNet-5-Caffe, Fashion-MNIST, Sparse VD",
              null,
              false),
          new Reproduction(
              "lenet-300-100-random-labels",
              "LeNet-300-100, random labels, Sparse VD",
              new Published("arXiv:1701.05369, section 5.5", null, Double.POSITIVE_INFINITY),
              true));

  /** All of them, in the order of the page. */
  public static List<Reproduction> all() {
    return ALL;
  }

  /**
   * The one of a name.
   *
   * @throws SpecException if there is none, with the nearest name
   */
  public static Reproduction named(String name) {
    List<String> names = ALL.stream().map(Reproduction::name).toList();
    return ALL.stream()
        .filter(each -> each.name.equals(name))
        .findFirst()
        .orElseThrow(() ->
            new SpecException(
                "there is no reproduction '%s'%s; ockham reproduce --list names them"
                    .formatted(name, Nearest.hint(name, names))));
  }

  /** The settings, as the recipe gives them. */
  public SpecTree recipe() throws IOException {
    return Recipe.bundled(Reproduction.class, RECIPES + name + ".yaml");
  }
}
