# shellcheck shell=bash
# What the benchmarks share; each sources it. Gives: root, orchestrate (built if need be), JAVA_HOME, and a folder
# "work" that the benchmark removes, with a state folder of its own.

root=$(readlink -f "$(dirname "${BASH_SOURCE[0]}")/..")
# In a guest the checkout is there as it was built outside.
[ -n "${GUEST_SHARE:-}" ] || "$root/orchestrate" --version >/dev/null
orchestrate=$root/dist/target/orchestrate/bin/orchestrate
JAVA_HOME=$("$root/scripts/find-jdk")
work=$(mktemp -d /var/tmp/orchestrate-bench.XXXXXX)
export ORCHESTRATE_STATE_DIR=$work/state JAVA_HOME

# median minimum maximum of the numbers on the standard input, by default as %10.2f
spread() {
  sort -n | awk -v form="${1:-%10.2f}" \
    '{ v[NR] = $1 } END { printf form " " form " " form, v[int((NR + 1) / 2)], v[1], v[NR] }'
}

# Milliseconds that a command takes.
millis() {
  local start=${EPOCHREALTIME/./}
  "$@" >/dev/null || return
  echo "$(((${EPOCHREALTIME/./} - start) / 100))" | sed 's/\(.\)$/.\1/'
}

# The id of the checkpoint whose JSON is on the standard input.
checkpoint_id() {
  sed -n 's/^  "id" : "\(.*\)",/\1/p'
}

# The frozen time of the checkpoint whose JSON is on the standard input, in microseconds.
frozen_micros() {
  sed -n 's/.*"frozenMicros" : \([0-9]*\).*/\1/p'
}
