package dev.ockham.cli.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ThoroughTest {

  private static Map<String, Object> summary(
      String target, boolean holds, double surely, int file, double error) {
    Map<String, Object> verdict =
        Map.of("target", target, "surely", surely, "wanted", 10.0, "holds", holds);
    return Map.of("holds", holds, "file", file, "error", error, "targets", List.of(verdict));
  }

  @Test
  void ofThoseThatKeepTheQualityTheSmallestFileIsBest() {
    Map<String, Object> small = summary("error<=10", true, 9, 400, 8);
    Map<String, Object> large = summary("error<=10", true, 5, 900, 4);
    Map<String, Object> missed = summary("error<=10", false, 11, 100, 10);
    assertThat(Thorough.best(List.of(large, missed, small))).isSameAs(small);
  }

  @Test
  void ofThoseOfTheSizeTheOneThatErrsLeastIsBest() {
    Map<String, Object> small = summary("compression>=10", true, 12, 400, 8);
    Map<String, Object> large = summary("compression>=10", true, 10, 900, 4);
    assertThat(Thorough.best(List.of(small, large))).isSameAs(large);
  }

  @Test
  void whereNoneHoldsTheNearestIsTaken() {
    Map<String, Object> far = summary("error<=10", false, 15, 400, 8);
    Map<String, Object> near = summary("error<=10", false, 11, 900, 4);
    assertThat(Thorough.best(List.of(far, near))).isSameAs(near);
  }
}
