package dev.ockham.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsTest {
  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void choosePath() {
    path = folder.resolve("t.safetensors");
  }

  @Test
  void everythingComesBack() throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    tensors.put("floats", StoredTensor.ofFloats(new float[] {1, -0f, Float.MIN_VALUE}, 3, 1));
    tensors.put("empty", StoredTensor.ofFloats(new float[0], 0, 784));
    tensors.put("doubles \"é\" 😀\n", StoredTensor.ofDoubles(new double[] {Math.PI}, 1));
    tensors.put("scalar", StoredTensor.ofLongs(new long[] {Long.MIN_VALUE}));
    tensors.put("bytes", StoredTensor.ofIndices(new int[] {0, 255, 7}, 255));
    tensors.put("shorts", StoredTensor.ofIndices(new int[] {65535}, 65535));
    tensors.put("ints", StoredTensor.ofIndices(new int[] {Integer.MAX_VALUE}, Integer.MAX_VALUE));
    SafetensorsFile file = SafetensorsFile.of(Map.of("a", "b\n\"", "ü", ""), tensors);

    Safetensors.write(path, file);
    SafetensorsFile back = Safetensors.read(path);

    assertThat(back).isEqualTo(file);
    assertThat(back.tensor("floats").toFloats()).isEqualTo(new float[] {1, -0f, Float.MIN_VALUE});
    assertThat(back.tensor("scalar").toLongs()).containsExactly(Long.MIN_VALUE);
    assertThat(back.tensor("doubles \"é\" 😀\n").toDoubles()).containsExactly(Math.PI);
    assertThat(back.tensor("bytes").toIndices()).containsExactly(0, 255, 7);
    assertThat(back.tensor("shorts").toIndices()).containsExactly(65535);
    assertThat(back.tensor("ints").toIndices()).containsExactly(Integer.MAX_VALUE);
  }

  @ParameterizedTest
  @EnumSource
  void everyTypeComesBack(DType dtype) throws IOException {
    byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8};
    StoredTensor tensor =
        new StoredTensor(dtype, List.of(8L / dtype.bytes()), ByteBuffer.wrap(bytes));

    Safetensors.write(path, SafetensorsFile.of(Map.of(), Map.of("t", tensor)));

    assertThat(Safetensors.read(path).tensors()).isEqualTo(Map.of("t", tensor));
  }

  @Test
  void bytesAreExactlyTheseAndAligned() throws IOException {
    Map<String, StoredTensor> tensors =
        Map.of(
            "b", StoredTensor.ofIndices(new int[] {1, 2, 3}, 3),
            "z", StoredTensor.ofFloats(new float[] {1}, 1),
            "a", StoredTensor.ofFloats(new float[] {2}, 1));
    Safetensors.write(path, SafetensorsFile.of(Map.of("k", "v"), tensors));

    String header =
        """
        {"__metadata__":{"k":"v"},\
        "a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},\
        "z":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},\
        "b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}\
        """;
    int padded = (header.length() + 7) / 8 * 8;
    ByteBuffer expected = ByteBuffer.allocate(8 + padded + 11).order(ByteOrder.LITTLE_ENDIAN);
    expected.putLong(padded).put(header.getBytes(StandardCharsets.US_ASCII));
    expected.put(" ".repeat(padded - header.length()).getBytes(StandardCharsets.US_ASCII));
    expected.putFloat(2).putFloat(1).put(new byte[] {1, 2, 3});
    assertThat(Files.readAllBytes(path)).isEqualTo(expected.array());
  }

  @Test
  void aFileWithoutTensorsIsAllowed() throws IOException {
    Safetensors.write(path, SafetensorsFile.of(Map.of(), Map.of()));

    assertThat(Safetensors.read(path).tensors()).isEmpty();
  }

  @Test
  void hashIsOverTheBytesInTheOrderOfNames() {
    // SHA-256 of "abc", FIPS 180-2 appendix B.1
    SafetensorsFile file =
        SafetensorsFile.of(
            Map.of("not", "hashed"),
            Map.of(
                "2", StoredTensor.ofIndices(new int[] {'c'}, 255),
                "1", StoredTensor.ofIndices(new int[] {'a', 'b'}, 255)));

    assertThat(file.weightsSha256())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        // header | bytes of data | offset of the fault | message
        "[] | 0 | 8 | header: does not begin with '{'",
        "x{} | 0 | 8 | header: does not begin with '{'",
        "{ | 0 | 9 | header: not valid JSON",
        "{}x | 0 | 10 | header: not valid JSON",
        "{} | 1 | 10 | data: 1 bytes after the last tensor",
        "{'t':1} | 0 | 9 | tensor 't': is not an object of exactly",
        "{'t':{'dtype':'F32','shape':[1]}} | 4 | 9 | tensor 't': is not an object of exactly",
        "{'t':{'dtype':'F32','shape':[1],'data_offsets':[0,4],'x':0}} | 4 | 9 | exactly dtype",
        "{'t':{'dtype':'F7','shape':[1],'data_offsets':[0,4]}} | 4 | 9 | unknown dtype 'F7'",
        "{'t':{'dtype':7,'shape':[1],'data_offsets':[0,4]}} | 4 | 9 | dtype is not a string",
        "{'t':{'dtype':'F32','shape':1,'data_offsets':[0,4]}} | 4 | 9 | shape is not an array",
        "{'t':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}} | 4 | 9 | shape[0] is not",
        "{'t':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}} | 4 | 9 | shape[0] is not",
        "{'t':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}} | 4 | 9 | needs 8 bytes but"
            + " data_offsets span 4",
        "{'t':{'dtype':'F32','shape':[99999999999,99999999999],'data_offsets':[0,4]}} | 4 | 9 |"
            + " overflows",
        "{'t':{'dtype':'F32','shape':[9999999999999999999],'data_offsets':[0,4]}} | 4 | 9 |"
            + " shape[0] is not",
        "{'t':{'dtype':'F32','shape':[1],'data_offsets':[0]}} | 4 | 9 | data_offsets [0] are not",
        "{'t':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}} | 4 | 9 | data_offsets [4, 0] are"
            + " not",
        "{'t':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | 3 | 9 | end beyond the 3 bytes",
        "{'t':{'dtype':'U8','shape':[2],'data_offsets':[1,3]}} | 3 | 9 | leaving a hole",
        "{'t':{'dtype':'U8','shape':[2],'data_offsets':[0,2]}} | 3 | 63 | 1 bytes after the last",
        "{'t':{'dtype':'U8','shape':[2],'data_offsets':[0,2]},'u':{'dtype':'U8','shape':[2],'data_offsets':[1,3]}}"
            + " | 3 | 61 | inside the tensor that ends",
        "{'t':{'dtype':'U8','shape':[0],'data_offsets':[0,0]},'t':{'dtype':'U8','shape':[0],'data_offsets':[0,0]}}"
            + " | 0 | 61 | 't' occurs twice",
        "{'__metadata__':[]} | 0 | 9 | __metadata__: is not an object",
        "{'__metadata__':{'a':1}} | 0 | 9 | the value of 'a' is not a string",
      })
  void refusesBrokenHeaders(String header, int dataBytes, long offset, String message)
      throws IOException {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    write(json.length, json, dataBytes);

    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> Safetensors.read(path))
        .withMessageStartingWith(path + ": byte " + offset + ": ")
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.byteOffset()).isEqualTo(offset));
  }

  @ParameterizedTest
  @CsvSource({
    "3, only 2 bytes",
    "-1, 18446744073709551615 exceeds",
    "100000001, exceeds the limit"
  })
  void refusesImpossibleHeaderLengths(long length, String message) throws IOException {
    write(length, new byte[] {'{', '}'}, 0);

    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> Safetensors.read(path))
        .withMessageStartingWith(path + ": byte 0: header length: ")
        .withMessageContaining(message);
  }

  @Test
  void refusesBytesThatAreNotUtf8() throws IOException {
    write(4, new byte[] {'{', '"', (byte) 0xC0, '}'}, 0);

    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> Safetensors.read(path))
        .withMessage(path + ": byte 10: header: not valid UTF-8");
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    Safetensors.write(
        path,
        SafetensorsFile.of(
            Map.of("k", "v"), Map.of("t", StoredTensor.ofFloats(new float[] {1, 2}, 2))));
    byte[] whole = Files.readAllBytes(path);

    for (int length = 0; length < whole.length; length++) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertThatExceptionOfType(MalformedFileException.class)
          .as("first %d of %d bytes", length, whole.length)
          .isThrownBy(() -> Safetensors.read(path));
    }
  }

  @Test
  void messagesAreOneShortLineWhateverTheFileHolds() throws IOException {
    byte[] json = ("{\"" + "\\n".repeat(5000) + "\":1}").getBytes(StandardCharsets.UTF_8);
    write(json.length, json, 0);

    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> Safetensors.read(path))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(1000));
  }

  @Test
  void refusesToWriteWhatItCouldNotRead() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoredTensor.ofFloats(new float[3], 2, 2))
        .withMessage("shape [2, 2] of F32 needs 16 bytes, got 12");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            SafetensorsFile.of(
                Map.of(), Map.of("__metadata__", StoredTensor.ofFloats(new float[0], 0))));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Safetensors.write(path, SafetensorsFile.of(Map.of("half", "\udc00"), Map.of())));
    assertThat(path).doesNotExist();
  }

  @Test
  void valuesAreLittleEndian() {
    ByteBuffer bytes = StoredTensor.ofFloats(new float[] {1}, 1).data();
    byte[] copy = new byte[4];
    bytes.get(copy);

    assertThat(HexFormat.of().formatHex(copy)).isEqualTo("0000803f");
  }

  private void write(long length, byte[] json, int dataBytes) throws IOException {
    ByteBuffer file =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(length).put(json);
    Files.write(path, file.array());
  }
}
