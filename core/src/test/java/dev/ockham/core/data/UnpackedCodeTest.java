package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

/** A machine that executes nothing from its temporary folder is told from a broken library. */
class UnpackedCodeTest {

  @Test
  void whatMayNotBeExecutedIsToldByItsCause() {
    var refused =
        new UnsatisfiedLinkError(
            "/tmp/libzstd-jni.so: failed to map segment from shared object: Operation not"
                + " permitted");
    var later = new NoClassDefFoundError("Could not initialize class Zstd");
    later.initCause(new ExceptionInInitializerError(refused));
    for (Throwable each : new Throwable[] {refused, later, new IllegalStateException(later)}) {
      assertThat(UnpackedCode.advice(each))
          .hasValueSatisfying(said ->
              assertThat(said)
                  .contains(
                      System.getProperty("java.io.tmpdir"),
                      "noexec",
                      "JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=")
                  .doesNotContain("\n"));
    }
  }

  @Test
  void anotherFailureIsNoneOfIt() {
    var circle = new IllegalStateException("one");
    circle.initCause(new IllegalStateException("two", circle));
    assertThat(UnpackedCode.advice(circle)).isEmpty();
    assertThat(UnpackedCode.advice(new UnsatisfiedLinkError("no zstd in java.library.path")))
        .isEmpty();
  }

  /** Of libtorch, whose folder is another one. */
  @Test
  void whoNamedTheFolderAlreadyIsNotContradicted() {
    var named = new IOException("/home/me/c.so: failed to map segment; set OCKHAM_NATIVE_CACHE");
    assertThat(UnpackedCode.advice(named)).isEmpty();
    assertThat(UnpackedCode.advice(new UncheckedIOException(named))).isEmpty();
  }
}
