package dev.ockham.report.event;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Encodes one protobuf message in memory. */
final class ProtoMessage {

  private ProtoMessage() {}

  /** Writes the fields of a message. */
  @FunctionalInterface
  interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  /** The bytes of a message. */
  static byte[] encode(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail so
    }
    return bytes.toByteArray();
  }

  /** A field of packed doubles: as bytes on the wire, eight each, little endian. */
  static void writePacked(CodedOutputStream out, int field, double[] values) throws IOException {
    out.writeByteArray(
        field,
        encode(inner -> {
          for (double value : values) {
            inner.writeDoubleNoTag(value);
          }
        }));
  }
}
