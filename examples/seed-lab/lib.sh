# Functions of the lab's scripts.

LAB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lab.env
. "$LAB/lab.env"
# shellcheck source=../lab/lib.sh
. "$LAB/../lab/lib.sh"

# v6 ADDRESS: the same numbers below fd00::, 192.168.10.100 as fd00:192:168:10::100.
v6() {
    local a b c d
    IFS=. read -r a b c d <<<"$1"
    echo "fd00:$a:$b:$c::$d"
}

vtysh() {
    command vtysh --vty_socket "$FRR_DIR" "$@"
}

start_router() {
    local common=(-u root -g frrvty -z "$FRR_DIR/zserv.api" --vty_socket "$FRR_DIR" -A 127.0.0.1 -P 0 --log stdout)
    mkdir -p "$FRR_DIR" "$RUN/router"
    # sockets of a killed daemon would pass for those of the new one
    rm -f "$FRR_DIR"/{zserv.api,zebra.vty,bgpd.vty}
    cp "$LAB/frr.conf" "$FRR_DIR/frr.conf"
    start zebra router "$FRR_SBIN/zebra" "${common[@]}" -f /dev/null -i "$FRR_DIR/zebra.pid"
    started_up zebra router 20 test -S "$FRR_DIR/zserv.api"
    start bgpd router "$FRR_SBIN/bgpd" "${common[@]}" -f "$FRR_DIR/frr.conf" -i "$FRR_DIR/bgpd.pid"
    started_up bgpd router 20 test -S "$FRR_DIR/bgpd.vty"
}

stop_router() {
    # bgpd first: it takes back from zebra what it installed
    stop "$RUN/router/bgpd.pid"
    stop "$RUN/router/zebra.pid"
}

# node_conf NODE: the configuration of its agent at the start.
node_conf() {
    mkdir -p "$RUN/state"
    sed "s|@NODE@|$1|g; s|@RUN@|$RUN|g; s|@DATAPATH@|$DATAPATH|g; s|@CGROUP@|$RUN/cgroup/$(ns "$1")|g" "$LAB/node.conf"
}
