package dev.ockham.train.fault;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Hands every operation to the real file system, after the {@link Weather} has had its say. */
final class FaultyProvider extends FileSystemProvider {
  private static final FileSystemProvider REAL = FileSystems.getDefault().provider();

  private final FaultyFileSystem files;
  private final Weather weather;

  FaultyProvider(FaultyFileSystem files, Weather weather) {
    this.files = files;
    this.weather = weather;
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    Path real = FaultyPath.real(path);
    boolean writes =
        options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
    if (writes && !Files.exists(real)) {
      weather.makes("create", real);
    } else if (writes) {
      weather.changes("open", real);
    } else {
      weather.reads();
    }
    FaultyChannel channel =
        new FaultyChannel(REAL.newFileChannel(real, options, attributes), real, weather);
    weather.opened(channel);
    return channel;
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
    Path real = FaultyPath.real(folder);
    if (!Files.exists(real)) {
      weather.makes("folder", real);
    }
    REAL.createDirectory(real, attributes);
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    Path real = FaultyPath.real(link);
    weather.makes("link", real);
    REAL.createLink(real, FaultyPath.real(existing));
  }

  @Override
  public void delete(Path path) throws IOException {
    Path real = FaultyPath.real(path);
    weather.changes("delete", real);
    REAL.delete(real);
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    Path from = FaultyPath.real(source);
    Path to = FaultyPath.real(target);
    weather.changes("rename to", to);
    REAL.move(from, to, options);
    weather.renamed(from, to);
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    Path to = FaultyPath.real(target);
    weather.makes("copy to", to);
    REAL.copy(FaultyPath.real(source), to, options);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
    weather.reads();
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> real = REAL.newDirectoryStream(FaultyPath.real(folder), p -> true)) {
      for (Path entry : real) {
        Path faulty = files.path(entry);
        if (filter.accept(faulty)) {
          entries.add(faulty);
        }
      }
    }
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return entries.iterator();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    return REAL.isSameFile(FaultyPath.real(path), FaultyPath.real(other));
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return REAL.isHidden(FaultyPath.real(path));
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    return REAL.getFileStore(FaultyPath.real(path));
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    weather.reads();
    REAL.checkAccess(FaultyPath.real(path), modes);
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return REAL.getFileAttributeView(FaultyPath.real(path), type, options);
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    weather.reads();
    return REAL.readAttributes(FaultyPath.real(path), type, options);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
      throws IOException {
    return REAL.readAttributes(FaultyPath.real(path), names, options);
  }

  @Override
  public void setAttribute(Path path, String name, Object value, LinkOption... options)
      throws IOException {
    weather.changes("attribute", FaultyPath.real(path));
    REAL.setAttribute(FaultyPath.real(path), name, value, options);
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
    throw new UnsupportedOperationException("made by its constructor");
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    throw new UnsupportedOperationException("made by its constructor");
  }

  @Override
  public Path getPath(URI uri) {
    throw new UnsupportedOperationException("made by its constructor");
  }
}
