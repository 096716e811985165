# A cloud that fails on demand, by the name of the model that is asked for. Sourced, never run; needs $root, $work, $JAVA_HOME.

start_cloud() { # leaves cloud, cloud_port, cloud_pid, and a log in $work/cloud.jsonl
  local classes="$root/proto/testing/target/classes"
  if [ ! -f "$root/deploy/standalone/target/dist/millrace.jar" ]; then millrace --version >/dev/null; fi
  if [ ! -d "$classes" ]; then
    echo "error: $classes is missing: build with ./mvnw package" >&2
    exit 1
  fi
  # It stands for a cloud elsewhere, whose processors are not those of the mesh: it takes as little of them as it can.
  "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$classes:$root/deploy/standalone/target/dist/lib/*" \
    dev.millrace.testing.FakeCloud --port 0 --log "$work/cloud.jsonl" >"$work/cloud.out" 2>&1 &
  cloud_pid=$!
  until grep -qs 'fake cloud at' "$work/cloud.out"; do
    kill -0 "$cloud_pid" || { cat "$work/cloud.out" >&2; exit 1; }
    sleep 0.1
  done
  cloud=$(grep -oE 'http://127[^ ]+/v1' "$work/cloud.out")
  cloud_port=$(printf '%s' "$cloud" | grep -oE '[0-9]+/v1' | cut -d/ -f1)
}

# In front of it, for any model's name; leaves named_cloud, named_cloud_pid, and lines "MODEL AUTHORIZATION" in $work/named.log.
start_named_cloud() {
  "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "$root/deploy/e2e/NamedCloud.java" "$cloud" "$work/named.log" \
    >"$work/named.out" 2>&1 &
  named_cloud_pid=$!
  until grep -qs 'named cloud at' "$work/named.out"; do
    kill -0 "$named_cloud_pid" || { cat "$work/named.out" >&2; exit 1; }
    sleep 0.1
  done
  named_cloud=$(grep -oE 'http://127[^ ]+/v1' "$work/named.out")
}

end_named_cloud() {
  kill "$named_cloud_pid" 2>/dev/null
  wait "$named_cloud_pid" 2>/dev/null
  named_cloud_pid=""
}
