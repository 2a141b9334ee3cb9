package dev.ockham.runtime.graph;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The reference for operators that look at many numbers to make one. */
final class ReferenceNorms {
  private ReferenceNorms() {}

  /** Numbers that share a mean and a variance. */
  private static final class Group {
    private double mean;
    private double variance;
    private double sum;
    private double squares;
    private int count;
  }

  static Tensor[] normalize(Normalize norm, Tensor[] examples, Map<String, Tensor> parameters) {
    @Nullable Tensor mean = parameters.get("mean");
    @Nullable Tensor variance = parameters.get("variance");
    if ((mean == null) != (variance == null)) {
      throw new IllegalArgumentException("statistics need a mean and a variance");
    }
    Map<Integer, Group> groups = measured(norm, examples);
    Tensor[] results = new Tensor[examples.length];
    for (int e = 0; e < examples.length; e++) {
      Tensor x = examples[e];
      Tensor y = Tensor.zeros(x.dims());
      for (int place = 0; place < y.values().length; place++) {
        int[] at = x.index(place);
        double m;
        double v;
        if (mean != null && variance != null) {
          m = mean.get(at[norm.axis()]);
          v = variance.get(at[norm.axis()]);
        } else {
          Group group = Objects.requireNonNull(groups.get(key(norm, x, at, e)));
          m = group.mean;
          v = group.variance;
        }
        double standard = (x.values()[place] - m) / Math.sqrt(v + norm.epsilon());
        y.values()[place] =
            standard * learnt(norm, parameters.get("scale"), at, 1)
                + learnt(norm, parameters.get("shift"), at, 0);
      }
      results[e] = y;
    }
    return results;
  }

  private static Map<Integer, Group> measured(Normalize norm, Tensor[] examples) {
    Map<Integer, Group> groups = new LinkedHashMap<>();
    each(
        norm,
        examples,
        groups,
        (group, x) -> {
          group.sum += x;
          group.count++;
        });
    groups.values().forEach(group -> group.mean = group.sum / group.count);
    each(
        norm,
        examples,
        groups,
        (group, x) -> {
          group.squares += (x - group.mean) * (x - group.mean);
        });
    groups.values().forEach(group -> group.variance = group.squares / group.count);
    return groups;
  }

  private interface Visit {
    void see(Group group, double x);
  }

  private static void each(
      Normalize norm, Tensor[] examples, Map<Integer, Group> groups, Visit visit) {
    for (int e = 0; e < examples.length; e++) {
      Tensor x = examples[e];
      for (int place = 0; place < x.values().length; place++) {
        int key = key(norm, x, x.index(place), e);
        visit.see(groups.computeIfAbsent(key, k -> new Group()), x.values()[place]);
      }
    }
  }

  /** Which group a number belongs to. */
  private static int key(Normalize norm, Tensor x, int[] at, int example) {
    return switch (norm.over()) {
      case BATCH -> at[norm.axis()];
      case INSTANCE -> example * x.dim(norm.axis()) + at[norm.axis()];
      case GROUP ->
          example * norm.groups() + at[norm.axis()] / (x.dim(norm.axis()) / norm.groups());
      case LAYER -> {
        int[] first = at.clone();
        Arrays.fill(first, norm.axis(), first.length, 0);
        yield example * x.values().length + x.place(first);
      }
    };
  }

  private static double learnt(
      Normalize norm, @Nullable Tensor numbers, int[] at, double otherwise) {
    if (numbers == null) {
      return otherwise;
    }
    return norm.over() == Normalize.Over.LAYER
        ? numbers.get(Arrays.copyOfRange(at, norm.axis(), at.length))
        : numbers.get(at[norm.axis()]);
  }

  static Tensor logSumExp(LogSumExp sum, Tensor x) {
    Tensor powers = Tensor.of(x.dims(), Arrays.stream(x.values()).map(Math::exp).toArray());
    Tensor y = reduce(new Reduce(Reduce.To.SUM, sum.axes(), sum.keep()), powers);
    return Tensor.of(y.dims(), Arrays.stream(y.values()).map(Math::log).toArray());
  }

  static Tensor localResponse(LocalResponse response, Tensor x) {
    Tensor y = Tensor.zeros(x.dims());
    for (int place = 0; place < y.values().length; place++) {
      int[] at = x.index(place);
      double sum = 0;
      for (int step = 0; step < response.size(); step++) {
        int[] there = at.clone();
        there[0] += step - (response.size() - 1) / 2;
        if (there[0] >= 0 && there[0] < x.dim(0)) {
          sum += Math.pow(x.get(there), 2);
        }
      }
      double base = response.bias() + response.alpha() * sum / response.size();
      y.values()[place] = x.values()[place] / Math.pow(base, response.beta());
    }
    return y;
  }

  static Tensor softmax(Softmax softmax, Tensor x) {
    Tensor y = Tensor.zeros(x.dims());
    for (int place = 0; place < y.values().length; place++) {
      int[] at = x.index(place);
      double own = x.values()[place];
      double sum = 0;
      for (int other = 0; other < x.dim(softmax.axis()); other++) {
        int[] there = at.clone();
        there[softmax.axis()] = other;
        sum += Math.exp(x.get(there) - own);
      }
      y.values()[place] = softmax.log() ? -Math.log(sum) : 1 / sum;
    }
    return y;
  }

  /** Each sum by itself. */
  static Tensor runningSum(RunningSum sum, Tensor x) {
    Tensor y = Tensor.zeros(x.dims());
    for (int place = 0; place < y.values().length; place++) {
      int[] at = x.index(place);
      int own = at[sum.axis()];
      for (int other = 0; other < x.dim(sum.axis()); other++) {
        boolean before = sum.reverse() ? other > own : other < own;
        if (before || (other == own && !sum.exclusive())) {
          at[sum.axis()] = other;
          y.values()[place] += x.get(at);
        }
      }
    }
    return y;
  }

  static Tensor reduce(Reduce reduce, Tensor x) {
    int[] kept = x.dims();
    int[] dropped = new int[x.rank() - (reduce.keep() ? 0 : reduce.axes().size())];
    int next = 0;
    for (int axis = 0; axis < x.rank(); axis++) {
      boolean gone = reduce.axes().contains(axis);
      kept[axis] = gone ? 1 : kept[axis];
      if (!gone || reduce.keep()) {
        dropped[next++] = kept[axis];
      }
    }
    Tensor y = Tensor.zeros(kept);
    ToDoubleFunction<double[]> to =
        switch (reduce.to()) {
          case SUM -> all -> Arrays.stream(all).sum();
          case MEAN -> all -> Arrays.stream(all).sum() / all.length;
          case MAX -> all -> Arrays.stream(all).max().orElseThrow();
          case MIN -> all -> Arrays.stream(all).min().orElseThrow();
        };
    double[][] members = new double[y.values().length][0];
    for (int place = 0; place < x.values().length; place++) {
      int[] at = x.index(place);
      reduce.axes().forEach(axis -> at[axis] = 0);
      double[] before = members[y.place(at)];
      double[] longer = Arrays.copyOf(before, before.length + 1);
      longer[before.length] = x.values()[place];
      members[y.place(at)] = longer;
    }
    for (int i = 0; i < members.length; i++) {
      y.values()[i] = to.applyAsDouble(members[i]);
    }
    return Tensor.of(dropped, y.values());
  }
}
