package dev.ockham.spark.job;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
 * A folder that all machines see, and in it the copies of folders of runs and compressions. A file
 * is there whole or not at all. What says how far something is stands for what it was before the
 * other files were read, and comes after them: a record after checkpoints, these after the rest. So
 * whatever a killed executor leaves goes on.
 *
 * @param folder its address, as Hadoop has it
 */
record RunStore(String folder) implements Serializable {

  private static final String RECORD = "run.json";
  private static final String JOURNAL = "compress.json";
  private static final String SUMMARY = "summary.json";
  private static final String CHECKPOINTS = "checkpoints";

  /** One address has one form. */
  RunStore {
    folder = folder.replaceFirst("(?<=[^/:])/+$", "");
  }

  /** What belongs to one process alone. */
  private static boolean stays(String name) {
    return !name.endsWith("run.lock") && !name.endsWith(".ockham-tmp") && !name.endsWith(".crc");
  }

  /** The higher, the more a file says of others. */
  private static int order(String name) {
    if (name.endsWith(SUMMARY)) {
      return 3;
    }
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

  /** What a small file says; nothing where it has just gone. */
  String text(String name) throws IOException {
    try (InputStream in = files().open(new org.apache.hadoop.fs.Path(folder, name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      return "";
    }
  }

  /** When files whose names begin so were written, in milliseconds of the folder's own clock. */
  Map<String, Long> changed(String prefix) throws IOException {
    Map<String, Long> changed = new HashMap<>();
    for (FileStatus file : files().listStatus(new org.apache.hadoop.fs.Path(folder))) {
      String name = file.getPath().getName();
      if (name.startsWith(prefix)) {
        changed.put(name, file.getModificationTime());
      }
    }
    return changed;
  }

  /** Removes a file. */
  void remove(String name) throws IOException {
    boolean gone = files().delete(new org.apache.hadoop.fs.Path(folder, name), false);
    if (!gone) {
      throw new IOException(folder + "/" + name + ": cannot be removed");
    }
  }

  /**
   * Copies a folder to a disk; nothing where what fills it has not begun.
   *
   * @return what was copied, with when the copy changed, for {@link #send}
   */
  Map<String, FileTime> fetch(String run, Path into) throws IOException {
    FileSystem files = files();
    org.apache.hadoop.fs.Path from = new org.apache.hadoop.fs.Path(folder, run);
    Map<String, FileTime> fetched = new HashMap<>();
    if (!files.exists(new org.apache.hadoop.fs.Path(from, RECORD))
        && !files.exists(new org.apache.hadoop.fs.Path(from, JOURNAL))) {
      return fetched;
    }
    String base = files.getFileStatus(from).getPath().toUri().getPath();
    RemoteIterator<LocatedFileStatus> each = files.listFiles(from, true);
    while (each.hasNext()) {
      FileStatus file = each.next();
      String name = file.getPath().toUri().getPath().substring(base.length() + 1);
      if (stays(name)) {
        fetchFile(run + "/" + name, into.resolve(name));
        fetched.put(name, Files.getLastModifiedTime(into.resolve(name)));
      }
    }
    return fetched;
  }

  /** Copies a file to a disk. */
  void fetchFile(String name, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (InputStream in = files().open(new org.apache.hadoop.fs.Path(folder, name))) {
      Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * Copies what has changed in a folder, and removes what is gone.
   *
   * @param run the folder; nothing is done where it is not there yet
   * @param sent when the files that were sent before had changed; is brought up to date
   */
  void send(Path run, String name, Map<String, FileTime> sent) throws IOException {
    if (!Files.isDirectory(run)) {
      return;
    }
    Map<String, FileTime> changed = changed(run, sent);
    List<String> inOrder =
        changed.keySet().stream()
            .sorted(
                Comparator.comparingInt(RunStore::order).thenComparing(Comparator.naturalOrder()))
            .toList();
    Path before = Files.createTempDirectory(run.toAbsolutePath().getParent(), "sent");
    try {
      for (String each : inOrder.reversed()) {
        if (order(each) > 0) {
          Files.copy(run.resolve(each), copy(before, inOrder, each));
        }
      }
      for (String each : inOrder) {
        put(order(each) > 0 ? copy(before, inOrder, each) : run.resolve(each), name + "/" + each);
        sent.put(each, changed.get(each));
      }
      for (String each : List.copyOf(sent.keySet())) {
        if (!Files.exists(run.resolve(each))) {
          files().delete(new org.apache.hadoop.fs.Path(folder, name + "/" + each), false);
          sent.remove(each);
        }
      }
    } catch (NoSuchFileException e) {
      // The run has just replaced it; the next look finds the new one.
    } finally {
      for (String each : inOrder) {
        Files.deleteIfExists(copy(before, inOrder, each));
      }
      Files.delete(before);
    }
  }

  private static Path copy(Path before, List<String> names, String name) {
    return before.resolve(Integer.toString(names.indexOf(name)));
  }

  /** Files that have changed, with when; none where one vanishes while looking. */
  private static Map<String, FileTime> changed(Path run, Map<String, FileTime> sent)
      throws IOException {
    Map<String, FileTime> changed = new HashMap<>();
    try (Stream<Path> all = Files.walk(run)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = run.relativize(file).toString().replace('\\', '/');
        FileTime now = Files.getLastModifiedTime(file);
        if (stays(name) && !now.equals(sent.get(name))) {
          changed.put(name, now);
        }
      }
      return changed;
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof NoSuchFileException) {
        return Map.of();
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
}
