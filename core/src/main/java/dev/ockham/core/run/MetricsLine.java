package dev.ockham.core.run;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A line of {@code metrics.jsonl}. Its last member, {@code crc32c}, is the CRC-32C of all bytes
 * before it, as 8 hexadecimal digits: a line has some thousand bytes, of which CRC-32C notices
 * every change of up to three bits, and of others all but one in 2³². Lines of older builds have
 * none and end with {@code seconds}.
 *
 * @param text as it is in the file, without its end
 * @param values its members but for the checksum; null where the line was damaged or cut short
 * @param fault what is wrong with the line; empty where nothing is
 * @param checked whether there was a checksum, which held
 * @param ended whether the line has its end; a kill may have cut off one that has none
 */
record MetricsLine(
    String text,
    @Nullable SequencedMap<String, Object> values,
    String fault,
    boolean checked,
    boolean ended) {

  private static final JsonMapper JSON = new JsonMapper();
  private static final TypeReference<LinkedHashMap<String, Object>> OBJECT =
      new TypeReference<>() {};
  private static final String LAST = "seconds";
  private static final String KEY = "crc32c";
  private static final String MEMBER = ",\"" + KEY + "\":\"";
  private static final int DIGITS = 8;
  private static final String END = "\"}";
  private static final int LENGTH = MEMBER.length() + DIGITS + END.length();

  /** The line of an epoch, with its end. */
  static byte[] of(Map<String, Object> values) {
    String object = JSON.writeValueAsString(values);
    byte[] body = object.substring(0, object.length() - 1).getBytes(StandardCharsets.UTF_8);
    byte[] member = (MEMBER + crc32c(body) + END + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] line = Arrays.copyOf(body, body.length + member.length);
    System.arraycopy(member, 0, line, body.length, member.length);
    return line;
  }

  /** All lines of a file. */
  static List<MetricsLine> all(byte[] file) {
    List<MetricsLine> lines = new ArrayList<>();
    for (int begin = 0; begin < file.length; ) {
      int end = begin;
      while (end < file.length && file[end] != '\n') {
        end++;
      }
      lines.add(read(Arrays.copyOfRange(file, begin, end), end < file.length));
      begin = end + 1;
    }
    return lines;
  }

  private static MetricsLine read(byte[] bytes, boolean ended) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return broken(new String(bytes, StandardCharsets.UTF_8), "is not UTF-8 text", ended);
    }
    int body = text.length() - LENGTH;
    boolean checked = body > 0 && text.startsWith(MEMBER, body) && text.endsWith(END);
    if (checked) {
      byte[] before = text.substring(0, body).getBytes(StandardCharsets.UTF_8);
      int digits = body + MEMBER.length();
      if (!text.substring(digits, digits + DIGITS).equals(crc32c(before))) {
        return broken(text, "is not as it was written (crc32c)", ended);
      }
    }
    try {
      SequencedMap<String, Object> values = JSON.readValue(text, OBJECT);
      if (values == null || values.isEmpty()) {
        return broken(text, "is not a JSON object", ended);
      }
      if (!checked && !values.lastEntry().getKey().equals(LAST)) {
        return broken(text, "is not as it was written (its end)", ended);
      }
      values.remove(KEY);
      return values.get("epoch") instanceof Integer
          ? new MetricsLine(text, values, "", checked, ended)
          : broken(text, "has no epoch", ended);
    } catch (JacksonException e) {
      return broken(text, "is not a JSON object", ended);
    }
  }

  private static MetricsLine broken(String text, String fault, boolean ended) {
    return new MetricsLine(text, null, fault, false, ended);
  }

  /** Number of the epoch, from 1; 0 where the line was damaged. */
  int epoch() {
    return values != null && values.get("epoch") instanceof Integer epoch ? epoch : 0;
  }

  private static String crc32c(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }
}
