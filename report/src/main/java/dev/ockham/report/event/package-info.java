/**
 * Event files of runs, as TensorBoard reads them: {@link dev.ockham.report.event.EventLog} hears a
 * run and writes, the rest is what it writes. Nothing here prints, and a file that cannot be
 * written never stops a run.
 */
@NullMarked
package dev.ockham.report.event;

import org.jspecify.annotations.NullMarked;
