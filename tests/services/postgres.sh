#!/usr/bin/env bash
# A real PostgreSQL server for tests: a cluster in a temporary folder, reached by its socket there, gone when this script ends.
#
#   postgres.sh BINARIES [SETTING=VALUE …]      (the folder of initdb and postgres; settings of the server)
#
# Says "ready FOLDER PID" once connections are taken as user revela. A line "stop" on its input ends the server as a crash would,
# without a word to its clients, and says "stopped FOLDER"; "start" starts it again on the same data and says "ready FOLDER PID" again.
# The end of its input ends all of it, so nothing outlives the tests.
set -euo pipefail

PATH="${1:?binaries}:$PATH"
shift
folder="$(mktemp -d /tmp/revela-pg.XXXXXX)" pid=
cd /tmp

# The server refuses to be run by root.
as_owner=()
[ "$(id -u)" -ne 0 ] || as_owner=(setpriv --reuid postgres --regid postgres --clear-groups)

finish() {
    trap - EXIT
    stop
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' INT TERM

# Dies with this script, even when the script is killed.
start() {
    "${as_owner[@]}" setpriv --pdeathsig QUIT postgres -D "$folder/data" -k "$folder" -c listen_addresses= "${settings[@]}" </dev/null >>"$folder/log" 2>&1 &
    pid=$!
    until pg_isready -q -h "$folder"; do
        kill -0 "$pid" 2>/dev/null || { tail -n 20 "$folder/log" >&2; exit 1; }
        sleep 0.05
    done
    echo "ready $folder $pid"
}

stop() {
    [ -z "$pid" ] || kill -QUIT "$pid" 2>/dev/null || true
    [ -z "$pid" ] || wait "$pid" 2>/dev/null || true
    pid=
}

settings=()
for setting in "$@"; do settings+=(-c "$setting"); done
chmod 755 "$folder"
mkdir "$folder/data"
touch "$folder/log"
[ ${#as_owner[@]} -eq 0 ] || chown -R postgres: "$folder"
"${as_owner[@]}" initdb -D "$folder/data" -U revela -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
start
while read -r verb; do
    case "$verb" in
        stop)
            stop
            echo "stopped $folder"
            ;;
        start) start ;;
    esac
done
