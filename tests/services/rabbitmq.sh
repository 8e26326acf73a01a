#!/usr/bin/env bash
# A real RabbitMQ for tests, on loopback, with a name, a cookie and a data folder of its own; gone when this script ends.
#
#   rabbitmq.sh FOLDER AMQP_PORT EPMD_PORT DISTRIBUTION_PORT      (free ports; the folder is made, and removed at the end)
#
# Says "ready PORT PID" once the broker takes connections as guest:guest. A line "kill" on its input ends it as kill -9 does and says
# "killed PORT"; "start" starts it again on the same data and says "ready PORT PID" again. The end of its input ends all of it, so nothing
# outlives the tests.
# Needs Debian's rabbitmq-server.
set -euo pipefail

folder="${1:?folder}" port="${2:?port}" names="${3:?port of epmd}" distribution="${4:?distribution port}"
# Not the command on the path: that one takes root for another user.
server=/usr/lib/rabbitmq/bin/rabbitmq-server
[ -x "$server" ] || server="$(command -v rabbitmq-server)"

finish() {
    trap - EXIT
    exec 2>/dev/null # The shell tells of each child that it kills.
    for pid in $(jobs -p | tac); do kill -KILL "$pid" || true; done
    wait || true
    # What a killed broker was still writing may come back once.
    rm -rf "$folder" || rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' INT TERM

# A child dies with this script, even when the script is killed.
child() { setpriv --pdeathsig KILL "$@" </dev/null >>"$folder/output" 2>&1 & }

# Waits until the process takes connections at the port; fails as soon as it has died.
answers() {
    until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
        kill -0 "$2" 2>/dev/null || return 1
        sleep 0.1
    done
}

configure() {
    cat >"$folder/rabbitmq.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:$port
log.console = true
log.console.level = error
log.file = false
# Tests stop connections rudely, and a small disk is no reason to block.
disk_free_limit.absolute = 1MB
vm_memory_high_watermark.absolute = 1GB
CONF
    echo '[].' >"$folder/plugins"
    printf 'revela-%s' "$RANDOM$RANDOM" >"$folder/.erlang.cookie"
    chmod 400 "$folder/.erlang.cookie"
    export HOME="$folder" ERL_EPMD_PORT="$names" ERL_EPMD_ADDRESS=127.0.0.1 LC_ALL=C.UTF-8
    export RABBITMQ_NODENAME="revela-$port@localhost" RABBITMQ_DIST_PORT="$distribution" RABBITMQ_CONFIG_FILE="$folder/rabbitmq.conf"
    export RABBITMQ_MNESIA_BASE="$folder/data" RABBITMQ_LOG_BASE="$folder/log" RABBITMQ_PID_FILE="$folder/pid" RABBITMQ_LOGS=-
    export RABBITMQ_ENABLED_PLUGINS_FILE="$folder/plugins" RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_GENERATED_CONFIG_DIR="$folder/generated"
    # One scheduler that sleeps at once: the tests need the processors.
    export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none"
    # The broker itself instead of a shell around it, so that its pid is the one to kill.
    export RABBITMQ_ALLOW_INPUT=true
}

# Called behind `||`, where the shell does not stop at an error by itself.
start_names() {
    child epmd -address 127.0.0.1 -port "$names"
    answers "$names" $! || return
}

start_broker() {
    child "$server" -noinput
    broker=$!
    answers "$port" "$broker" || return
    echo "ready $port $broker"
}

kill_broker() {
    kill -KILL "$broker" 2>/dev/null || true
    wait "$broker" 2>/dev/null || true
    echo "killed $port"
}

mkdir -p "$folder"/{data,log,generated}
configure
start_names || { tail -n 20 "$folder/output" >&2; exit 1; }
start_broker || { tail -n 20 "$folder/output" >&2; exit 1; }
while read -r verb; do
    case "$verb" in
        kill) kill_broker ;;
        start) start_broker || { tail -n 20 "$folder/output" >&2; exit 1; } ;;
    esac
done
