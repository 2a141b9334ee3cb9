package dev.ockham.core.name;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BareNameTest {
  @ParameterizedTest
  @CsvSource({
    "clothes.onnx, clothes.onnx",
    "/home/me/models/clothes.onnx, clothes.onnx",
    "../models/clothes.onnx, clothes.onnx",
    "C:\\models\\clothes.onnx, clothes.onnx",
    "photos/, photos",
    "random:100, random:100",
    "own:tiny, own:tiny",
    "/, /",
  })
  void foldersGo(String text, String name) {
    assertThat(BareName.of(text)).isEqualTo(name);
  }
}
