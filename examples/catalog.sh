#!/usr/bin/env bash
# The recipe `catalog` by curl: an article is added with its photo, painted anew by Gemini, and shown.
# Usage: SERVER=http://127.0.0.1:7070 KEY="$(cat data/admin.key)" examples/catalog.sh photo.jpg "Taza de barro"
# With EMAIL and PASSWORD instead of KEY it signs in first. `revela serve --fakes` plays Gemini without a key.
set -euo pipefail

server="${SERVER:-http://127.0.0.1:7070}"
photo="${1:?a photo of the article}"
name="${2:-Artículo}"

field() { grep -oE "\"$1\":(\"[^\"]*\"|[0-9]+)" | head -n 1 | cut -d : -f 2- | tr -d '"'; }

if [ -z "${KEY:-}" ]; then
    KEY="$(curl -sS --fail-with-body --json "{\"email\": \"$EMAIL\", \"password\": \"$PASSWORD\"}" "$server/api/auth/login" | field token)"
fi
ask() { curl -sS --fail-with-body -H "Authorization: Bearer $KEY" "$@"; }

article="$(ask -F "nombre=$name" -F unidad=pieza -F "imagen=@$photo" "$server/api/articulos" | field id)"
echo "article  $article"

queued="$(ask --json "{\"articuloIds\": [$article], \"prioridad\": 0}" "$server/api/articulos/batch-process-images")"
entry="$(field queueId <<<"$queued")"
echo "queued   $entry: $(field message <<<"$queued")"

# The run is asked for until it has ended; a page would show the history.
state=""
for _ in $(seq 600); do
    state="$(ask "$server/api/articulos/processing-queue/$entry" | field estado)"
    case "$state" in completed | failed) break ;; esac
    sleep 0.2
done
echo "state    $state"
echo "queue    $(ask "$server/api/articulos/processing-queue/status")"
echo "picture  $(ask "$server/api/articulos/$article" | field imagen_url)"
