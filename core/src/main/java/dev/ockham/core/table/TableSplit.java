package dev.ockham.core.table;

import dev.ockham.core.data.Belonging;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.TargetKind;
import dev.ockham.core.target.ClassLabels;
import dev.ockham.core.target.NoTargets;
import dev.ockham.core.target.Targets;
import java.io.IOException;
import java.util.List;

/**
 * What the first reading of a training table says.
 *
 * @param files the table, and its test part
 * @param profile what its columns hold
 * @param labels those columns that are to be learned
 * @param targets what they ask
 * @param belonging what its rows belong to
 */
record TableSplit(
    TableFiles files,
    TableProfile profile,
    List<ColumnData> labels,
    TargetColumns targets,
    Belonging belonging) {

  /** Reads it. */
  static TableSplit read(TableFiles files, DataSpec data, DownloadListener listener)
      throws IOException {
    TableProfile profile = TableProfile.read(files.train(), data, listener);
    List<ColumnData> labels = data.table().labels().stream().map(profile::column).toList();
    char decimal = data.table().decimal().charAt(0);
    TargetColumns targets = TargetColumns.of(data.target(), labels, decimal, profile.file());
    return new TableSplit(
        files, profile, labels, targets, RowSplit.belonging(profile, data.table()));
  }

  /** Which rows are the test part; none where that has a file of its own. */
  boolean[] test() throws MalformedDataException {
    return files.test() == null
        ? RowSplit.test(classes(), belonging, profile.file())
        : new boolean[profile.rows()];
  }

  private Targets classes() {
    if (targets.kind() != TargetKind.CLASSES) {
      return new NoTargets(profile.rows());
    }
    int[] classes = new int[profile.rows()];
    float[] read = new float[1];
    ColumnData label = labels.getFirst();
    for (int row = 0; row < classes.length; row++) {
      targets.read(List.of(label.value(label.code(row))), read, 0);
      classes[row] = (int) read[0];
    }
    return ClassLabels.of(classes);
  }
}
