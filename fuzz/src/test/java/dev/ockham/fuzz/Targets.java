package dev.ockham.fuzz;

import java.nio.file.Path;
import java.util.List;

/** The targets and where their seeds are. */
final class Targets {

  /** Ockham's source tree. */
  static final Path ROOT = Path.of(System.getProperty("ockham.root", ".."));

  private Targets() {}

  /** A reader under attack. */
  @FunctionalInterface
  interface Attack {
    void on(byte[] data);
  }

  /**
   * One of them.
   *
   * @param type its class
   * @param attack what Jazzer calls
   */
  record Target(Class<?> type, Attack attack) {

    /** Its name without the last word. */
    String name() {
      return type.getSimpleName().replaceFirst("Target$", "");
    }

    /** The folder of its seeds. */
    Path seeds() {
      return ROOT.resolve("fuzz/seeds").resolve(name());
    }

    @Override
    public String toString() {
      return name();
    }
  }

  static List<Target> all() {
    return List.of(
        new Target(ModelTarget.class, ModelTarget::fuzzerTestOneInput),
        new Target(CheckpointTarget.class, CheckpointTarget::fuzzerTestOneInput),
        new Target(RunRecordTarget.class, RunRecordTarget::fuzzerTestOneInput),
        new Target(MetricsTarget.class, MetricsTarget::fuzzerTestOneInput),
        new Target(IdxTarget.class, IdxTarget::fuzzerTestOneInput),
        new Target(CsvTarget.class, CsvTarget::fuzzerTestOneInput),
        new Target(PictureTarget.class, PictureTarget::fuzzerTestOneInput),
        new Target(InputTarget.class, InputTarget::fuzzerTestOneInput),
        new Target(RecipeTarget.class, RecipeTarget::fuzzerTestOneInput),
        new Target(NetworkTextTarget.class, NetworkTextTarget::fuzzerTestOneInput),
        new Target(GraphTarget.class, GraphTarget::fuzzerTestOneInput),
        new Target(OnnxTarget.class, OnnxTarget::fuzzerTestOneInput),
        new Target(ParquetTarget.class, ParquetTarget::fuzzerTestOneInput),
        new Target(NpyTarget.class, NpyTarget::fuzzerTestOneInput));
  }
}
