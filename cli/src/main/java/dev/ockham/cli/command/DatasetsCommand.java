package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.DataSource;
import dev.ockham.cli.console.TableOptions;
import dev.ockham.core.data.DataLocations;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DatasetEntry;
import dev.ockham.core.data.DatasetListing;
import dev.ockham.core.data.DatasetResolver;
import dev.ockham.core.data.DecodedFolder;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.table.SampleTables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ockham datasets}. */
@Command(
    name = "datasets",
    description =
        "List the data sets known by name, and where each would be found; or describe one.",
    footer = {
      "",
      "Besides names, --data takes a folder of four IDX files, and a folder or zip of pictures,",
      "texts (.txt) or sounds (.wav) in class folders: CLASS/NAME.png, below train/ and test/ or",
      "split for you; or train.zip and test.zip in one folder; a table (CSV, TSV, .gz or not,",
      "Parquet), or train and test tables in one folder; arrays of NumPy (x and y, or x_train ...,",
      "in .npz or .npy files)."
    })
public final class DatasetsCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--describe",
      paramLabel = "D",
      description = "Read this data set, by name or path, and say what is in it.")
  private @Nullable String describe;

  @Mixin private TableOptions table = new TableOptions();

  @Option(
      names = "--target",
      paramLabel = "KIND",
      description = "Of a table: what the label is: classes, labels or numbers.")
  private @Nullable String target;

  @Option(
      names = "--clear-cache",
      description = "Delete decoded data that are kept for the next time; downloads stay.")
  private boolean clearCache;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "A setting of how data are read, such as data.size=32; may be repeated.")
  private List<String> set = List.of();

  @Override
  public Integer call() throws IOException {
    if (clearCache) {
      clearCache();
      return 0;
    }
    if (describe != null) {
      Dataset data = DataSource.find(table.of(describe, target, set), common.err());
      common.print(
          DatasetDescription.toMap(data), () -> DatasetDescription.say(data, common.out()));
      return 0;
    }
    String given = target != null ? "--target" : table.given();
    if (given != null || !set.isEmpty()) {
      throw new SpecException(
          "%s says how data are read; --describe D names them"
              .formatted(given != null ? given : "--set"));
    }
    List<DatasetListing> listings =
        new DatasetResolver(DataLocations.ofProcess(), DownloadListener.SILENT).list();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (DatasetListing listing : listings) {
      DatasetEntry entry = listing.entry();
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", entry.name());
      row.put("description", entry.description());
      row.put("train", entry.trainCount());
      row.put("test", entry.testCount());
      row.put("height", entry.height());
      row.put("width", entry.width());
      row.put("classes", entry.classNames());
      row.put("licence", entry.licence());
      row.put("present", listing.present());
      row.put("found_at", listing.foundAt().orElse(""));
      rows.add(row);
    }
    List<Map<String, Object>> samples = new ArrayList<>();
    for (SampleTables.Sample sample : SampleTables.all()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", sample.name());
      row.put("description", sample.description());
      row.put("label", sample.label());
      samples.add(row);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("datasets", rows);
    result.put("samples", samples);
    common.print(
        result,
        () -> {
          listings.forEach(this::say);
          SampleTables.all()
              .forEach(sample ->
                  common
                      .out()
                      .printf(
                          "%-20s a table, %s%n%20s here: bundled with Ockham%n",
                          sample.name(), sample.description(), ""));
        });
    return 0;
  }

  private void clearCache() throws IOException {
    Path folder = DataLocations.ofProcess().decoded();
    long freed = new DecodedFolder(folder).clear();
    common.print(
        Map.of("folder", folder.toString(), "freed_bytes", freed),
        () -> common.out().printf("%s: %s bytes freed%n", folder, freed));
  }

  private void say(DatasetListing listing) {
    DatasetEntry entry = listing.entry();
    common
        .out()
        .printf(
            "%-20s %s%n%20s %s train, %s test, %s×%s, %s classes; %s%n%20s %s%n",
            entry.name(),
            entry.description(),
            "",
            entry.trainCount(),
            entry.testCount(),
            entry.height(),
            entry.width(),
            entry.classNames().size(),
            entry.licence(),
            "",
            listing
                .foundAt()
                .map(place -> "here: " + place)
                .orElse("not here yet; fetched when first asked for"));
  }
}
