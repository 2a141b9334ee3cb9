package dev.ockham.lab.page;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an experiment found.
 *
 * @param name the experiment's name, or the whole command of a page that is no experiment's
 * @param title a heading
 * @param question what was asked, in a sentence or two
 * @param findings the answers, in order
 * @param result the numbers, as a JSON object: strings, numbers, booleans, lists and maps
 */
public record LabPage(
    String name,
    String title,
    String question,
    List<Finding> findings,
    Map<String, Object> result) {

  /** Copies lists and maps; the order of the result's keys stays. */
  public LabPage {
    findings = List.copyOf(findings);
    result = Collections.unmodifiableMap(new LinkedHashMap<>(result));
  }

  /** The command that makes the page. */
  String command() {
    return name.startsWith("ockham ") ? name : "ockham lab " + name;
  }

  /** All figures, in order. */
  public List<Figure> figures() {
    return findings.stream().flatMap(finding -> finding.figures().stream()).toList();
  }
}
