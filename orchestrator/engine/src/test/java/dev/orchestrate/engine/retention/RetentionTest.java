package dev.orchestrate.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.engine.retention.Retention.Candidate;
import dev.orchestrate.engine.retention.Retention.Decision;
import dev.orchestrate.linux.RawPath;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class RetentionTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static RetentionRules keep(Period period, int count) {
    return new RetentionRules(0, Map.of(period, count), Set.of());
  }

  private static Candidate at(String time) {
    return new Candidate(time, RawPath.of("/srv"), Instant.parse(time), Set.of());
  }

  private static List<String> kept(RetentionRules rules, ZoneId zone, String... times) {
    List<Candidate> all = Arrays.stream(times).map(RetentionTest::at).toList();
    return kept(new Retention(rules, zone).decide(all));
  }

  private static List<String> kept(List<Decision> decisions) {
    return decisions.stream().filter(Decision::isKept).map(one -> one.candidate().id()).toList();
  }

  @Example
  void theNewestOfEachDayIsKept() {
    assertThat(
            kept(
                keep(Period.DAILY, 2),
                ZoneId.of("UTC"),
                "2026-03-01T01:00:00Z",
                "2026-03-01T23:00:00Z",
                "2026-03-03T00:00:00Z",
                "2026-02-27T12:00:00Z"))
        .as("a day without a checkpoint does not count")
        .containsExactly("2026-03-03T00:00:00Z", "2026-03-01T23:00:00Z");
  }

  @Example
  void aDayBeginsAtMidnightOfTheZone() {
    String[] times = {"2026-03-01T22:30:00Z", "2026-03-01T23:30:00Z"};

    assertThat(kept(keep(Period.DAILY, 9), ZoneId.of("UTC"), times)).hasSize(1);
    assertThat(kept(keep(Period.DAILY, 9), BERLIN, times)).hasSize(2);
  }

  @Example
  void theHourThatComesTwiceIsTwoHours() {
    assertThat(kept(keep(Period.HOURLY, 9), BERLIN, "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"))
        .hasSize(2);
  }

  @Example
  void theFirstDaysOfAYearMayBeInTheLastWeekOfTheYearBefore() {
    assertThat(
            kept(
                keep(Period.WEEKLY, 9),
                ZoneId.of("UTC"),
                "2026-12-28T12:00:00Z", // a Monday
                "2027-01-03T12:00:00Z", // a Sunday
                "2027-01-04T12:00:00Z"))
        .containsExactly("2027-01-04T12:00:00Z", "2027-01-03T12:00:00Z");
  }

  @Example
  void whyOneIsKeptIsSaid() {
    RetentionRules rules =
        new RetentionRules(
            1, Map.of(Period.WEEKLY, 1, Period.YEARLY, 1, Period.DAILY, 1), Set.of("release"));
    Candidate one =
        new Candidate(
            "id",
            RawPath.of("/srv"),
            Instant.parse("2026-03-01T12:00:00Z"),
            Set.of("release", "other"));

    assertThat(new Retention(rules, ZoneId.of("UTC")).decide(List.of(one)).get(0).reasons())
        .containsExactly(
            "last 1", "daily 2026-03-01", "weekly 2026-W09", "yearly 2026", "tag release");
  }

  @Example
  void aNegativeNumberIsRefused() {
    assertThatThrownBy(() -> keep(Period.DAILY, -1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void eachIsDecidedOnceAndTheOrderOfTheListDoesNotMatter(
      @ForAll("candidates") List<Candidate> candidates, @ForAll("rules") RetentionRules rules) {
    List<Candidate> shuffled = new ArrayList<>(candidates);
    Collections.shuffle(shuffled, new Random(1));

    List<Decision> decisions = new Retention(rules, BERLIN).decide(candidates);

    assertThat(decisions)
        .extracting(Decision::candidate)
        .containsExactlyInAnyOrderElementsOf(candidates);
    assertThat(new Retention(rules, BERLIN).decide(shuffled)).isEqualTo(decisions);
  }

  @Property
  void onePathIsDecidedAsIfItWereAlone(
      @ForAll("candidates") List<Candidate> candidates, @ForAll("rules") RetentionRules rules) {
    Retention retention = new Retention(rules, BERLIN);
    RawPath path = RawPath.of("/a");

    List<Candidate> alone = candidates.stream().filter(one -> one.target().equals(path)).toList();

    assertThat(retention.decide(alone))
        .isEqualTo(
            retention.decide(candidates).stream()
                .filter(one -> one.candidate().target().equals(path))
                .toList());
  }

  @Property
  void asManyOfTheNewestAreKeptAsThereAreOrWereAskedFor(
      @ForAll("ofOnePath") List<Candidate> candidates, @ForAll("rules") RetentionRules rules) {
    List<Decision> decisions = new Retention(rules, BERLIN).decide(candidates);

    assertThat(decisions.stream().limit(rules.last())).allMatch(Decision::isKept);
  }

  /** By another way: the periods as numbers, and the newest of each in a map. */
  @Property
  void theNewestOfTheNewestPeriodsAreKeptAndNoOthers(
      @ForAll("ofOnePath") List<Candidate> candidates,
      @ForAll Period period,
      @ForAll @IntRange(max = 8) int count) {
    TreeMap<Long, Candidate> newest = new TreeMap<>(Comparator.reverseOrder());
    for (Candidate one : candidates) {
      newest.merge(
          number(period).apply(one.created().atZone(BERLIN)),
          one,
          (first, second) -> newerOf(first, second));
    }
    Set<String> expected =
        newest.values().stream().limit(count).map(Candidate::id).collect(Collectors.toSet());

    List<Decision> decisions = new Retention(keep(period, count), BERLIN).decide(candidates);

    assertThat(Set.copyOf(kept(decisions))).isEqualTo(expected);
  }

  private static Candidate newerOf(Candidate one, Candidate other) {
    int order = one.created().compareTo(other.created());
    if (order == 0) {
      return one.id().compareTo(other.id()) < 0 ? one : other;
    }
    return order > 0 ? one : other;
  }

  private static Function<ZonedDateTime, Long> number(Period period) {
    return switch (period) {
      case HOURLY -> time -> Math.floorDiv(time.toEpochSecond(), 3600L);
      case DAILY -> time -> time.toLocalDate().toEpochDay();
      case WEEKLY ->
          time ->
              time.get(IsoFields.WEEK_BASED_YEAR) * 100L
                  + time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
      case MONTHLY -> time -> time.getYear() * 12L + time.getMonthValue();
      case YEARLY -> time -> (long) time.getYear();
    };
  }

  @Property
  void moreRulesNeverKeepLess(
      @ForAll("candidates") List<Candidate> candidates,
      @ForAll("rules") RetentionRules rules,
      @ForAll Period period) {
    Map<Period, Integer> more = new TreeMap<>(rules.periods());
    more.merge(period, 1, Integer::sum);

    List<String> before = kept(new Retention(rules, BERLIN).decide(candidates));
    RetentionRules wider = new RetentionRules(rules.last() + 1, more, rules.tags());

    assertThat(kept(new Retention(wider, BERLIN).decide(candidates))).containsAll(before);
  }

  /** So a second run in the same moment deletes nothing. */
  @Property
  void whatWasKeptIsKeptAgain(
      @ForAll("candidates") List<Candidate> candidates, @ForAll("rules") RetentionRules rules) {
    Retention retention = new Retention(rules, BERLIN);
    List<Candidate> kept =
        retention.decide(candidates).stream()
            .filter(Decision::isKept)
            .map(Decision::candidate)
            .toList();

    assertThat(retention.decide(kept)).allMatch(Decision::isKept);
  }

  @Property
  void whatHasTheTagIsKept(@ForAll("candidates") List<Candidate> candidates) {
    RetentionRules rules = new RetentionRules(0, Map.of(), Set.of("x"));

    for (Decision decision : new Retention(rules, BERLIN).decide(candidates)) {
      assertThat(decision.isKept()).isEqualTo(decision.candidate().tags().contains("x"));
    }
  }

  @Provide
  Arbitrary<List<Candidate>> candidates() {
    return candidatesOf(Arbitraries.of("/a", "/a/b", "/c"));
  }

  @Provide
  Arbitrary<List<Candidate>> ofOnePath() {
    return candidatesOf(Arbitraries.just("/a"));
  }

  /** Close together, in one year, and in many. */
  private static Arbitrary<List<Candidate>> candidatesOf(Arbitrary<String> paths) {
    Instant start = Instant.parse("2024-12-20T00:00:00Z");
    Arbitrary<Long> minutes =
        Arbitraries.oneOf(
            Arbitraries.longs().between(0, 300),
            Arbitraries.longs().between(0, 60L * 24 * 400),
            Arbitraries.longs().between(0, 60L * 24 * 3000));
    return Combinators.combine(
            paths,
            minutes,
            Arbitraries.subsetOf("x", "y"),
            Arbitraries.integers().between(0, 1 << 28))
        .as(
            (path, minute, tags, id) ->
                new Candidate(
                    Integer.toHexString(id),
                    RawPath.of(path),
                    start.plus(minute, ChronoUnit.MINUTES),
                    tags))
        .list()
        .ofMaxSize(40)
        .uniqueElements(Candidate::id);
  }

  @Provide
  Arbitrary<RetentionRules> rules() {
    Arbitrary<Integer> counts = Arbitraries.integers().between(0, 5);
    return Combinators.combine(
            counts,
            Arbitraries.maps(Arbitraries.of(Period.class), counts),
            Arbitraries.subsetOf("x", "y"))
        .as(RetentionRules::new);
  }
}
