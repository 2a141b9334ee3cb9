package dev.ockham.spark.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * A folder that all machines see, and the copies of run folders in it. A file is there whole or not
 * at all. Checkpoints come after what they need, and the record last, so that whatever a killed
 * executor leaves is a run that goes on.
 *
 * @param folder its address, as Hadoop has it
 */
record RunStore(String folder) implements Serializable {

  private static final String RECORD = "run.json";
  private static final String CHECKPOINTS = "checkpoints";

  /** What belongs to one process alone. */
  private static boolean stays(String name) {
    return !name.endsWith("run.lock") && !name.endsWith(".ockham-tmp") && !name.endsWith(".crc");
  }

  private static int order(String name) {
    if (name.endsWith(RECORD)) {
      return 2;
    }
    return name.contains(CHECKPOINTS) ? 1 : 0;
  }

  private FileSystem files() throws IOException {
    FileSystem files =
        new org.apache.hadoop.fs.Path(folder).getFileSystem(SparkHadoopUtil.get().conf());
    files.setWriteChecksum(false); // of a plain disk it would lie beside each file
    return files;
  }

  /** Whether a file is there. */
  boolean has(String name) throws IOException {
    return files().exists(new org.apache.hadoop.fs.Path(folder, name));
  }

  /** Writes a small file. */
  void write(String name, byte[] bytes) throws IOException {
    try (OutputStream out = files().create(new org.apache.hadoop.fs.Path(folder, name), true)) {
      out.write(bytes);
    }
  }

  /** Removes a file. */
  void remove(String name) throws IOException {
    boolean gone = files().delete(new org.apache.hadoop.fs.Path(folder, name), false);
    if (!gone) {
      throw new IOException(folder + "/" + name + ": cannot be removed");
    }
  }

  /** Copies a run to a disk; nothing where it has not begun. */
  void fetch(String run, Path into) throws IOException {
    FileSystem files = files();
    org.apache.hadoop.fs.Path from = new org.apache.hadoop.fs.Path(folder, run);
    if (!files.exists(new org.apache.hadoop.fs.Path(from, RECORD))) {
      return;
    }
    String base = files.getFileStatus(from).getPath().toUri().getPath();
    RemoteIterator<LocatedFileStatus> each = files.listFiles(from, true);
    while (each.hasNext()) {
      FileStatus file = each.next();
      String name = file.getPath().toUri().getPath().substring(base.length() + 1);
      if (stays(name)) {
        fetchFile(run + "/" + name, into.resolve(name));
      }
    }
  }

  /** Copies a file to a disk. */
  void fetchFile(String name, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (InputStream in = files().open(new org.apache.hadoop.fs.Path(folder, name))) {
      Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * Copies what has changed of a run.
   *
   * @param sent when the files that were sent before had changed; is brought up to date
   */
  void send(Path run, String name, Map<String, FileTime> sent) throws IOException {
    for (String each : names(run)) {
      Path file = run.resolve(each);
      try {
        FileTime changed = Files.getLastModifiedTime(file);
        if (!changed.equals(sent.get(each))) {
          put(file, name + "/" + each);
          sent.put(each, changed);
        }
      } catch (NoSuchFileException e) {
        // The run has just replaced it; the next look finds the new one.
      }
    }
  }

  /** Files of a run in the order in which they go; none where one vanishes while looking. */
  private static List<String> names(Path run) throws IOException {
    try (Stream<Path> all = Files.walk(run)) {
      return all.filter(Files::isRegularFile)
          .map(file -> run.relativize(file).toString().replace('\\', '/'))
          .filter(RunStore::stays)
          .sorted(Comparator.comparingInt(RunStore::order).thenComparing(Comparator.naturalOrder()))
          .toList();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof NoSuchFileException) {
        return List.of();
      }
      throw e.getCause();
    }
  }

  /** Copies a file, which appears whole. */
  void put(Path file, String name) throws IOException {
    FileSystem files = files();
    org.apache.hadoop.fs.Path to = new org.apache.hadoop.fs.Path(folder, name);
    if ("file".equals(files.getUri().getScheme())) {
      Path there = Path.of(to.toUri().getPath());
      Files.createDirectories(there.getParent());
      Path beside = there.resolveSibling("." + there.getFileName() + ".ockham-tmp");
      Files.copy(file, beside, StandardCopyOption.REPLACE_EXISTING);
      Files.move(
          beside, there, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return;
    }
    org.apache.hadoop.fs.Path beside = new org.apache.hadoop.fs.Path(folder, name + ".ockham-tmp");
    try (OutputStream out = files.create(beside, true)) {
      Files.copy(file, out);
    }
    if (files.exists(to)) {
      files.delete(to, false);
    }
    if (!files.rename(beside, to)) {
      throw new IOException(to + ": cannot be written");
    }
  }

  /** Nothing was sent yet. */
  static Map<String, FileTime> nothing() {
    return new HashMap<>();
  }
}
