package dev.ockham.lab.page;

import dev.ockham.lab.sample.Histogram;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A chart in the one style of all pages: large letters for projectors, colours that colour-blind
 * people can tell apart (Okabe and Ito), white ground. Values that are not finite leave a gap or
 * are left out.
 */
public final class Plot {

  public static final Color BLUE = new Color(0x0072B2);
  public static final Color RED = new Color(0xD55E00);
  public static final Color GREEN = new Color(0x009E73);
  public static final Color PINK = new Color(0xCC79A7);
  public static final Color YELLOW = new Color(0xE69F00);
  public static final Color BLACK = new Color(0x222222);
  public static final Color GREY = new Color(0x999999);

  private static final BasicStroke SOLID =
      new BasicStroke(2.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  private static final BasicStroke DASHED =
      new BasicStroke(2.4f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {9, 7}, 0);

  private static final Color GRID = new Color(0xDDDDDD);
  private static final int WIDTH = 760;
  private static final int HEIGHT = 440;
  private static final int PANEL_WIDTH = 380;
  private static final int PANEL_HEIGHT = 290;
  private static final int FEW_POINTS = 40;
  private static final String NUMBERS = "0.####";
  private static final String POWERS = "#,##0.####";
  private static final int FILL_ALPHA = 110;

  private final XYChart chart;

  private Plot(int width, int height, int letters, String title, String x, String y) {
    chart = new XYChart(width, height);
    chart.setTitle(title);
    chart.setXAxisTitle(x);
    chart.setYAxisTitle(y);
    var style = chart.getStyler();
    style.setChartBackgroundColor(Color.WHITE);
    style.setPlotBackgroundColor(Color.WHITE);
    style.setChartFontColor(BLACK);
    style.setPlotBorderVisible(false);
    style.setPlotGridLinesColor(GRID);
    style.setPlotGridLinesStroke(new BasicStroke(1));
    style.setAxisTickLabelsColor(BLACK);
    style.setAxisTickMarksColor(GRID);
    style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, letters + 1));
    style.setChartTitleBoxVisible(false);
    style.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, letters));
    style.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, letters - 1));
    style.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, letters - 1));
    style.setLegendPosition(LegendPosition.OutsideS);
    style.setLegendLayout(LegendLayout.Horizontal);
    style.setLegendBorderColor(Color.WHITE);
    style.setLegendVisible(letters > 14);
    style.setLegendPadding(12);
    style.setMarkerSize(7);
    style.setPlotContentSize(0.98);
    style.setLocale(Locale.ROOT);
    style.setXAxisDecimalPattern(NUMBERS);
    style.setYAxisDecimalPattern(NUMBERS);
  }

  /** A chart that fills a page's width, with a legend. */
  public static Plot wide(String title, String x, String y) {
    return new Plot(WIDTH, HEIGHT, 16, title, x, y);
  }

  /** One of several in a grid, without a legend. */
  public static Plot panel(String title, String x, String y) {
    return new Plot(PANEL_WIDTH, PANEL_HEIGHT, 14, title, x, y);
  }

  /** A line through the points. */
  public Plot line(String name, double[] xs, double[] ys, Color color) {
    var _ = add(name, xs, ys, color, SOLID);
    return this;
  }

  /** A dashed line through the points. */
  public Plot dashed(String name, double[] xs, double[] ys, Color color) {
    double[] pieces = ys.clone();
    if (ys.length > FEW_POINTS) {
      // The stroke starts anew at every point, so dense points need gaps of their own.
      for (int i = 0; i < pieces.length; i++) {
        pieces[i] = i % 6 >= 4 ? Double.NaN : pieces[i];
      }
    }
    var _ = add(name, xs, pieces, color, DASHED);
    return this;
  }

  private XYSeries add(String name, double[] xs, double[] ys, Color color, BasicStroke stroke) {
    XYSeries series = chart.addSeries(name, uneven(xs), finite(ys));
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Line);
    series.setLineColor(color);
    series.setLineStyle(stroke);
    series.setMarker(SeriesMarkers.NONE);
    return series;
  }

  /** A line with a dot at each point. */
  public Plot dots(String name, double[] xs, double[] ys, Color color) {
    XYSeries series = add(name, xs, ys, color, SOLID);
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setMarkerColor(color);
    return this;
  }

  /** Dots alone. */
  public Plot scatter(String name, double[] xs, double[] ys, Color color) {
    XYSeries series = chart.addSeries(name, xs, finite(ys));
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setMarkerColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), FILL_ALPHA));
    chart.getStyler().setMarkerSize(3);
    return this;
  }

  /** Bars of a histogram, as one filled outline. */
  public Plot bars(String name, Histogram histogram, Color color) {
    double[] edges = histogram.edges();
    double[] heights = histogram.densities();
    double[] xs = new double[2 * edges.length];
    double[] ys = new double[2 * edges.length];
    for (int i = 0; i < edges.length; i++) {
      xs[2 * i] = edges[i];
      xs[2 * i + 1] = edges[i];
      ys[2 * i] = i == 0 ? 0 : heights[i - 1];
      ys[2 * i + 1] = i == heights.length ? 0 : heights[i];
    }
    XYSeries series = chart.addSeries(name, xs, ys);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Area);
    series.setLineColor(color);
    series.setLineWidth(1);
    series.setFillColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), FILL_ALPHA));
    series.setMarker(SeriesMarkers.NONE);
    return this;
  }

  /** The part of the x-axis to show. */
  public Plot x(double from, double to) {
    chart.getStyler().setXAxisMin(from);
    chart.getStyler().setXAxisMax(to);
    return this;
  }

  /** The part of the y-axis to show. */
  public Plot y(double from, double to) {
    chart.getStyler().setYAxisMin(from);
    chart.getStyler().setYAxisMax(to);
    return this;
  }

  /** A logarithmic x-axis. */
  public Plot logX() {
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setXAxisDecimalPattern(POWERS);
    return this;
  }

  /** A logarithmic y-axis. */
  public Plot logY() {
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setYAxisDecimalPattern(POWERS);
    return this;
  }

  /** The legend beside the chart and not below it: for more names than fit into a line. */
  public Plot legendBeside() {
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setLegendLayout(LegendLayout.Vertical);
    return this;
  }

  /** The chart, for {@link Figure#of}. */
  public XYChart chart() {
    return chart;
  }

  /** The library labels evenly spaced points instead of round numbers; nobody sees this shift. */
  private static double[] uneven(double[] xs) {
    double[] copy = xs.clone();
    if (copy.length > 2) {
      copy[1] += 0.02 * Math.min(copy[1] - copy[0], copy[2] - copy[1]);
    }
    return copy;
  }

  private static double[] finite(double[] ys) {
    double[] copy = ys.clone();
    for (int i = 0; i < copy.length; i++) {
      copy[i] = Double.isFinite(copy[i]) ? copy[i] : Double.NaN;
    }
    return copy;
  }
}
