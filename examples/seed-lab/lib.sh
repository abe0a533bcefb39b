# Functions of the lab's scripts.

LAB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lab.env
. "$LAB/lab.env"
# shellcheck source=../lab/lib.sh
. "$LAB/../lab/lib.sh"
# a lab that is up stays what it is
[ ! -e "$RUN/source" ] || SOURCE=$(cat "$RUN/source")
KUBECTL_OPTIONS=(--kubeconfig "$RUN/api/admin.kubeconfig" --cache-dir "$RUN/api/cache")

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
    cat "$LAB/node.conf" "$LAB/source-$SOURCE.conf" |
        sed "s|@NODE@|$1|g; s|@RUN@|$RUN|g; s|@DATAPATH@|$DATAPATH|g; s|@CGROUP@|$RUN/cgroup/$(ns "$1")|g"
}

# kubectl WORDS…: as the administrator, on k8s-ctr.
kubectl() {
    in_ns k8s-ctr kubectl "${KUBECTL_OPTIONS[@]}" "$@"
}

# start_api: the API server with the definitions and the permissions that Roadstead ships. Each agent has a token of its own, and may do what those allow.
start_api() {
    local testkit=$ROOT/core-api/testkit/target deploy=$ROOT/distribution/kubernetes node file
    [ -d "$testkit/api-server" ] || die "no API server; build it (mvn -pl core-api/testkit -am package -DskipTests)"
    mkdir -p "$RUN/api"
    rm -f "$RUN/api/ready"
    {
        echo "admin $(token) admin system:masters"
        for node in "${NODES[@]}"; do
            echo "${node%% *} $(token) system:serviceaccount:roadstead-system:roadstead-agent"
        done
    } >"$RUN/api/tokens"
    start api k8s-ctr "$("$(distribution)/bin/roadstead" java-home)/bin/java" -XX:+UseSerialGC -Xmx256m -cp "$testkit/classes:$testkit/api-server/*" \
        io.roadstead.testkit.kubernetes.Main "$API_ADDRESS" "$API_PORT" "$RUN/api"
    started_up api k8s-ctr 30 test -e "$RUN/api/ready"
    in_ns k8s-ctr "$deploy/crds/apply" "${KUBECTL_OPTIONS[@]}"
    for file in "$deploy"/base/{namespace,service-account,rbac-*}.yaml; do
        kubectl apply -f "$file"
    done
}

# token: a random one.
token() {
    od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}
