package dev.ockham.train.run;

import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunOwner;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.StopRequest;
import dev.ockham.core.spec.AutomaticSchedule;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.Schedule;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.core.start.TrainedWeights;
import dev.ockham.runtime.file.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run folder claimed by this process. Refuses a folder that holds another run, or that another
 * process trains in.
 */
final class Workspace implements AutoCloseable {

  private final RunFolder folder;
  private final FileChannel channel;

  /** The lock's identity on its disk; null where the file system has none. */
  private final @Nullable Object key;

  /** Folders that claiming made, innermost first. */
  private final List<Path> created;

  private Workspace(RunFolder folder, FileChannel channel, List<Path> created) throws IOException {
    this.folder = folder;
    this.channel = channel;
    this.key = key(folder.lock());
    this.created = created;
  }

  private static @Nullable Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /**
   * Checks that the folder is still the one that was claimed.
   *
   * @throws RunException if it was deleted, moved or renamed meanwhile; nothing is written then
   */
  void requireHeld() throws IOException {
    Object now;
    try {
      now = key(folder.lock());
    } catch (NoSuchFileException e) {
      throw gone();
    }
    if (!Objects.equals(now, key) || !folder.holdsRun()) {
      throw gone();
    }
  }

  private RunException gone() {
    return new RunException(
        "%s, or its %s, was deleted or moved while the run went on; nothing more is saved"
            .formatted(folder.root(), folder.lock().getFileName()));
  }

  /**
   * Checks that a run may be in a folder, and changes nothing.
   *
   * @param resume whether a run that is there already may go on
   * @throws RunException if it holds a run and {@code resume} is false, is not empty and holds
   *     none, or one of its files is a symbolic link
   */
  static void requireUsable(RunFolder folder, boolean resume) throws IOException {
    folder.requireNoLinks();
    if (folder.holdsRun() && !resume) {
      throw new RunException(
          "%s already holds a run; --resume continues it, another --out keeps both"
              .formatted(folder.root()));
    }
    if (!folder.holdsRun() && Files.isDirectory(folder.root())) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder.root())) {
        for (Path entry : entries) {
          // A run that was killed before its record was written leaves its lock, its teacher, or
          // half a record.
          if (!entry.equals(folder.lock())
              && !entry.equals(folder.teacher())
              && !AtomicFile.isTemporary(entry)) {
            throw new RunException(
                "%s is not empty (%s) and holds no run; choose another --out"
                    .formatted(folder.root(), entry.getFileName()));
          }
        }
      }
    }
  }

  /**
   * Claims a folder, making it where there is none.
   *
   * @param resume whether a run that is there already may go on
   * @throws RunException as {@link #requireUsable}, or if it is in use
   */
  static Workspace claim(RunFolder folder, boolean resume) throws IOException {
    requireUsable(folder, resume);
    List<Path> created = missing(folder.root());
    try {
      Files.createDirectories(folder.root());
    } catch (FileAlreadyExistsException e) {
      throw new RunException("%s is a file, not a folder".formatted(e.getFile()));
    }
    FileChannel channel = lock(folder);
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(RunOwner.current().encoded()));
      StopRequest.forget(folder); // Of whoever trained here before.
      return new Workspace(folder, channel, created);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** A folder and those above it that are not there yet, innermost first. */
  private static List<Path> missing(Path root) {
    List<Path> missing = new ArrayList<>();
    for (Path p = root.toAbsolutePath(); p != null && !Files.exists(p); p = p.getParent()) {
      missing.add(p);
    }
    return missing;
  }

  private static FileChannel lock(RunFolder folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw new RunException("%s: another process is training here".formatted(folder.root()));
    }
    return channel;
  }

  /**
   * The record of the run that is here, if it is the one that is asked for.
   *
   * @param asked the spec asked for
   * @throws RunException naming the first leaf in which the two differ
   */
  static RunRecord recorded(RunFolder folder, RunSpec asked) throws IOException {
    RunRecord record = RunRecord.read(folder);
    Optional<Difference> other = difference(record, asked);
    if (other.isPresent()) {
      throw new RunException(
          "%s holds another run: its %s is %s, not %s"
              .formatted(
                  folder.root(), other.get().leaf(), other.get().recorded(), other.get().asked()));
    }
    return record;
  }

  /** A setting of a run, and what was asked for in its place. */
  record Difference(String leaf, @Nullable Object recorded, Object asked) {}

  /** The first setting in which a run is not what is asked for; empty where it is. */
  static Optional<Difference> difference(RunRecord record, RunSpec asked) {
    Map<String, Object> there = SpecTree.of(record.spec()).leaves();
    for (Map.Entry<String, Object> leaf : SpecTree.of(asked).leaves().entrySet()) {
      Object recorded = there.get(leaf.getKey());
      if (!leaf.getValue().equals(recorded) && !leavesOpen(leaf, asked)) {
        return Optional.of(new Difference(leaf.getKey(), recorded, leaf.getValue()));
      }
    }
    return Optional.empty();
  }

  /** Whether a setting says no more than that the run may choose, as it once did. */
  private static boolean leavesOpen(Map.Entry<String, Object> leaf, RunSpec asked) {
    if (asked.training().schedule() == Schedule.AUTO && AutomaticSchedule.decides(leaf.getKey())) {
      return true;
    }
    return switch (leaf.getKey()) {
      case "training.epochs", "training.batch" -> leaf.getValue().equals(0);
      case "training.loss" -> leaf.getValue().equals("auto");
      case "training.threads" -> leaf.getValue().equals(0);
      case "training.variance_products" -> leaf.getValue().equals("auto");
      default -> false;
    };
  }

  /**
   * Checks that trained weights are those that a run began with.
   *
   * @param weights null where nobody needs them any more
   * @throws RunException if not
   */
  static void requireSameStart(RunFolder folder, RunRecord record, @Nullable TrainedWeights weights)
      throws RunException {
    RunRecord.Start began = record.start();
    if (weights != null && (began == null || !began.sha256().equals(weights.sha256()))) {
      throw new RunException(
          "%s began with %s, but %s has sha256 %s"
              .formatted(
                  folder.root(),
                  began == null
                      ? "weights of its own"
                      : began.source() + " with sha256 " + began.sha256(),
                  weights.source(),
                  weights.sha256()));
    }
  }

  RunFolder folder() {
    return folder;
  }

  /** Gives the folder back; one that no run began in is left as it was found. */
  @Override
  public void close() throws IOException {
    try (channel) {
      if (folder.holdsRun()) {
        StopRequest.forget(folder);
        return;
      }
      Files.deleteIfExists(folder.teacher());
      Files.deleteIfExists(folder.lock());
    }
    for (Path made : created) {
      try {
        Files.deleteIfExists(made);
      } catch (DirectoryNotEmptyException e) {
        return; // Somebody else has put something there meanwhile.
      }
    }
  }
}
