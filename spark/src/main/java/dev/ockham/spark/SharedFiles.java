package dev.ockham.spark;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Files wherever Hadoop can read and write: on a disk, in HDFS, in an object store. */
final class SharedFiles {

  private SharedFiles() {}

  /** All bytes of a file, which must fit into an array. */
  static byte[] read(Path path, Configuration hadoop) throws IOException {
    FileSystem files = path.getFileSystem(hadoop);
    long size = files.getFileStatus(path).getLen();
    if (size > Integer.MAX_VALUE - 8) {
      throw new IOException(path + ": has " + size + " bytes, too many for one array");
    }
    try (FSDataInputStream in = files.open(path)) {
      return in.readAllBytes();
    }
  }

  /** Writes a file; an older one is replaced. */
  static void write(Path path, byte[] bytes, Configuration hadoop) throws IOException {
    try (FSDataOutputStream out = path.getFileSystem(hadoop).create(path, true)) {
      out.write(bytes);
    }
  }
}
