package dev.ockham.onnx.conformance;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What became of the node tests of an operator.
 *
 * @param operator its name
 * @param opsets versions of the operator sets that were tried
 * @param tests how many tests there are
 * @param passed how many pass
 * @param own how many tests of ours, by ONNX Runtime's numbers, stand for those that ONNX has not;
 *     all of them pass
 * @param exported operators that the networks are written as again
 * @param unmet names of the tests that do not pass, by the reason
 */
record OperatorResult(
    String operator,
    SortedSet<Integer> opsets,
    int tests,
    int passed,
    int own,
    SortedSet<String> exported,
    SortedMap<String, List<String>> unmet) {

  /** An operator without tests. */
  static OperatorResult none(String operator) {
    return new OperatorResult(operator, new TreeSet<>(), 0, 0, 0, new TreeSet<>(), new TreeMap<>());
  }

  /** This with another test that passes. */
  OperatorResult withPassed(int opset, Collection<String> written) {
    SortedSet<String> all = new TreeSet<>(exported);
    all.addAll(written);
    return new OperatorResult(operator, with(opset), tests + 1, passed + 1, own, all, unmet);
  }

  /** This with another test of ours. */
  OperatorResult withOwn(int opset, Collection<String> written) {
    SortedSet<String> all = new TreeSet<>(exported);
    all.addAll(written);
    return new OperatorResult(operator, with(opset), tests, passed, own + 1, all, unmet);
  }

  /** This with another test that does not. */
  OperatorResult withUnmet(int opset, String reason, String test) {
    SortedMap<String, List<String>> all = new TreeMap<>(unmet);
    List<String> names = new ArrayList<>(all.getOrDefault(reason, List.of()));
    names.add(test);
    all.put(reason, names);
    return new OperatorResult(operator, with(opset), tests + 1, passed, own, exported, all);
  }

  private SortedSet<Integer> with(int opset) {
    SortedSet<Integer> all = new TreeSet<>(opsets);
    all.add(opset);
    return all;
  }
}
