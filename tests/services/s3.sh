#!/usr/bin/env bash
# A real S3 server for tests: Ceph's RADOS gateway on loopback, everything in memory, gone when this script ends.
#
#   s3.sh FOLDER GATEWAY_PORT MONITOR_PORT      (free ports; the folder is made, and removed at the end)
#
# Says "ready PORT PID" once the gateway at PORT takes requests with the key revela / revela-secret, region us-east-1.
# A line "gateway PORT" on its input starts one more gateway on the same objects and says "ready PORT PID" again:
# any of them may be killed by its pid. The end of its input ends all of it, so nothing outlives the tests.
# Needs Debian's radosgw ceph-mon ceph-osd ceph-common.
set -euo pipefail

folder="${1:?folder}" port="${2:?gateway port}" monitor="127.0.0.1:${3:?monitor port}"
conf="$folder/ceph.conf"

finish() {
    trap - EXIT
    exec 2>/dev/null # The shell tells of each child that it kills.
    # Only children of this script: gateways first, then what they talk to.
    for pid in $(jobs -p | tac); do kill -KILL "$pid" || true; done
    wait || true
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' INT TERM

# A child dies with this script, even when the script is killed.
child() { setpriv --pdeathsig KILL "$@" </dev/null >>"$folder/output" 2>&1 & }

configure() {
    # A gateway that was killed must not hold up the others: no cache to agree on, and a short watch.
    cat >"$conf" <<CONF
[global]
fsid = $fsid
mon host = v1:$monitor
mon initial members = a
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
run dir = $folder/run
admin socket = $folder/run/\$name.\$pid.asok
log file = $folder/\$name.log
pid file =
paxos propose interval = 0.05
paxos min wait = 0.01
ms bind msgr2 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
[mon]
mon data = $folder/mon
[osd]
osd data = $folder/osd
osd class update on start = false
osd crush update on start = false
osd objectstore = memstore
osd heartbeat grace = 600
osd client watch timeout = 5
memstore device bytes = 2147483648
[client]
rgw data = $folder/rgw
rgw init timeout = 300
rgw cache enabled = false
CONF
}

# Waits until the process takes connections at the port; fails as soon as it has died.
answers() {
    until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
        kill -0 "$2" 2>/dev/null || return 1
        sleep 0.1
    done
}

# Called behind `||`, where the shell does not stop at an error by itself.
start_cluster() {
    monmaptool --create --fsid "$fsid" --addv a "[v1:$monitor]" "$folder/monmap" || return
    ceph-mon --mkfs -i a --monmap "$folder/monmap" -c "$conf" || return
    child ceph-mon -f -i a -c "$conf"
    answers "${monitor#*:}" $! || return
    timeout 300 ceph -c "$conf" osd create "$disk" || return
    timeout 300 ceph -c "$conf" osd crush add osd.0 1 host=local root=default || return
    ceph-osd -i 0 --mkfs -c "$conf" --osd-uuid "$disk" || return
    child ceph-osd -f -i 0 -c "$conf"
}

start_gateway() {
    local pid
    child radosgw -f -n "client.rgw-$1" -c "$conf" --rgw-frontends "beast endpoint=127.0.0.1:$1"
    pid=$!
    answers "$1" "$pid" || return
    [ -s "$folder/user" ] || add_user || return
    echo "ready $1 $pid"
}

add_user() {
    timeout 300 radosgw-admin -c "$conf" user create --uid=revela --display-name=revela --access-key=revela --secret-key=revela-secret >"$folder/user" 2>>"$folder/output"
}

mkdir -p "$folder"/{mon,osd,rgw,run}
fsid="$(cat /proc/sys/kernel/random/uuid)"
disk="$(cat /proc/sys/kernel/random/uuid)"
configure
start_cluster >>"$folder/output" 2>&1 || { tail -n 20 "$folder/output" >&2; exit 1; }
start_gateway "$port" || { tail -n 20 "$folder/output" >&2; exit 1; }
while read -r verb argument; do
    [ "$verb" = gateway ] && start_gateway "$argument"
done
