package dev.ockham.runtime.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a file as a whole: the new content goes to a temporary file in the same folder, is
 * forced to the disk, takes the old file's name in one rename, and the folder is forced as well.
 *
 * <p>If anything fails, the old file is untouched and the temporary file is deleted. A process that
 * is killed cannot delete it; its name, {@code .NAME.PID-RANDOM.ockham-tmp}, lets the next save of
 * the same file on the same machine do so.
 */
public final class AtomicFile {
  private static final String SUFFIX = ".ockham-tmp";
  private static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

  /** Temporary files that saves of this process are writing now. */
  private static final Set<Path> ACTIVE = ConcurrentHashMap.newKeySet();

  private AtomicFile() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything to {@code channel}, which is empty, and does not close it. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes or replaces {@code target}, which keeps its permissions. If it is a symbolic link, the
   * file it points to is replaced.
   *
   * @param target file to write; its folder must exist
   * @throws IOException if writing fails or {@code content} throws, or {@code target} is a folder
   *     or a device; it is then as before
   */
  public static void write(Path target, Content content) throws IOException {
    Path file = Files.isSymbolicLink(target) ? target.toRealPath() : target.toAbsolutePath();
    Path folder = file.getParent();
    Path name = file.getFileName();
    if (folder == null || name == null) {
      throw new IOException(target + " is not the name of a file");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // The rename would put a file in the place of a device such as /dev/full.
      String what = Files.isDirectory(file) ? "is a folder" : "is a device or a pipe";
      throw new FileSystemException(target.toString(), null, what + ", not a file to replace");
    }
    deleteLeftovers(folder, name.toString());
    // Not by a format, which writes digits of the locale's own.
    String unique = ProcessHandle.current().pid() + "-" + UUID.randomUUID();
    Path temp = folder.resolve("." + name + "." + unique + SUFFIX);
    ACTIVE.add(temp);
    try {
      writeNew(temp, permissions(file), content);
      Files.move(temp, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failure(target, temp, e);
    } finally {
      Files.deleteIfExists(temp); // after a successful move there is nothing left by that name
      ACTIVE.remove(temp);
    }
    forceFolder(folder);
  }

  private static void writeNew(
      Path temp, @Nullable Set<PosixFilePermission> permissions, Content content)
      throws IOException {
    FileAttribute<?>[] attributes =
        permissions == null
            ? new FileAttribute<?>[0]
            : new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)};
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(temp, options, attributes)) {
      if (permissions != null) {
        Files.setPosixFilePermissions(temp, permissions); // what the process's mask took away
      }
      content.writeTo(channel);
      channel.force(true);
    }
  }

  /** Who may read and write the file that is replaced; null for a new one, or where none says. */
  private static @Nullable Set<PosixFilePermission> permissions(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    return view == null || !Files.exists(file) ? null : view.readAttributes().permissions();
  }

  /**
   * What went wrong, of the file that was asked for and not of the temporary one. What the content
   * throws of another file, such as one that it is made of, stays as it is.
   */
  private static IOException failure(Path target, Path temp, IOException cause) {
    boolean writing =
        cause instanceof FileSystemException e
            ? e.getFile() == null || e.getFile().equals(temp.toString())
            : cause.getClass() == IOException.class || cause.getMessage() == null;
    if (!writing) {
      return cause;
    }
    String reason =
        switch (cause) {
          case NoSuchFileException e -> "its folder does not exist or takes no new files";
          case AccessDeniedException e -> "permission denied";
          case FileSystemException e when e.getReason() != null -> e.getReason();
          default -> String.valueOf(cause.getMessage());
        };
    IOException failure = new FileSystemException(target.toString(), null, reason);
    failure.initCause(cause);
    return failure;
  }

  /** Whether a file is one that a save left behind, or is writing now. */
  public static boolean isTemporary(Path file) {
    return String.valueOf(file.getFileName()).endsWith(SUFFIX);
  }

  /** Writes or replaces {@code target} with the given bytes, see {@link #write}. */
  public static void writeBytes(Path target, byte[] bytes) throws IOException {
    write(target, channel -> writeFully(channel, ByteBuffer.wrap(bytes)));
  }

  /** Writes or replaces {@code target} with the text as UTF-8, see {@link #write}. */
  public static void writeString(Path target, String text) throws IOException {
    writeBytes(target, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes all that remains in {@code bytes}; one call to the channel may write less. */
  static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      int written = channel.write(bytes);
      if (written < 0) {
        throw new IOException("the channel takes no more bytes");
      }
    }
  }

  private static void deleteLeftovers(Path folder, String name) throws IOException {
    Pattern pattern =
        Pattern.compile(
            Pattern.quote("." + name + ".") + "(\\d{1,18})-[0-9a-f-]{36}" + Pattern.quote(SUFFIX));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        Matcher matcher = pattern.matcher(String.valueOf(entry.getFileName()));
        if (matcher.matches() && !isBeingWritten(entry, Long.parseLong(matcher.group(1)))) {
          Files.deleteIfExists(entry);
        }
      }
    }
  }

  /** Another live process may be saving the same file; its temporary file is not a leftover. */
  private static boolean isBeingWritten(Path temp, long pid) {
    return pid == ProcessHandle.current().pid()
        ? ACTIVE.contains(temp)
        : ProcessHandle.of(pid).isPresent();
  }

  private static void forceFolder(Path folder) throws IOException {
    if (WINDOWS) {
      return; // a folder cannot be opened there; NTFS journals the rename itself
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
