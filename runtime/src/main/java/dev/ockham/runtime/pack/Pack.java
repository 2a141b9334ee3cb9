package dev.ockham.runtime.pack;

import dev.ockham.runtime.model.Matrix;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Some texts and matrices as one run of bytes, and back. Equal content gives equal bytes. */
public final class Pack {

  private Pack() {}

  /**
   * The bytes of some texts and, behind them, matrices.
   *
   * @throws IllegalArgumentException if the matrices have so many cells for so few bytes that no
   *     reader takes them
   */
  public static byte[] write(List<String> texts, List<PackedMatrix> matrices) {
    BitWriter writer = new BitWriter();
    TextCode text = TextCode.primed();
    PackWork work = new PackWork(Integer.MAX_VALUE); // the bytes are known at the end
    try {
      for (String each : texts) {
        text.code(writer, each, Integer.MAX_VALUE);
      }
      for (PackedMatrix matrix : matrices) {
        MatrixCode.write(writer, matrix, work);
      }
      byte[] bytes = writer.finish();
      new PackWork(bytes.length).add(work.done());
      return bytes;
    } catch (MalformedPackException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Reads what {@link #write} wrote, in the same order. One reader reads one pack. */
  public static final class Reader {
    private final BitReader from;
    private final TextCode text = TextCode.primed();
    private final PackWork work;
    private final PackMeter meter = new PackMeter();

    /**
     * A reader of the bytes from an index on.
     *
     * @param bytes not copied
     */
    public Reader(byte[] bytes, int from) {
      this.from = new BitReader(bytes, from);
      this.work = new PackWork(bytes.length - (long) from);
    }

    /**
     * Reads the next texts.
     *
     * @param count how many
     * @param most bytes that all of them may have together
     * @throws MalformedPackException if they are none
     */
    public List<String> texts(int count, int most) throws MalformedPackException {
      List<String> texts = new ArrayList<>();
      int left = most;
      for (int i = 0; i < count; i++) {
        String next = text.code(from, "", left);
        texts.add(next);
        left -= next.getBytes(StandardCharsets.UTF_8).length;
      }
      return texts;
    }

    /**
     * Reads the next matrix.
     *
     * @param most bytes of memory that it may take
     * @throws MalformedPackException if it is none, or takes more memory
     */
    public Matrix matrix(int rows, int cols, long most) throws MalformedPackException {
      return MatrixCode.read(from, rows, cols, work, most, meter).numbers();
    }

    /** Measures from now on what numbers take; reading is slower then. */
    public void measure() {
      meter.start();
    }

    /** Bits that everything read so far took, with parts of one. */
    public double taken() {
      return from.taken();
    }

    /** Bits of that which numbers of matrices took, without their places, where it is measured. */
    public double takenByNumbers() {
      return meter.bits();
    }
  }
}
