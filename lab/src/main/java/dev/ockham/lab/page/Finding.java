package dev.ockham.lab.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One answer: sentences, then figures and tables, with the paper's beside them.
 *
 * @param heading a few words
 * @param sentences paragraphs of plain text
 * @param figures pictures of it
 * @param tables numbers of it
 * @param paper what the literature says of the same
 */
public record Finding(
    String heading,
    List<String> sentences,
    List<Figure> figures,
    List<Table> tables,
    Optional<Paper> paper) {

  /** Copies the lists. */
  public Finding {
    sentences = List.copyOf(sentences);
    figures = List.copyOf(figures);
    tables = List.copyOf(tables);
  }

  /** A finding of sentences alone, to which the rest is added. */
  public static Finding of(String heading, String... sentences) {
    return new Finding(heading, List.of(sentences), List.of(), List.of(), Optional.empty());
  }

  /** This finding with one more paragraph. */
  Finding saying(String paragraph) {
    List<String> more = new ArrayList<>(sentences);
    more.add(paragraph);
    return new Finding(heading, more, figures, tables, paper);
  }

  /** This finding with one more figure. */
  Finding and(Figure figure) {
    List<Figure> more = new ArrayList<>(figures);
    more.add(figure);
    return new Finding(heading, sentences, more, tables, paper);
  }

  /** This finding with one more table. */
  Finding and(Table table) {
    List<Table> more = new ArrayList<>(tables);
    more.add(table);
    return new Finding(heading, sentences, figures, more, paper);
  }

  /** This finding with figures. */
  public Finding with(Figure... more) {
    return new Finding(heading, sentences, List.of(more), tables, paper);
  }

  /** This finding with tables. */
  public Finding with(Table... more) {
    return new Finding(heading, sentences, figures, List.of(more), paper);
  }

  /** This finding beside a paper. */
  public Finding beside(Paper other) {
    return new Finding(heading, sentences, figures, tables, Optional.of(other));
  }
}
