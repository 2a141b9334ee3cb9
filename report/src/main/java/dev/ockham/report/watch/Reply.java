package dev.ockham.report.watch;

import java.nio.charset.StandardCharsets;

/**
 * What is sent back.
 *
 * @param status of HTTP
 * @param type of the body, as {@code Content-Type} has it
 * @param body the bytes
 * @param policy what a browser lets the page do
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Reply(int status, String type, byte[] body, String policy) {

  /** Only this address, and no script in a page's text. */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** A report has its scripts in it; it may run them, and nothing else of this address. */
  private static final String REPORT_POLICY =
      "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline';"
          + " style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

  /** Text of a type, in UTF-8. */
  static Reply of(String type, String text) {
    return new Reply(200, type + "; charset=utf-8", bytes(text), POLICY);
  }

  /** A report. */
  static Reply ofReport(String page) {
    return new Reply(200, "text/html; charset=utf-8", bytes(page), REPORT_POLICY);
  }

  /** A picture. */
  static Reply ofPicture(byte[] png) {
    return new Reply(200, "image/png", png, POLICY);
  }

  /** Why there is nothing else, in a line. */
  static Reply refused(int status, String why) {
    return new Reply(status, "text/plain; charset=utf-8", bytes(why + "\n"), POLICY);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
