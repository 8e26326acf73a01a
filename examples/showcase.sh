#!/usr/bin/env bash
# The recipe `showcase` by curl: a character gets a picture, is processed, and its finished picture is found at its address.
# Usage: SERVER=http://127.0.0.1:7070 KEY="$(cat data/admin.key)" examples/showcase.sh hero-1 photo.jpg [name]
set -euo pipefail

server="${SERVER:-http://127.0.0.1:7070}"
id="${1:?the id of the character}"
photo="${2:?a picture}"
name="${3:-$id}"
character="$server/api/characters/$id"

ask() { curl -sS --fail-with-body -H "Authorization: Bearer $KEY" "$@"; }
field() { grep -oE "\"$1\":\"[^\"]*\"" | cut -d '"' -f 4; }

ask -o /dev/null -X PUT -F "image=@$photo" -F userId=demo -F "name=$name" "$character"
ask -o /dev/null -X POST "$character/process"

# Each status is told once; a page would show them as they come.
status="" told=""
for _ in $(seq 600); do
    status="$(ask "$character" | field showcaseProcessingStatus)"
    [ "$status" = "$told" ] || echo "status   $status"
    told="$status"
    case "$status" in complete | failed) break ;; esac
    sleep 0.2
done
[ "$status" = complete ]
echo "picture  $(ask "$character" | field showcaseImageUrl)"
