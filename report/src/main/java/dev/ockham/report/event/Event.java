package dev.ockham.report.event;

import static dev.ockham.report.event.EventFields.EVENT_FILE_VERSION;
import static dev.ockham.report.event.EventFields.EVENT_SESSION_LOG;
import static dev.ockham.report.event.EventFields.EVENT_STEP;
import static dev.ockham.report.event.EventFields.EVENT_SUMMARY;
import static dev.ockham.report.event.EventFields.EVENT_WALL_TIME;
import static dev.ockham.report.event.EventFields.SESSION_STATUS;
import static dev.ockham.report.event.EventFields.SESSION_STATUS_START;
import static dev.ockham.report.event.EventFields.SUMMARY_VALUE;

import java.util.List;

/** What a record of an event file says. */
sealed interface Event {

  /** The first event of a file: how to read it. */
  record FileVersion(String version) implements Event {}

  /** Training begins: what earlier files say of this step or later no longer holds. */
  record SessionStart() implements Event {}

  /** Things to show. */
  record Summary(List<SummaryValue> values) implements Event {}

  /**
   * The bytes of the message.
   *
   * @param wallTime seconds since 1970
   * @param step optimiser steps since the run began
   */
  default byte[] encoded(double wallTime, long step) {
    return ProtoMessage.encode(out -> {
      out.writeDouble(EVENT_WALL_TIME, wallTime);
      out.writeInt64(EVENT_STEP, step);
      switch (this) {
        case FileVersion f -> out.writeString(EVENT_FILE_VERSION, f.version());
        case SessionStart _ ->
            out.writeByteArray(
                EVENT_SESSION_LOG,
                ProtoMessage.encode(log -> log.writeEnum(SESSION_STATUS, SESSION_STATUS_START)));
        case Summary s ->
            out.writeByteArray(
                EVENT_SUMMARY,
                ProtoMessage.encode(summary -> {
                  for (SummaryValue value : s.values()) {
                    summary.writeByteArray(SUMMARY_VALUE, value.encoded());
                  }
                }));
      }
    });
  }
}
