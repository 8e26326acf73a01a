#!/usr/bin/env bash
# The recipe `race-photos` by curl: photos of a race are uploaded, their numbers read, and a runner finds the one with theirs.
# Usage: SERVER=http://127.0.0.1:7070 KEY="$(cat data/admin.key)" examples/race-photos.sh 145 photo.jpg [more.jpg …]
set -euo pipefail

server="${SERVER:-http://127.0.0.1:7070}"
bib="${1:?the number to look for}"
shift
[ $# -gt 0 ] || { echo "photos to upload" >&2; exit 2; }

ask() { curl -sS --fail-with-body -H "Authorization: Bearer $KEY" "$@"; }
field() { grep -oE "\"$1\":\"[^\"]*\"" | cut -d '"' -f 4; }

files=()
for photo in "$@"; do files+=(-F "photos=@$photo"); done
photos="$(ask "${files[@]}" "$server/photos/multiple" | field id)"

# Each photo is asked for until its numbers are read; a page would show them as they come.
for photo in $photos; do
    status=""
    for _ in $(seq 600); do
        status="$(ask "$server/photos/$photo/status" | field status)"
        case "$status" in completed | failed) break ;; esac
        sleep 0.2
    done
    echo "photo    $photo $status"
done

echo "queue    $(ask "$server/queue/stats")"
echo "numbers  $(ask "$server/photos" | field bib | sort -u | tr '\n' ' ')"
echo "found    $(ask "$server/photos?bib=$bib" | field url | head -n 1)"
