#!/usr/bin/env bash
# The recipe `analyze` by curl: images go in, each gets a ticket at once, and its result is fetched when it is there.
# Usage: SERVER=http://127.0.0.1:7070 KEY="$(cat data/admin.key)" examples/analyze.sh photo.jpg [more.jpg …]
set -euo pipefail

server="${SERVER:-http://127.0.0.1:7070}/api/v1"
[ $# -gt 0 ] || { echo "images to analyze" >&2; exit 2; }

ask() { curl -sS --fail-with-body -H "Authorization: Bearer $KEY" "$@"; }
field() { grep -oE "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

# All go in before the first is asked for: none waits for another.
tasks=()
for image in "$@"; do tasks+=("$(ask -F "file=@$image" "$server/analyze" | field task_id)"); done

for task in "${tasks[@]}"; do
    status=""
    for _ in $(seq 600); do
        answer="$(ask "$server/tasks/$task")"
        status="$(field status <<<"$answer")"
        case "$status" in COMPLETED | FAILED) break ;; esac
        sleep 0.2
    done
    echo "task     $task $status"
    echo "result   $(field result_url <<<"$answer")"
done
