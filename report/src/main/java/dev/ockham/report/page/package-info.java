/** The pages about runs and about a network: one HTML file each, which needs no connection. */
@NullMarked
package dev.ockham.report.page;

import org.jspecify.annotations.NullMarked;
