package dev.orchestrate.engine.retention;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A kind of period, of which each has a name: 2026-03-01 is a day. */
public enum Period {
  /** With the offset from UTC, since an hour comes twice when the clocks are put back. */
  HOURLY("yyyy-MM-dd HHxxx"),
  DAILY("yyyy-MM-dd"),
  /** Of ISO 8601: from Monday on, and the first of a year is the one with the first Thursday. */
  WEEKLY("YYYY-'W'ww"),
  MONTHLY("yyyy-MM"),
  YEARLY("yyyy");

  private final DateTimeFormatter format;

  Period(String pattern) {
    // the weeks of this locale are those of ISO 8601
    this.format = DateTimeFormatter.ofPattern(pattern, Locale.FRANCE);
  }

  /** The period that a time is in. */
  String of(ZonedDateTime time) {
    return format.format(time);
  }

  /** As in {@code --keep-daily}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
