# Functions of the lab's scripts.

LAB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lab.env
. "$LAB/lab.env"
# shellcheck source=../lab/lib.sh
. "$LAB/../lab/lib.sh"

require_cluster() {
    local cluster
    for cluster in "${CLUSTERS[@]}"; do
        [ "${cluster%% *}" != "$1" ] || return 0
    done
    die "no cluster $1; there are: west, east"
}

# address_of HOST: of a node or pod.
address_of() {
    local entry name address rest
    for entry in "${NODES[@]}" "${PODS[@]}"; do
        read -r name address rest <<<"$entry"
        if [ "$name" = "$1" ]; then
            [[ $address == *.* ]] && echo "$address" || echo "$rest"
        fi
    done
}

# cluster_words CLUSTER: name, id and the address of its webpod.
cluster_words() {
    local cluster
    for cluster in "${CLUSTERS[@]}"; do
        [ "${cluster%% *}" != "$1" ] || echo "$cluster"
    done
}

# node_conf NODE: the configuration of its agent at the start.
node_conf() {
    local cluster id
    read -r cluster id _ <<<"$(cluster_words "${1%%-*}")"
    sed "s|@NODE@|$1|g; s|@CLUSTER@|$cluster|g; s|@ID@|$id|g; s|@RUN@|$RUN|g; s|@DATAPATH@|$DATAPATH|g
        s|@CGROUP@|$RUN/cgroup/$(ns "$1")|g" "$LAB/node.conf"
}

# Certificates. One CA for both clusters; the common name of a client's certificate is its user in etcd, which knows no passwords.

ca() {
    mkdir -p "$RUN/ca"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=mesh-lab CA" \
        -keyout "$RUN/ca/ca.key" -out "$RUN/ca/ca.crt" 2>/dev/null
}

# certificate FILE SUBJECT USAGE [NAMES]: FILE.crt and FILE.key, signed by the lab's CA.
certificate() {
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$2" -keyout "$1.key" -out "$1.csr" 2>/dev/null
    openssl x509 -req -in "$1.csr" -days 30 -CA "$RUN/ca/ca.crt" -CAkey "$RUN/ca/ca.key" -set_serial "0x$(openssl rand -hex 16)" -out "$1.crt" \
        -extfile <(echo "extendedKeyUsage=$3"; [ -z "${4:-}" ] || echo "subjectAltName=$4") 2>/dev/null
    rm "$1.csr"
}

# client_config CLUSTER CERTIFICATE: how a client reaches that cluster's etcd, in etcd's own form, as Cilium has it: one file per cluster.
client_config() {
    cat <<CONFIG
endpoints:
- https://$(address_of "$1-control-plane"):32379
trusted-ca-file: $RUN/ca/ca.crt
cert-file: $2.crt
key-file: $2.key
CONFIG
}

# credentials CLUSTER: the etcd's certificate, its users' ones, and what the cluster's agents need to reach every etcd.
credentials() {
    local own=$RUN/$1/etcd-tls mesh=$RUN/$1/clustermesh other
    mkdir -p "$own" "$mesh"
    # etcd's gateway is a client of its own server, hence clientAuth; a common name would make everybody who comes by it that user
    certificate "$own/server" "/O=etcd" serverAuth,clientAuth \
        "DNS:$1.mesh.cilium.io,DNS:localhost,IP:127.0.0.1,IP:$(address_of "$1-control-plane")"
    certificate "$own/root" "/CN=root" clientAuth
    certificate "$own/admin" "/CN=admin-$1" clientAuth
    client_config "$1" "$own/admin" >"$RUN/$1/own-etcd.yaml"
    certificate "$mesh/common-etcd-client" "/CN=remote" clientAuth
    for other in "${CLUSTERS[@]}"; do
        other=${other%% *}
        [ "$other" = "$1" ] || client_config "$other" "$mesh/common-etcd-client" >"$mesh/$other"
    done
}

# start_etcd CLUSTER: on its control plane; a new one when it has no data.
start_etcd() {
    local host=$1-control-plane tls=$RUN/$1/etcd-tls token
    # what makes a cluster id: without a token of its own, an etcd that was wiped would pass for the one before
    token=$1-$(cat /proc/sys/kernel/random/uuid)
    start etcd "$host" etcd --name "$1" --data-dir "$RUN/$1/etcd" --logger zap --log-level warn --initial-cluster-token "$token" \
        --listen-client-urls https://0.0.0.0:2379,https://0.0.0.0:32379 --advertise-client-urls "https://$(address_of "$host"):32379" \
        --listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380 --initial-cluster "$1=http://127.0.0.1:2380" \
        --cert-file "$tls/server.crt" --key-file "$tls/server.key" --client-cert-auth --trusted-ca-file "$RUN/ca/ca.crt"
}

# await_etcd CLUSTER: until it serves. Gives a new one its users; from then on nobody comes in without a certificate of one of them.
await_etcd() {
    started_up etcd "$1-control-plane" 60 etcd_serves "$1"
    # the key that marks the end of the last time
    if [ -z "$(etcdctl "$1" get lab/users --print-value-only 2>/dev/null)" ]; then
        users "$1"
    fi
}

etcd_serves() {
    etcdctl "$1" get lab/users >/dev/null 2>&1
}

# etcdctl CLUSTER WORDS…: as root, beside the etcd.
etcdctl() {
    in_ns "$1-control-plane" env ETCDCTL_API=3 etcdctl --endpoints https://127.0.0.1:2379 --cacert "$RUN/ca/ca.crt" \
        --cert "$RUN/$1/etcd-tls/root.crt" --key "$RUN/$1/etcd-tls/root.key" "${@:2}"
}

# users CLUSTER: as Cilium's clustermesh-apiserver makes them: admin-CLUSTER may do everything, other clusters read what is theirs to read.
users() {
    local prefix
    {
        etcdctl "$1" user add root --no-password
        etcdctl "$1" user grant-role root root
        etcdctl "$1" user add "admin-$1" --no-password
        etcdctl "$1" user grant-role "admin-$1" root
        etcdctl "$1" role add remote
        for prefix in cilium/.heartbeat cilium/state/ "cilium/synced/$1/"; do
            etcdctl "$1" role grant-permission remote --prefix=true read "$prefix"
        done
        etcdctl "$1" role grant-permission remote read "cilium/cluster-config/$1"
        etcdctl "$1" user add remote --no-password
        etcdctl "$1" user grant-role remote remote
        etcdctl "$1" put lab/users made
        etcdctl "$1" auth enable
    } >/dev/null
}
