package dev.ockham.core.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Native code that libraries unpack into the folder for temporary files. A machine may forbid that
 * anything there is executed.
 */
public final class UnpackedCode {

  /** Causes that are looked at; some libraries make circles of them. */
  private static final int MOST_CAUSES = 16;

  private UnpackedCode() {}

  /**
   * What to do, if a failure is that such code may not be executed; nothing for another one, nor
   * where an {@link IOException} says already which folder it is of.
   */
  public static Optional<String> advice(Throwable failure) {
    Throwable each = failure;
    for (int i = 0; each != null && i < MOST_CAUSES; i++) {
      boolean said = each instanceof IOException || each instanceof UncheckedIOException;
      if (!said && String.valueOf(each.getMessage()).contains("failed to map segment")) {
        return Optional.of(
            "native code cannot be loaded from %s, where nothing may be executed (noexec); name another folder: export JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=FOLDER"
                .formatted(System.getProperty("java.io.tmpdir")));
      }
      each = each.getCause();
    }
    return Optional.empty();
  }
}
