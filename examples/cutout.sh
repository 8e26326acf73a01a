#!/usr/bin/env bash
# The recipe `cutout` by curl: an image goes into the gallery, its background is removed, and whoever asked is told.
# Usage: SERVER=http://127.0.0.1:7070 KEY="$(cat data/admin.key)" examples/cutout.sh photo.jpg
set -euo pipefail

server="${SERVER:-http://127.0.0.1:7070}"
photo="${1:?an image to cut out}"

ask() { curl -sS --fail-with-body -H "Authorization: Bearer $KEY" "$@"; }
field() { grep -oE "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

image="$(ask -F "image=@$photo" -F "title=Gato" "$server/images/" | field uuid)"
echo "image    $image"

task="$(ask -X POST "$server/images/$image/remove-bg/" | field task_id)"
echo "task     $task"

# The job behind the task is followed until it has ended; a page would wait for its notification instead.
ask -N "$server/api/v1/jobs/$task/events" >/dev/null
status="$(ask "$server/images/tasks/$task/" | field status)"
echo "status   $status"

# The notification comes within a moment of the end.
told=""
for _ in $(seq 100); do
    told="$(ask "$server/api/v1/notifications?lang=es" | field title || true)"
    [ -n "$told" ] && break
    sleep 0.2
done
echo "told     $told"
echo "picture  $(ask "$server/images/" | field url)"
