package dev.ockham.cli.console;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Standard output that remembers why it could not be written to: a reader that has enough, such as
 * {@code head}, is no failure, a full disk is one.
 */
public final class StandardOutput {

  private static volatile boolean closed;

  private StandardOutput() {}

  /** Puts itself in the place of {@link System#out}, before anything has it. */
  public static void install() {
    OutputStream file = remembering(new FileOutputStream(FileDescriptor.out));
    System.setOut(
        new PrintStream(new BufferedOutputStream(file, 8192), true, System.out.charset()));
  }

  /** Whether the reader at the other end of a pipe went away. */
  static boolean readerIsGone() {
    return closed;
  }

  /** Whether an exception says that nobody reads a pipe any more, on Linux, macOS or Windows. */
  static boolean saysSo(IOException failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("broken pipe")
        || message.contains("pipe is being closed")
        || message.contains("pipe has been ended");
  }

  private static OutputStream remembering(OutputStream out) {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int count) throws IOException {
        try {
          out.write(bytes, from, count);
        } catch (IOException e) {
          closed |= saysSo(e);
          throw e;
        }
      }
    };
  }
}
