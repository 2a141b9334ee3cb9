package dev.ockham.train.run;

import static dev.ockham.runtime.graph.Geometry.pad;
import static dev.ockham.runtime.graph.Geometry.withoutBias;

import dev.ockham.core.run.Position;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.file.GraphJson;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Value;
import dev.ockham.train.SmallData;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A program that trains a small network and dies as from {@code kill -9}: after a given step, or
 * while a checkpoint is being written. {@link ResumeTest} runs it in processes of its own.
 */
final class CrashingTrainer {

  /** Exit code of the kernel's kill. */
  static final int KILLED = 137;

  /** Pattern of the file that a save writes before it renames. */
  private static final String TEMPORARY = ".*ockham-tmp";

  private static final int SIGKILL = 9;

  /** Of libc; null on Windows, whose function of that name knows no such signal. */
  private static final @Nullable MethodHandle RAISE = raise();

  private CrashingTrainer() {}

  /** The same with batch norm, in batches of two shares. */
  static RunSpec normed() {
    return spec(2)
        .with("architecture", "net:1x8x8-conv4x3-bn-relu-flatten-dense16-bn-relu-dense4")
        .withBatch(64);
  }

  /**
   * The same, which prunes before its third epoch, and whose last three train what is left, with
   * weight decay.
   */
  static RunSpec tuned() {
    return spec(2)
        .withThreshold(-1)
        .with("training.gradual_pruning.from", 0.4)
        .with("training.fine_tune.epochs", 3)
        .with("training.fine_tune.weight_decay", 5);
  }

  /** The same, which loses units from the third epoch on, and more of them with each. */
  static RunSpec shrinking() {
    return spec(2)
        .withThreshold(-4)
        .with("training.epochs", 8)
        .with("training.learning_rate.initial", 0.01)
        .with("training.kl_weight.shape", "constant")
        .with("training.fine_tune.epochs", 2)
        .with("training.gradual_pruning.from", 0.3)
        .with("training.gradual_pruning.sparsity", 0.9)
        .with("training.on_collapse", "continue");
  }

  /** The same, of a network of two blocks that are added up; units leave its sum. */
  static RunSpec residual(Path file) throws IOException {
    Files.writeString(file, GraphJson.write(residual()));
    return shrinking()
        .with("architecture", file.toString())
        .with("training.epochs", 12)
        .with("training.gradual_pruning.sparsity", 0.8)
        .withBatch(32);
  }

  /** The same, of dense layers, one of which is added to what it reads; units leave the sum. */
  static RunSpec sum(Path file) throws IOException {
    GraphBuilder g = new GraphBuilder();
    Value image = g.input("image", 1, SmallData.SIDE, SmallData.SIDE);
    Value x = g.relu(g.dense(g.flatten(image), 24));
    Value y = g.relu(g.add(x, g.dense(g.relu(g.dense(x, 16)), 24)));
    Files.writeString(file, GraphJson.write(g.build(g.dense(y, SmallData.CLASSES))));
    return shrinking().with("architecture", file.toString()).withBatch(32);
  }

  /** The same, of a model with two outputs that learns what it gave, in batches that shrink. */
  static RunSpec taught(Path file) throws IOException {
    if (!Files.exists(file)) {
      GraphBuilder g = new GraphBuilder();
      Value image = g.input("image", 1, SmallData.SIDE, SmallData.SIDE);
      Value x = g.relu(g.conv2d(image, 8, 3, pad(1)));
      Graph graph = g.build(g.conv2d(x, 2, 3, pad(1)), g.dense(g.flatten(g.maxPool(x, 4)), 3));
      ModelFile.of(TaughtNetworks.model("two", graph, 5), Map.of()).save(file);
    }
    return shrinking()
        .with("architecture", file.toString())
        .with("training.init_from", file.toString())
        .taughtByItself();
  }

  /** Two convolutions, whose channels are added to those of the one before them. */
  static Graph residual() {
    GraphBuilder g = new GraphBuilder();
    Value image = g.input("image", 1, SmallData.SIDE, SmallData.SIDE);
    Value x = g.relu(g.batchNorm(g.conv2d(image, 12, 3, pad(1), withoutBias())));
    Value y = g.relu(g.batchNorm(g.conv2d(x, 12, 3, pad(1), withoutBias())));
    y = g.batchNorm(g.conv2d(y, 12, 3, pad(1), withoutBias()));
    Value sum = g.maxPool(g.relu(g.add(x, y)), 4);
    return g.build(g.dense(g.flatten(sum), SmallData.CLASSES));
  }

  static RunSpec spec(int threads) {
    return spec("sparse-vd", threads);
  }

  /** Of a method, with what it has of a schedule in the middle of the run. */
  static RunSpec spec(String method, int threads) {
    SpecTree tree = SpecTree.of(RunSpec.defaults()).with("method.name", method, "test");
    if (tree.toSpec().method().method().scheduled()) {
      tree =
          tree.with("method.pruning.every", "7", "test")
              .with("method.pruning.from", "0.1", "test")
              .with("method.pruning.until", "0.9", "test");
    }
    return tree.with("architecture", "mlp:64-48-24-4", "test")
        .with("data.name", "quadrants", "test")
        .with("training.threads", Integer.toString(threads), "test")
        .with("training.epochs", "6", "test")
        .with("training.pretrain_epochs", "1", "test")
        .with("training.batch", "16", "test")
        .with("training.checkpoint_seconds", "0.002", "test")
        .toSpec();
  }

  /**
   * Trains in the folder of the first argument; the second says when to die, and a third what to
   * train: a method, {@code normed} for batch norm, {@code tuned} for fine-tuning, {@code
   * shrinking}, {@code residual} and {@code sum} for a sum that shrinks, or {@code taught} for a
   * teacher.
   */
  public static void main(String[] arguments) throws IOException, TrainingException {
    RunFolder folder = new RunFolder(Path.of(arguments[0]));
    String[] death = arguments[1].split(":", 2);
    TrainingListener listener = TrainingListener.SILENT;
    switch (death[0]) {
      case "step" -> {
        long last = Long.parseLong(death[1]);
        listener =
            new TrainingListener() {
              @Override
              public void stepped(Position position) {
                if (position.step() == last) {
                  die();
                }
              }
            };
      }
      case "save" -> {
        int saves = Integer.parseInt(death[1]);
        Thread.ofPlatform().daemon().start(() -> dieInSave(folder.checkpoints(), saves));
      }
      case "never" -> {}
      default -> throw new IllegalArgumentException(arguments[1]);
    }
    String kind = arguments.length > 2 ? arguments[2] : "sparse-vd";
    RunSpec spec =
        switch (kind) {
          case "normed" -> normed();
          case "tuned" -> tuned();
          case "shrinking" -> shrinking();
          case "taught" -> taught(folder.root().resolveSibling("taught.safetensors"));
          case "sum" -> sum(folder.root().resolveSibling("sum.json"));
          case "residual" -> residual(folder.root().resolveSibling("residual.json"));
          default -> spec(kind, 2);
        };
    Training.train(spec, SmallData.of(400), folder, true, listener, () -> false);
  }

  /** Halts when the temporary file of a save has been seen for the given number of times. */
  private static void dieInSave(Path checkpoints, int times) {
    String last = "";
    int seen = 0;
    while (true) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(checkpoints, TEMPORARY)) {
        for (Path file : files) {
          if (!file.toString().equals(last)) {
            last = file.toString();
            seen++;
          }
        }
      } catch (NoSuchFileException e) {
        LockSupport.parkNanos(1_000_000); // The folder comes with the first save.
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      if (seen >= times) {
        die();
      }
    }
  }

  /**
   * The kernel's kill, where there is one. {@link Runtime#halt} first brings all threads to a stop,
   * and by then the save that it should cut short is over.
   */
  private static void die() {
    if (RAISE != null) {
      try {
        int _ = (int) RAISE.invokeExact(SIGKILL);
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }
    Runtime.getRuntime().halt(KILLED);
  }

  @SuppressWarnings("restricted") // the signature is POSIX's own
  private static @Nullable MethodHandle raise() {
    Linker linker = Linker.nativeLinker();
    var signature = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    return File.separatorChar == '\\'
        ? null
        : linker.downcallHandle(linker.defaultLookup().findOrThrow("raise"), signature);
  }
}
