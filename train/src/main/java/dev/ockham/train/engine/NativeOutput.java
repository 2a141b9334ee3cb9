package dev.ockham.train.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.function.Supplier;
import org.bytedeco.pytorch.global.torch;

/**
 * What libtorch would print by itself, between the answers of commands. For Linux, where alone it
 * is needed.
 */
final class NativeOutput {

  private static final int STANDARD_OUTPUT = 1;
  private static final int WRITE_ONLY = 1;

  private NativeOutput() {}

  /** Standard output as it was; only while somebody is silent. */
  private static int kept;

  private static int silent;

  /** Runs something that prints from C++; what it says on standard output goes nowhere. */
  static <T> T silently(Supplier<T> work) {
    begin();
    try {
      return work.get();
    } finally {
      end();
    }
  }

  /** Several ranks in one process wait for each other while they are silent. */
  private static synchronized void begin() {
    if (silent++ == 0) {
      kept = call("dup", STANDARD_OUTPUT);
      int nowhere = openNowhere();
      call("dup2", nowhere, STANDARD_OUTPUT);
      call("close", nowhere);
    }
  }

  private static synchronized void end() {
    if (--silent == 0) {
      flush();
      call("dup2", kept, STANDARD_OUTPUT);
      call("close", kept);
    }
  }

  /** Makes libtorch keep to itself that a connection is gone, which we say in one line. */
  static void hideWarnings() {
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle setenv =
          function(
              "setenv",
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_INT));
      var _ =
          (int)
              setenv.invokeExact(
                  arena.allocateFrom("TORCH_CPP_LOG_LEVEL"), arena.allocateFrom("ERROR"), 0);
    } catch (Throwable e) {
      throw new IllegalStateException("setenv", e);
    }
    torch.initLogging();
  }

  private static int call(String name, int argument) {
    try {
      return (int)
          function(name, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
              .invokeExact(argument);
    } catch (Throwable e) {
      throw new IllegalStateException(name, e);
    }
  }

  private static int call(String name, int first, int second) {
    try {
      return (int)
          function(
                  name,
                  FunctionDescriptor.of(
                      ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
              .invokeExact(first, second);
    } catch (Throwable e) {
      throw new IllegalStateException(name, e);
    }
  }

  private static int openNowhere() {
    try (Arena arena = Arena.ofConfined()) {
      return (int)
          function(
                  "open",
                  FunctionDescriptor.of(
                      ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                  Linker.Option.firstVariadicArg(2))
              .invokeExact(arena.allocateFrom("/dev/null"), WRITE_ONLY);
    } catch (Throwable e) {
      throw new IllegalStateException("open", e);
    }
  }

  private static void flush() {
    try {
      var _ =
          (int)
              function("fflush", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS))
                  .invokeExact(MemorySegment.NULL);
    } catch (Throwable e) {
      throw new IllegalStateException("fflush", e);
    }
  }

  @SuppressWarnings("restricted") // the signatures are those of POSIX
  private static MethodHandle function(
      String name, FunctionDescriptor signature, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().find(name).orElseThrow(), signature, options);
  }
}
