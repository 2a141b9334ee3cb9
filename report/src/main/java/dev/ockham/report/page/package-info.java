/** The page about one or several runs: one HTML file that needs no network. */
@NullMarked
package dev.ockham.report.page;

import org.jspecify.annotations.NullMarked;
