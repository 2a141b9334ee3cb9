package dev.ockham.onnx.read.file;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A look over the bytes of a protobuf before it is parsed: how much memory its messages would take.
 * Two bytes of a hostile file can ask for an object of a hundred.
 */
final class WireLimits {
  private static final int MOST_DEPTH = 60;

  /** Bytes of memory for a message, its fields and lists. */
  private static final long PER_MESSAGE = 200;

  /** Bytes of memory for each byte of a list of whole numbers, which may be one byte each. */
  private static final long PER_LIST_BYTE = 16;

  private final ByteBuffer bytes;
  private long memory;

  private WireLimits(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /**
   * Checks that a model's messages fit.
   *
   * @param file the whole file; its position is not moved
   * @param most bytes of memory that parsing may take, tensors of raw bytes not counted
   * @throws MalformedOnnxException if they do not, or the bytes are no protobuf
   */
  static void check(ByteBuffer file, long most) {
    var limits = new WireLimits(file.duplicate());
    limits.message(OnnxMl.ModelProto.getDescriptor(), file.limit(), 0);
    if (limits.memory > most) {
      throw new MalformedOnnxException(
          "model",
          "its messages would take "
              + limits.memory
              + " bytes of memory, more than "
              + most
              + "; give Java more memory, or keep tensors as raw data");
    }
  }

  private void message(Descriptor type, int end, int depth) {
    if (depth > MOST_DEPTH) {
      throw broken("messages are nested deeper than " + MOST_DEPTH);
    }
    while (bytes.position() < end) {
      long tag = varint(end);
      int wire = (int) (tag & 7);
      FieldDescriptor field = type.findFieldByNumber((int) (tag >>> 3));
      memory += 8;
      switch (wire) {
        case WireFormat.WIRETYPE_VARINT -> varint(end);
        case WireFormat.WIRETYPE_FIXED64 -> skip(8, end);
        case WireFormat.WIRETYPE_FIXED32 -> skip(4, end);
        case WireFormat.WIRETYPE_LENGTH_DELIMITED -> delimited(field, end, depth);
        case WireFormat.WIRETYPE_START_GROUP, WireFormat.WIRETYPE_END_GROUP ->
            memory += PER_MESSAGE;
        default -> throw broken("a field has wire type " + wire);
      }
    }
  }

  private void delimited(@Nullable FieldDescriptor field, int end, int depth) {
    long length = varint(end);
    if (length < 0 || length > end - bytes.position()) {
      throw broken(
          "a field of " + length + " bytes, where " + (end - bytes.position()) + " are left");
    }
    int stop = bytes.position() + (int) length;
    if (field == null || field.getJavaType() == FieldDescriptor.JavaType.STRING) {
      memory += PER_MESSAGE / 2 + 2 * length;
    } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      memory += PER_MESSAGE;
      message(field.getMessageType(), stop, depth + 1);
    } else if (field.getJavaType() != FieldDescriptor.JavaType.BYTE_STRING) {
      boolean fixed =
          field.getJavaType() == FieldDescriptor.JavaType.FLOAT
              || field.getJavaType() == FieldDescriptor.JavaType.DOUBLE;
      memory += fixed ? 2 * length : PER_LIST_BYTE * length;
    } else {
      memory += PER_MESSAGE / 2;
    }
    bytes.position(stop);
  }

  private void skip(int count, int end) {
    if (end - bytes.position() < count) {
      throw broken("the file ends within a number");
    }
    bytes.position(bytes.position() + count);
  }

  private long varint(int end) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (bytes.position() >= end) {
        throw broken("the file ends within a number");
      }
      byte next = bytes.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw broken("a number has more than ten bytes");
  }

  private MalformedOnnxException broken(String problem) {
    return new MalformedOnnxException(
        "model",
        problem + ", near byte " + bytes.position() + ": this is no ONNX file, or cut off");
  }
}
