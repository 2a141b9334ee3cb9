package dev.ockham.train.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A channel whose writes and forces may fail. */
final class FaultyChannel extends FileChannel {
  private final FileChannel real;
  private final Path file;
  private final Weather weather;

  FaultyChannel(FileChannel real, Path file, Weather weather) {
    this.real = real;
    this.file = file;
    this.weather = weather;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int all = source.remaining();
    int part = weather.writes(file, real.size(), all);
    int written = real.write(source.slice(source.position(), part));
    source.position(source.position() + written);
    if (part < all) {
      weather.afterPart(file);
    }
    return written;
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    long written = 0;
    for (int i = offset; i < offset + length; i++) {
      written += write(sources[i]);
    }
    return written;
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    weather.changes("write at", file);
    return real.write(source, position);
  }

  @Override
  public void force(boolean metaData) throws IOException {
    weather.forces(file);
    real.force(metaData);
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    weather.changes("truncate", file);
    real.truncate(size);
    return this;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    weather.reads();
    return real.read(into);
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) throws IOException {
    weather.reads();
    return real.read(into, offset, length);
  }

  @Override
  public int read(ByteBuffer into, long position) throws IOException {
    weather.reads();
    return real.read(into, position);
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    real.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return real.size();
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    weather.reads();
    return real.transferTo(position, count, target);
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    weather.changes("transfer", file);
    return real.transferFrom(source, position, count);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    return real.map(mode, position, size);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return real.lock(position, size, shared);
  }

  @Override
  public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return real.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
  }
}
