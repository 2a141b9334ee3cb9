package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architectures;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Slice;
import dev.ockham.runtime.graph.Value;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Random inputs are what their name says, for whatever a network reads. */
class RandomInputsTest {

  private static final Graph IMAGE =
      Architectures.parse("net:2x4x4-conv2x3-relu-flatten-dense2").graph();

  private static Dataset draw(String name, Graph graph) {
    return RandomInputs.named(name).orElseThrow().draw(name, graph);
  }

  @ParameterizedTest
  @CsvSource({
    "'random:500', 0, 1, -7, 7",
    "'random:500,uniform', 0, 1, -1.7321, 1.7321",
    "'random:500,uniform,mean=128,deviation=73.9', 128, 73.9, 0, 256",
    "'random:500,normal,mean=-3,deviation=0.5,seed=4', -3, 0.5, -6.5, 0.5"
  })
  void haveTheMomentsThatAreAskedFor(
      String name, double mean, double deviation, double least, double most) {
    Dataset data = draw(name, IMAGE);
    assertThat(data.labelled()).isFalse();
    assertThat(data.train().shape()).isEqualTo(Shape.of(2, 4, 4));
    assertThat(data.train().count()).isEqualTo(500);
    assertThat(data.test().count()).isEqualTo(100);
    double sum = 0;
    double squares = 0;
    float[] values = data.train().values(0, 500);
    for (float value : values) {
      assertThat((double) value).isBetween(least, most);
      sum += value;
      squares += (value - mean) * (value - mean);
    }
    double error = 5 * deviation / Math.sqrt(values.length);
    assertThat(sum / values.length).isCloseTo(mean, within(error));
    assertThat(Math.sqrt(squares / values.length)).isCloseTo(deviation, within(error));
  }

  @Test
  void areAFunctionOfTheirName() {
    assertThat(draw("random:20", IMAGE).contentHash())
        .isEqualTo(draw("random:20", IMAGE).contentHash())
        .isNotEqualTo(draw("random:20,seed=1", IMAGE).contentHash());
    assertThat(draw("random:20", IMAGE).train().values(0, 4))
        .isNotEqualTo(draw("random:20", IMAGE).test().values(0, 4));
  }

  @Test
  void tokensAndLengthsAreWholeNumbersInRange() {
    Graph graph =
        Architectures.parse("transformer-encoder:vocab=12,steps=6,width=8,heads=2,layers=1")
            .graph();
    Dataset data = draw("random:300", graph);
    boolean[] tokens = new boolean[12];
    boolean[] lengths = new boolean[7];
    for (int i = 0; i < 300; i++) {
      float[] values = data.train().values(i);
      assertThat(values).hasSize(7);
      for (int j = 0; j < 6; j++) {
        tokens[(int) values[j]] = true;
        assertThat(values[j]).isEqualTo((int) values[j]);
      }
      lengths[(int) values[6]] = true;
    }
    assertThat(tokens).containsOnly(true);
    assertThat(lengths).containsExactly(false, true, true, true, true, true, true);
  }

  /** A slice and a reshape stand between the input and the table. */
  @Test
  void tokensThatAreMovedFirstAreOfTheVocabularyToo() {
    GraphBuilder g = new GraphBuilder();
    Value cut = g.node("slice", new Slice(0, 0, 4, 1), g.input("tokens", 5));
    Value one = g.node("reshape", new Reshape(List.of(2, 2)), cut);
    Graph graph = g.build(g.node("embed", new Embed(3, 2), one));
    assertThat(draw("random:200", graph).train().values(0, 200)).containsOnly(0, 1, 2);
  }

  @Test
  void aSingleTokenIsOfTheVocabulary() {
    GraphBuilder g = new GraphBuilder();
    Graph graph = g.build(g.node("embed", new Embed(3, 2), g.input("token", 1)));
    assertThat(draw("random:200", graph).train().values(0, 200)).containsOnly(0, 1, 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "random:",
        "random:x",
        "random:1",
        "random:99999999",
        "random:5,gamma",
        "random:5,mean",
        "random:5,mean=x",
        "random:5,deviation=0",
        "random:5,deviation=NaN",
        "random:5,seed=1.5",
        "random:5,size=2",
        "random:5,"
      })
  void whatIsNotUnderstoodIsSaid(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> RandomInputs.named(name));
  }

  @Test
  void otherNamesAreNotTheirs() {
    assertThat(RandomInputs.named("mnist")).isEmpty();
  }

  @Test
  void tooManyAreRefusedBeforeTheyAreMade() {
    Graph large = Architectures.parse("net:3x512x512-conv1x3-flatten-dense2").graph();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> draw("random:9000000", large))
        .withMessageContaining("do not fit into memory");
  }
}
