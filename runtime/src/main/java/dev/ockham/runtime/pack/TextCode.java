package dev.ockham.runtime.pack;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Texts, each byte predicted from those before it: contexts of 1 to 6 bytes are mixed. What such
 * texts look like is learnt from {@link PackSample} first.
 */
final class TextCode {

  private static final int[] ORDERS = {1, 2, 3, 4, 6};
  private static final int TABLE_BITS = 16;
  private static final int TABLE = 1 << TABLE_BITS;
  private static final int MOST_SEEN = 30;
  private static final int RATE = 5;
  private static final int BYTE_BITS = 8;
  private static final int LARGEST_SPARE = 1 << 16;

  private final AdaptiveBits bits;
  private final Mixer mixer;
  private final int[] places = new int[ORDERS.length + 1];
  private final Whole length = new Whole();
  private long history;

  private TextCode(AdaptiveBits bits, Mixer mixer, long history) {
    this.bits = bits;
    this.mixer = mixer;
    this.history = history;
  }

  /** A code that has seen the sample. */
  static TextCode primed() {
    TextCode first = Primed.CODE;
    return new TextCode(first.bits.copy(), first.mixer.copy(), first.history);
  }

  /** Learnt once, when it is first needed. */
  private static final class Primed {
    static final TextCode CODE =
        new TextCode(
            new AdaptiveBits((ORDERS.length + 1) * TABLE, MOST_SEEN),
            new Mixer(ORDERS.length + 1, 1 << BYTE_BITS, RATE),
            0);

    static {
      BitWriter nowhere = new BitWriter();
      for (byte each : PackSample.TEXT.getBytes(StandardCharsets.UTF_8)) {
        CODE.code(nowhere, each & 0xFF);
      }
    }
  }

  /**
   * Codes a text.
   *
   * @param text ignored by a reader
   * @param most bytes that a text may have
   * @return the text
   * @throws MalformedPackException if what is read is longer, or no UTF-8
   */
  String code(BitCoder coder, String text, int most) throws MalformedPackException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int count = length.code(coder, bytes.length);
    if (count > most) {
      throw new MalformedPackException("a text of %s bytes, more than %s".formatted(count, most));
    }
    byte[] coded = new byte[Math.min(count, LARGEST_SPARE)];
    for (int i = 0; i < count; i++) {
      if (i == coded.length) {
        coded = Arrays.copyOf(coded, Math.min(count, 2 * coded.length));
      }
      coded[i] = (byte) code(coder, coder.reads() ? 0 : bytes[i] & 0xFF);
      requireMore(coder);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(coded)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedPackException("a text is no UTF-8", e);
    }
  }

  /** Damaged bytes may claim a long text; it ends where the bytes do. */
  static void requireMore(BitCoder coder) throws MalformedPackException {
    if (coder instanceof BitReader reader && reader.exhausted()) {
      throw new MalformedPackException("it ends early");
    }
  }

  private int code(BitCoder coder, int value) {
    for (int k = 0; k < ORDERS.length; k++) {
      long context = history & (-1L >>> (Long.SIZE - BYTE_BITS * ORDERS[k]));
      long hash = (context + k + 1) * 0x9E3779B97F4A7C15L;
      places[k] = k * TABLE + (int) (hash >>> (Long.SIZE - TABLE_BITS));
    }
    places[ORDERS.length] = ORDERS.length * TABLE;
    int partial = 1;
    for (int i = BYTE_BITS - 1; i >= 0; i--) {
      int bit = bit(coder, partial, (value >>> i) & 1);
      partial = (partial << 1) | bit;
    }
    int coded = partial & 0xFF;
    history = (history << BYTE_BITS) | coded;
    return coded;
  }

  private int bit(BitCoder coder, int partial, int bit) {
    for (int place : places) {
      int context = place(place, partial);
      // What was seen often enough is worth more than its odds alone say.
      mixer.add(bits.seen(context) == 0 ? 0 : Probability.stretch(bits.one(context)));
    }
    int coded = coder.code(bit, mixer.mix(partial));
    mixer.learn(coded);
    for (int place : places) {
      bits.learn(place(place, partial), coded);
    }
    return coded;
  }

  /** Neighbouring bits of one byte lie apart, those of one context by its hash. */
  private static int place(int start, int partial) {
    int within = (start ^ (partial * 0x2F0B)) & (TABLE - 1);
    return (start & -TABLE) | within;
  }
}
