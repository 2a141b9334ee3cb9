package dev.ockham.train.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.OptionalLong;

/** What malloc has handed out to all of the process, as glibc counts it. */
public final class NativeHeap {

  /** struct mallinfo2: ten size_t. */
  private static final MemoryLayout MALLINFO2 =
      MemoryLayout.structLayout(MemoryLayout.sequenceLayout(10, ValueLayout.JAVA_LONG));

  /** Bytes in blocks that malloc got by mmap. */
  private static final int HBLKHD = 4;

  /** Bytes in other blocks that are in use. */
  private static final int UORDBLKS = 7;

  private NativeHeap() {}

  /** Bytes in use; empty without glibc 2.33 or newer. */
  @SuppressWarnings("restricted") // the signature is glibc's own
  public static OptionalLong bytesInUse() {
    Linker linker = Linker.nativeLinker();
    var symbol = linker.defaultLookup().find("mallinfo2");
    if (symbol.isEmpty()) {
      return OptionalLong.empty();
    }
    MethodHandle mallinfo2 = linker.downcallHandle(symbol.get(), FunctionDescriptor.of(MALLINFO2));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = (MemorySegment) mallinfo2.invokeExact((SegmentAllocator) arena);
      return OptionalLong.of(
          info.getAtIndex(ValueLayout.JAVA_LONG, HBLKHD)
              + info.getAtIndex(ValueLayout.JAVA_LONG, UORDBLKS));
    } catch (Throwable e) {
      throw new IllegalStateException("mallinfo2", e);
    }
  }
}
