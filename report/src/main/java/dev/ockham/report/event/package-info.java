/** Event files of runs, as TensorBoard reads them. */
@NullMarked
package dev.ockham.report.event;

import org.jspecify.annotations.NullMarked;
