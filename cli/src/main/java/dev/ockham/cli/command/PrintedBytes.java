package dev.ockham.cli.command;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Whole lines of UTF-8, printed where a command's results go. */
final class PrintedBytes extends OutputStream {
  private final PrintWriter out;

  PrintedBytes(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void write(int b) {
    out.write(b);
  }

  @Override
  public void write(byte[] bytes, int from, int length) {
    out.write(new String(bytes, from, length, StandardCharsets.UTF_8));
  }

  @Override
  public void flush() {
    out.flush();
  }
}
