package dev.ockham.spark.job;

import dev.ockham.spark.ScoringException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder that appears when all of it is written, and until then is as it was.
 *
 * @param files where it is
 * @param place its path, whole
 * @param beside where it is written
 */
record OutputFolder(FileSystem files, Path place, Path beside) {

  /** What Spark leaves in a folder that it has written. */
  private static final String DONE = "_SUCCESS";

  private static final String PART = "part-";

  /** The end of a path, from the first name that is a pattern. */
  private static final String FROM_PATTERN = "[^/]*[*?{\\[].*$";

  /**
   * Checks that a folder may be written.
   *
   * @param input what is read, which may have patterns
   * @param replaces whether one that Spark wrote before may go
   * @throws ScoringException if it is there and may not go, or has what is read
   */
  static OutputFolder of(String output, String input, boolean replaces, Configuration conf)
      throws IOException {
    Path named = new Path(output);
    FileSystem files = named.getFileSystem(conf);
    Path place = files.makeQualified(named);
    String fixed = input.replaceFirst(FROM_PATTERN, "");
    Path first = new Path(fixed.isEmpty() ? "." : fixed);
    Path read = first.getFileSystem(conf).makeQualified(first);
    if (isIn(read, place) || (fixed.equals(input) && isIn(place, read))) {
      throw new ScoringException(
          "--output %s and --input %s: one lies in the other".formatted(output, input));
    }
    if (files.exists(place)) {
      if (!replaces) {
        throw new ScoringException(
            output + ": is there already; choose another --output, or say --replace");
      }
      requireOwn(files, place, output);
    }
    Path beside =
        new Path(place.getParent(), ".%s.%s".formatted(place.getName(), UUID.randomUUID()));
    return new OutputFolder(files, place, beside);
  }

  private static boolean isIn(Path path, Path folder) {
    for (Path each = path; each != null; each = each.getParent()) {
      if (each.equals(folder)) {
        return true;
      }
    }
    return false;
  }

  /** Only what a job before wrote is replaced. */
  private static void requireOwn(FileSystem files, Path place, String output) throws IOException {
    List<String> others = new ArrayList<>();
    if (!files.getFileStatus(place).isDirectory()) {
      others.add("it is a file");
    } else {
      for (FileStatus each : files.listStatus(place)) {
        String name = each.getPath().getName().replaceFirst("^\\.(.*)\\.crc$", "$1");
        if (each.isDirectory() || !(name.equals(DONE) || name.startsWith(PART))) {
          others.add("it has '%s'".formatted(each.getPath().getName()));
        }
      }
    }
    if (!others.isEmpty()) {
      throw new ScoringException(
          "--output %s: --replace replaces what predictions were written to, but %s"
              .formatted(output, others.getFirst()));
    }
  }

  /** Puts what was written into its place. */
  void take() throws IOException {
    Path old = new Path(place.getParent(), beside.getName() + ".old");
    boolean replaces = files.exists(place);
    if (replaces && !files.rename(place, old)) {
      throw new IOException(place + ": cannot be replaced");
    }
    if (!files.rename(beside, place)) {
      if (replaces) {
        files.rename(old, place);
      }
      throw new IOException(place + ": cannot be written");
    }
    if (replaces) {
      files.delete(old, true);
    }
  }

  /** Removes what was written and is not in its place. */
  void clear() throws IOException {
    if (files.exists(beside)) {
      files.delete(beside, true);
    }
  }
}
