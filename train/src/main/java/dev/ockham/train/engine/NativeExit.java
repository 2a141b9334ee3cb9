package dev.ockham.train.engine;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;

/** How a process ends that has loaded libtorch. */
final class NativeExit {

  private NativeExit() {}

  /**
   * Has the process end without taking down what libtorch has set up, which other threads may still
   * compute with: Ctrl-C in the middle of a native call was a crash with a report. All that Java
   * does at its end is done before. To be called after libtorch is loaded, since what was
   * registered last is called first; does nothing without glibc's {@code on_exit}.
   */
  @SuppressWarnings("restricted") // the signatures are glibc's own
  static void atOnce() {
    Linker linker = Linker.nativeLinker();
    SymbolLookup own = linker.defaultLookup();
    var register = own.find("on_exit");
    var end = own.find("_exit");
    if (register.isEmpty() || end.isEmpty()) {
      return;
    }
    // on_exit calls a function with the status and a pointer; _exit takes the first of them.
    FunctionDescriptor signature =
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    try {
      var _ =
          (int)
              linker
                  .downcallHandle(register.get(), signature)
                  .invokeExact(end.get(), MemorySegment.NULL);
    } catch (Throwable e) {
      throw new IllegalStateException("on_exit", e);
    }
  }
}
