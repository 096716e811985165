# What the scripts beside this file share: checks that count, and the way to the command. Sourced, never run.
passed=0 failed=0 skipped=0

pass() {
  passed=$((passed + 1))
  echo "ok    $1"
}

fail() { # NAME EXPECTED GOT
  failed=$((failed + 1))
  printf 'FAIL  %s\n      expected: %s\n      got: %s\n' "$1" "$2" "$3"
}

check() { # NAME EXPECTED-PATTERN ACTUAL
  if grep -qE -- "$2" <<<"$3"; then pass "$1"; else fail "$1" "$2" "$3"; fi
}

check_without() { # NAME UNWANTED-PATTERN ACTUAL
  if grep -qE -- "$2" <<<"$3"; then fail "$1" "nothing like $2" "$3"; else pass "$1"; fi
}

check_same() { # NAME EXPECTED ACTUAL
  if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "$2" "$3"; fi
}

skip() { # NAME WHY
  skipped=$((skipped + 1))
  echo "skip  $1: $2"
}

finish() {
  [ "$skipped" -eq 0 ] || echo "$skipped skipped"
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}

millrace() { "$root/deploy/millrace" "$@"; }
