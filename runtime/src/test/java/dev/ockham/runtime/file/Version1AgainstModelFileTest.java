package dev.ockham.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.RandomModels;
import dev.ockham.runtime.model.SparseModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@link ModelFile} wrote, {@link SavedModel} reads; goes when ModelFile goes. */
class Version1AgainstModelFileTest {
  @TempDir Path folder;

  @Test
  void numbersAndHashesAreTheSame() throws IOException {
    Path path = folder.resolve("m.safetensors");
    for (double density : new double[] {0, 0.1, 0.5, 1}) {
      Random random = new Random(7);
      for (SparseModel old :
          List.of(
              RandomModels.convolutional(random, density),
              RandomModels.withGates(random, density),
              RandomModels.withFeatureScaling(random, density))) {
        ModelFile file = ModelFile.of(old, Map.of("seed", "1"));
        file.save(path);

        SavedModel loaded = SavedModel.load(path);

        assertThat(loaded.weightsSha256()).isEqualTo(file.weightsSha256());
        assertThat(loaded.provenance()).isEqualTo(file.provenance());
        Model model = loaded.model();
        assertThat(model.architecture()).isEqualTo(old.architecture());
        assertThat(model.input().dims())
            .containsExactly(old.input().channels(), old.input().height(), old.input().width());
        assertThat(model.classes()).isEqualTo(old.classes());
        assertThat(model.nonZeroWeights()).isEqualTo(old.nonZeroWeights());
        for (ModelLayer.Linear layer : old.linearLayers()) {
          assertThat(model.value(layer.name() + ".weight").toDense())
              .isEqualTo(layer.weights().toDense());
          assertThat(model.value(layer.name() + ".bias").toDense())
              .isEqualTo(layer.bias().toArray());
        }
        if (old.layers().get(0) instanceof ModelLayer.InputScaling scaling) {
          assertThat(model.value("input.mean").toDense()).containsExactly(scaling.mean());
          assertThat(model.value("input.scale").toDense()).containsExactly(scaling.scale());
        }
        if (old.layers().get(0) instanceof ModelLayer.FeatureScaling scaling) {
          assertThat(model.value("input.mean").toDense()).isEqualTo(scaling.mean().toArray());
          assertThat(model.value("input.scale").toDense()).isEqualTo(scaling.scale().toArray());
        }
      }
    }
  }
}
