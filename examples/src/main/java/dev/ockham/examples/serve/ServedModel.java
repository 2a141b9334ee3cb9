package dev.ockham.examples.serve;

import dev.ockham.runtime.Predictor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The model that a service answers with: that of a file, and the new one when the file changes. A
 * new model takes the place of the old at once, for requests that begin then; a file that is no
 * model leaves the old one in its place.
 */
final class ServedModel implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("ockham.serve");
  private static final int WARM_UP = 200;

  /** A large network answers before it is warm. */
  private static final long LONGEST_WARM_UP = Duration.ofSeconds(2).toNanos();

  private final Path path;
  private final ServiceMetrics metrics;
  private final Thread watch;
  private volatile Loaded current;
  private volatile String problem = "";

  /**
   * A model that is ready.
   *
   * @param sha256 of its weights
   */
  record Loaded(Predictor predictor, String sha256) {}

  /** What changes when a file is replaced. */
  private record Stamp(FileTime modified, long size, @Nullable Object key) {
    static Stamp of(Path path) throws IOException {
      BasicFileAttributes facts = Files.readAttributes(path, BasicFileAttributes.class);
      return new Stamp(facts.lastModifiedTime(), facts.size(), facts.fileKey());
    }
  }

  /**
   * Loads the file, and looks for a new one from then on.
   *
   * @throws IOException if it cannot be loaded
   */
  ServedModel(Path path, Duration every, ServiceMetrics metrics) throws IOException {
    this.path = path;
    this.metrics = metrics;
    Stamp stamp = Stamp.of(path);
    current = load();
    watch = Thread.ofVirtual().name("model-watch").start(() -> watch(stamp, every));
  }

  /** The model that answers now. */
  Loaded current() {
    return current;
  }

  /** What is wrong with the file that is there now; empty where nothing is. */
  String problem() {
    return problem;
  }

  /**
   * Why a file cannot be loaded, in one line; the JDK says of one that is not there its name alone.
   */
  static String told(Exception e) {
    String message = String.valueOf(e.getMessage());
    return e instanceof NoSuchFileException ? message + ": there is no such file" : message;
  }

  private Loaded load() throws IOException {
    Predictor predictor = Predictor.load(path);
    float[] example = new float[predictor.inputs()];
    float[] answer = new float[predictor.outputs()];
    long began = System.nanoTime();
    for (int i = 0; i < WARM_UP && System.nanoTime() - began < LONGEST_WARM_UP; i++) {
      predictor.predictInto(example, answer);
    }
    metrics.loaded(true);
    return new Loaded(predictor, predictor.file().weightsSha256());
  }

  private void watch(Stamp first, Duration every) {
    Stamp seen = first;
    try {
      while (true) {
        Thread.sleep(every);
        seen = look(seen);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the service stops
    }
  }

  private Stamp look(Stamp seen) {
    Stamp stamp = seen;
    try {
      stamp = Stamp.of(path);
      if (!stamp.equals(seen)) {
        current = load();
        problem = "";
        LOG.log(System.Logger.Level.INFO, "serving {0}, {1}", path, current.sha256());
      }
    } catch (IOException | RuntimeException e) {
      String told = told(e);
      if (!stamp.equals(seen) || !told.equals(problem)) {
        metrics.loaded(false);
        problem = told;
        LOG.log(System.Logger.Level.WARNING, "the model stays as it is: {0}", told);
      }
    }
    return stamp;
  }

  /** Looks for no new file any more. */
  @Override
  public void close() {
    watch.interrupt();
  }
}
