package dev.ockham.core.data;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A growing list of the numbers of examples: on the heap while it is small, then in a file of the
 * cache that is mapped when all are there. Not for several threads.
 */
public final class RowStore implements Closeable {
  private static final int CHUNK = 1 << 20;
  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final String place;
  private final @Nullable DecodedFolder folder;
  private final DownloadListener listener;
  private final long mostOnHeap;
  private final Arena arena = Arena.ofShared();
  private float[] heap = new float[1024];
  private long bytes;

  private DecodedFolder.@Nullable Unfinished file;
  private @Nullable FileChannel channel;
  private ByteBuffer chunk = ByteBuffer.allocate(0);
  private boolean heapOnly;

  /**
   * An empty list.
   *
   * @param place what messages call the source
   * @param folder where files may be made; null for nowhere
   * @param mostOnHeap bytes from which on there is a file
   */
  RowStore(
      String place, @Nullable DecodedFolder folder, long mostOnHeap, DownloadListener listener) {
    this.place = place;
    this.folder = folder;
    this.listener = listener;
    this.mostOnHeap = Math.min(mostOnHeap, Runtime.getRuntime().maxMemory() / 8);
    this.heapOnly = folder == null;
  }

  /**
   * Adds the numbers of an example, or of several.
   *
   * @param numbers float32 or bytes in the machine's order; copied
   * @throws MalformedDataException if neither the heap nor the disk has room for them
   */
  public void add(MemorySegment numbers) throws IOException {
    long size = numbers.byteSize();
    if (file == null) {
      room(bytes + size);
    }
    if (file == null) {
      MemorySegment.copy(numbers, 0, MemorySegment.ofArray(heap), bytes, size);
    } else {
      write(numbers);
    }
    bytes += size;
  }

  /** Bytes so far. */
  public long bytes() {
    return bytes;
  }

  private void room(long wanted) throws IOException {
    if (wanted > mostOnHeap && !heapOnly) {
      spill();
      if (file != null) {
        return;
      }
    }
    long numbers = Math.ceilDiv(wanted, Float.BYTES);
    if (numbers <= heap.length) {
      return;
    }
    long most = Math.min(LARGEST_ARRAY, Runtime.getRuntime().maxMemory() / 2 / Float.BYTES);
    if (numbers > most) {
      throw new MalformedDataException(
          place,
          MalformedDataException.WHOLE_FILE,
          "has more examples than fit into memory: %s bytes so far%s; give Java more with -Xmx"
              .formatted(
                  bytes,
                  folder == null ? "" : ", and " + folder.path() + " cannot hold a file of them"));
    }
    long larger = Math.max(numbers, heap.length + (long) (heap.length >> 1));
    heap = Arrays.copyOf(heap, (int) Math.min(most, larger));
  }

  /** Goes on in a file; where none can be made, a line says so, once. */
  private void spill() throws IOException {
    if (folder == null) {
      return;
    }
    try {
      begin(folder);
    } catch (IOException e) {
      heapOnly = true;
      listener.notice(
          "%s: what is read of %s is not kept for the next time: %s"
              .formatted(folder.path(), place, DatasetResolver.reason(e)));
    }
  }

  /** Whether it is in a file. */
  boolean filed() {
    return file != null;
  }

  /** Moves what there is into a file. */
  private void begin(DecodedFolder into) throws IOException {
    DecodedFolder.Unfinished begun = into.begin(Math.max(bytes, CHUNK));
    file = begun;
    channel = FileChannel.open(begun.path(), StandardOpenOption.WRITE);
    chunk = ByteBuffer.allocateDirect(CHUNK);
    write(MemorySegment.ofArray(heap).asSlice(0, bytes));
    heap = new float[0];
  }

  /**
   * The file of it, with nothing left to write.
   *
   * @return null where no file can be made
   */
  DecodedFolder.@Nullable Unfinished intoFile() throws IOException {
    if (file == null && !heapOnly) {
      spill();
    }
    flush();
    return file;
  }

  private void write(MemorySegment numbers) throws IOException {
    long done = 0;
    while (done < numbers.byteSize()) {
      if (!chunk.hasRemaining()) {
        flush();
      }
      int part = (int) Math.min(chunk.remaining(), numbers.byteSize() - done);
      MemorySegment.copy(numbers, done, MemorySegment.ofBuffer(chunk), 0, part);
      chunk.position(chunk.position() + part);
      done += part;
    }
  }

  private void flush() throws IOException {
    FileChannel to = channel;
    if (to == null) {
      return;
    }
    chunk.flip();
    while (chunk.hasRemaining()) {
      to.write(chunk);
    }
    chunk.clear();
  }

  /** Writes more behind its numbers, which do not count as such. */
  void append(MemorySegment more) throws IOException {
    write(more);
    flush();
  }

  /** All numbers, without a copy; usable until it is closed. Nothing may be added any more. */
  public MemorySegment numbers() throws IOException {
    if (file == null) {
      return MemorySegment.ofArray(heap).asSlice(0, bytes);
    }
    flush();
    try (FileChannel from = FileChannel.open(file.path(), StandardOpenOption.READ)) {
      return from.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
    }
  }

  /** Releases the mapping and the way to the file, which stays. */
  void release() throws IOException {
    if (arena.scope().isAlive()) {
      arena.close();
    }
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }

  @Override
  public void close() throws IOException {
    release();
    if (file != null) {
      file.delete();
      file = null;
    }
  }
}
