package dev.ockham.core.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.Split;
import dev.ockham.runtime.graph.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class TargetsTest {

  private static final float[] VALUES = {1, 2, 3};

  @Test
  void eachKindSelectsAndIsFollowedByItsOwn() {
    ClassLabels classes = ClassLabels.of(new int[] {2, 0, 1});
    assertThat(classes.outputs()).isEqualTo(3);
    ClassLabels twice = classes.select(new int[] {1, 1}).followedBy(classes);
    assertThat(List.of(twice.label(0), twice.label(2), twice.count())).containsExactly(0, 2, 5);

    LabelSets sets = LabelSets.of(2, new byte[] {1, 0, 0, 0, 1, 1});
    LabelSets some = sets.select(new int[] {2, 0}).followedBy(sets);
    assertThat(List.of(some.has(0, 0), some.has(1, 1), some.has(2, 0)))
        .containsExactly(true, false, true);
    assertThat(some.count()).isEqualTo(5);

    Numbers numbers = Numbers.of(2, new float[] {1, 2, 3, 4});
    Numbers more = numbers.select(new int[] {1}).followedBy(numbers);
    assertThat(List.of(more.value(0, 1), more.value(1, 0))).containsExactly(4f, 1f);

    assertThat(new NoTargets(3).select(new int[] {0, 2}).followedBy(new NoTargets(1)))
        .isEqualTo(new NoTargets(3));
  }

  @Test
  void otherKindsAndWidthsCannotFollow() {
    List<Targets> unlike =
        List.of(
            ClassLabels.of(new int[] {1}),
            LabelSets.of(1, new byte[] {1}),
            LabelSets.of(2, new byte[] {1, 0}),
            Numbers.of(1, new float[] {1}),
            Numbers.of(2, new float[] {1, 0}),
            new NoTargets(1));
    for (Targets first : unlike) {
      for (Targets second : unlike) {
        if (!first.equals(second)) {
          assertThatIllegalArgumentException()
              .isThrownBy(() -> first.followedBy(second))
              .withMessage("%s cannot follow %s", second, first);
        }
      }
    }
  }

  @Test
  void whatIsOutOfRangeIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClassLabels.of(new int[] {0, -1}))
        .withMessageContaining("the label of example 1 is -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabelSets.of(2, new byte[] {0, 1, 0, 2}))
        .withMessageContaining("label 1 of example 1 is 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabelSets.of(2, new byte[3]))
        .withMessageContaining("3 entries are no whole rows of 2 labels");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Numbers.of(2, new float[] {0, 0, Float.NaN, 0}))
        .withMessageContaining("target 0 of example 1 is NaN");
    assertThatThrownBy(() -> new NoTargets(2).select(new int[] {2}))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void onlyClassesAreLabels() {
    Features numbers = Features.of(Shape.of(1), VALUES, Numbers.of(1, new float[] {0.5f, -2, 7}));
    assertThat(numbers.labelled()).isTrue();
    assertThat(numbers.maxLabel()).isEqualTo(-1);
    assertThatIllegalStateException()
        .isThrownBy(() -> numbers.label(0))
        .withMessageContaining("Numbers[3, 1] are no classes");
    assertThat(Features.unlabelled(Shape.of(1), VALUES).labelled()).isFalse();
  }

  @Test
  void aDataSetHasOneKindOfTargets() {
    Features numbers = Features.of(Shape.of(1), VALUES, Numbers.of(1, new float[] {1, 2, 3}));
    Features others = numbers.withTargets(Numbers.of(1, new float[] {1, 2, 4}));
    Features classes = numbers.withTargets(ClassLabels.of(new int[] {0, 1, 0}));
    Features sets = numbers.withTargets(LabelSets.of(2, new byte[] {0, 1, 0, 0, 1, 1}));

    assertThat(Dataset.of("numbers", numbers, others).outputs()).isEqualTo(1);
    assertThat(Dataset.of("sets", sets, sets).outputs()).isEqualTo(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of("mixed", numbers, classes))
        .withMessageContaining("differ in their targets");
    assertThat(
            List.of(
                Dataset.of("d", numbers, numbers).contentHash(),
                Dataset.of("d", numbers, others).contentHash(),
                Dataset.of("d", classes, classes).contentHash(),
                Dataset.of("d", sets, sets).contentHash()))
        .doesNotHaveDuplicates();
  }

  @Test
  void numbersAreSplitWithoutClasses() {
    float[] values = new float[100];
    Features numbers = Features.of(Shape.of(1), values, Numbers.of(1, values));
    Split split = Split.stratified(numbers, 0.2, 3);
    assertThat(split.validation()).hasSize(20).doesNotContain(split.train());
    assertThat(split.train()).hasSize(80);
  }
}
