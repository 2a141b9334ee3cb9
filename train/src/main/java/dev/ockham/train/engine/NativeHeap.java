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

/** How malloc serves all of the process, where it is glibc's. */
public final class NativeHeap {

  /** struct mallinfo2: ten size_t. */
  private static final MemoryLayout MALLINFO2 =
      MemoryLayout.structLayout(MemoryLayout.sequenceLayout(10, ValueLayout.JAVA_LONG));

  /** Bytes in blocks that malloc got by mmap. */
  private static final int HBLKHD = 4;

  /** Bytes in other blocks that are in use. */
  private static final int UORDBLKS = 7;

  /** Parameters of mallopt. */
  private static final int M_TRIM_THRESHOLD = -1;

  private static final int M_MMAP_THRESHOLD = -3;

  /** Above it a block is mapped for itself and given back at once. */
  private static final int LARGE = 1 << 30;

  /** What older versions take at most. */
  private static final int LARGE_BEFORE_2_35 = 32 << 20;

  private NativeHeap() {}

  /**
   * Has malloc keep what is freed, up to a gigabyte, for the next call. libtorch and oneDNN
   * allocate megabytes in every call and free them again; given back to the system, they come again
   * as pages of zeros, which took two thirds of a step of a ResNet-20 on a virtual machine. Does
   * nothing where malloc is not glibc's.
   */
  @SuppressWarnings("restricted") // the signature is glibc's own
  static void keepFreed() {
    Linker linker = Linker.nativeLinker();
    var symbol = linker.defaultLookup().find("mallopt");
    if (symbol.isEmpty()) {
      return;
    }
    ValueLayout.OfInt number = ValueLayout.JAVA_INT;
    MethodHandle mallopt =
        linker.downcallHandle(symbol.get(), FunctionDescriptor.of(number, number, number));
    try {
      int done = (int) mallopt.invokeExact(M_MMAP_THRESHOLD, LARGE);
      if (done == 0) {
        var _ = (int) mallopt.invokeExact(M_MMAP_THRESHOLD, LARGE_BEFORE_2_35);
      }
      var _ = (int) mallopt.invokeExact(M_TRIM_THRESHOLD, LARGE);
    } catch (Throwable e) {
      throw new IllegalStateException("mallopt", e);
    }
  }

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
