# Functions that the labs' scripts share. A lab's lib.sh sets LAB, reads its lab.env, which sets LAB_PREFIX, RUN, NODES and PODS, and then this file.

ROOT=$(cd "$LAB/../.." && pwd)

die() {
    echo "$(basename "$LAB"): $*" >&2
    exit 1
}

require_root() {
    [ "$(id -u)" = 0 ] || die "needs root for network namespaces; run it with sudo"
}

# require COMMAND PACKAGE: names the Debian package that brings the command.
require() {
    command -v "$1" >/dev/null || [ -x "${FRR_SBIN:-}/$1" ] || die "no $1 here; apt-get install $2"
}

# ns HOST: name of its namespace.
ns() {
    echo "$LAB_PREFIX$1"
}

# in_ns HOST COMMAND…
in_ns() {
    ip netns exec "$(ns "$1")" "${@:2}"
}

# ip_in HOST WORDS…: ip(8) on that host. Devices are named by `dev` and `name`, since ip reads short words as abbreviations of its own.
ip_in() {
    ip -n "$(ns "$1")" "${@:2}"
}

# hosts: those of the lab that exist.
hosts() {
    ip netns list | sed -n "s/^$LAB_PREFIX\([^ ]*\).*/\1/p" | sort
}

require_host() {
    [ -e "/run/netns/$(ns "$1")" ] || die "no host $1; there are: $(hosts | xargs)"
}

# node_of HOST: the node that a pod is on, the node itself for a node, nothing for others.
node_of() {
    local entry name node
    for entry in "${NODES[@]}" "${PODS[@]}"; do
        read -r name node _ <<<"$entry"
        if [ "$name" = "$1" ]; then
            [[ $node == *.* ]] && echo "$name" || echo "$node"
        fi
    done
}

# Each node is a machine of its own to eBPF: a bpffs for its pins, and a control group that holds it and its pods. `ip netns exec` hides those
# of this machine behind a new /sys, so both are mounted in the run directory.
mount_bpf() {
    mkdir -p "$RUN/cgroup"
    mount -t cgroup2 none "$RUN/cgroup" || die "cannot mount a cgroup2 hierarchy on $RUN/cgroup; without it set ROADSTEAD_LAB_DATAPATH=none"
    for node in "${NODES[@]}"; do
        read -r name _ <<<"$node"
        mkdir -p "$RUN/$name/bpf" "$RUN/cgroup/$(ns "$name")"
        mount -t bpf bpf "$RUN/$name/bpf" || die "cannot mount a bpffs on $RUN/$name/bpf; without it set ROADSTEAD_LAB_DATAPATH=none"
    done
}

# Pinned links go with their bpffs, and with them every program.
umount_bpf() {
    local directory
    for directory in "$RUN"/*/bpf; do
        if mountpoint -q "$directory"; then umount -l "$directory"; fi
    done
    if mountpoint -q "$RUN/cgroup"; then
        for node in "${NODES[@]}"; do
            directory="$RUN/cgroup/$(ns "${node%% *}")"
            # a process that has just ended leaves its group some time later
            [ ! -d "$directory" ] || wait_until 10 rmdir "$directory" 2>/dev/null || true
        done
        umount -l "$RUN/cgroup"
    fi
}

# grouped HOST COMMAND…: in the control group of the host's node, from its first instruction on.
grouped() {
    local group
    group="$RUN/cgroup/$(ns "$(node_of "$1")")/cgroup.procs"
    if [ -w "$group" ]; then
        exec sh -c 'echo $$ >"$0" && exec "$@"' "$group" "${@:2}"
    fi
    exec "${@:2}"
}

# start NAME HOST COMMAND…: runs it in the host's namespace, its output in run/HOST/NAME.log, its pid and start time in run/HOST/NAME.pid.
start() {
    local name=$1 host=$2
    mkdir -p "$RUN/$host"
    # each of these replaces itself by the next, so this pid is the command's
    grouped "$host" setsid ip netns exec "$(ns "$host")" "${@:3}" </dev/null >>"$RUN/$host/$name.log" 2>&1 &
    echo "$! $(started_at $!)" >"$RUN/$host/$name.pid"
}

# started_at PID: when it started, in ticks since boot; tells a process from a later one with the same pid. Nothing for one that has ended,
# even if its parent has not collected it yet.
started_at() {
    [ ! -r "/proc/$1/stat" ] || sed 's/.*) //' "/proc/$1/stat" | awk '$1 != "Z" { print $20 }'
}

# alive PIDFILE: whether the process that start recorded there still runs.
alive() {
    local pid start
    [ -f "$1" ] && read -r pid start <"$1" && [ -n "$start" ] && [ "$(started_at "$pid" 2>/dev/null)" = "$start" ]
}

# stop PIDFILE: ends that process, the polite way for up to 10 s.
stop() {
    local pid
    if alive "$1"; then
        read -r pid _ <"$1"
        kill "$pid"
        wait_until 10 ended_or "$1" false || kill -KILL "$pid"
    fi
    rm -f "$1"
}

# wait_until SECONDS COMMAND…: until it succeeds.
wait_until() {
    local deadline=$((SECONDS + $1))
    until "${@:2}"; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.05
    done
}

# started_up NAME HOST SECONDS COMMAND…: waits until the command succeeds; shows the log and gives up if it does not, or the process ended.
started_up() {
    local name=$1 host=$2 seconds=$3
    shift 3
    wait_until "$seconds" ended_or "$RUN/$host/$name.pid" "$@" || true
    "$@" && alive "$RUN/$host/$name.pid" && return
    tail -n 40 "$RUN/$host/$name.log" >&2
    alive "$RUN/$host/$name.pid" && die "$name on $host did not come up within $seconds s; its log is $RUN/$host/$name.log"
    die "$name on $host ended while coming up; its log is $RUN/$host/$name.log"
}

ended_or() {
    ! alive "$1" || "${@:2}"
}

# distribution: root of the packaged agent.
distribution() {
    local home
    for home in ${ROADSTEAD_HOME:+"$ROADSTEAD_HOME"} "$ROOT"/distribution/package/target/roadstead-*/; do
        if [ -x "$home/bin/roadstead" ]; then
            (cd "$home" && pwd)
            return
        fi
    done
    die "no agent; build it (mvn -pl distribution/package -am package -DskipTests) or set ROADSTEAD_HOME"
}

# start_agent NODE: with the configuration that the lab's node_conf NODE prints, and what `configure` has added, which stays over a restart.
start_agent() {
    local home
    home=$(distribution)
    mkdir -p "$RUN/$1"
    [ -e "$RUN/$1/roadstead.conf" ] || node_conf "$1" >"$RUN/$1/roadstead.conf"
    rm -f "$RUN/$1/roadstead.sock"
    start roadstead "$1" env ROADSTEAD_HOME="$home" "$home/bin/roadstead" agent --config "$RUN/$1/roadstead.conf"
}

await_agent() {
    started_up roadstead "$1" 60 test -S "$RUN/$1/roadstead.sock"
}

# start_webpod POD
start_webpod() {
    start webpod "$1" "${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:+UseSerialGC -Xmx32m -XX:TieredStopAtLevel=1 \
        "$(dirname "${BASH_SOURCE[0]}")/WebPod.java" "$1" 80
}

# host NAME [RP_FILTER]: a namespace, by default without a filter on where packets come from, since replies may take another way.
host() {
    ip netns add "$(ns "$1")"
    ip_in "$1" link set dev lo up
    in_ns "$1" sysctl -qw net.ipv4.conf.all.rp_filter="${2:-0}" net.ipv4.conf.default.rp_filter="${2:-0}" net.ipv6.conf.default.accept_dad=0
}

# cable HOST DEVICE HOST DEVICE
cable() {
    ip link add name "$2" netns "$(ns "$1")" type veth peer name "$4" netns "$(ns "$3")"
    ip_in "$1" link set dev "$2" up
    ip_in "$3" link set dev "$4" up
}

forwarding() {
    in_ns "$1" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

# remove_hosts: every namespace of the lab, with a word on what still runs there.
remove_hosts() {
    local host pid
    for host in $(hosts); do
        for pid in $(ip netns pids "$(ns "$host")"); do
            echo "$(basename "$LAB"): still on $host, not started by the lab: $pid $(tr '\0' ' ' <"/proc/$pid/cmdline")" >&2
        done
        ip netns delete "$(ns "$host")"
    done
}

# run_on HOST COMMAND…: `roadstead` on a node asks that node's agent.
run_on() {
    if [ "$2" = roadstead ]; then
        export ROADSTEAD_SOCKET="$RUN/$1/roadstead.sock"
        in_ns "$1" "$(distribution)/bin/roadstead" "${@:3}"
    else
        grouped "$1" ip netns exec "$(ns "$1")" "${@:2}"
    fi
}

# configure NODE|all HOCON…: adds to what start_agent wrote.
configure() {
    local node found=false
    for node in "${NODES[@]}"; do
        node=${node%% *}
        if [ "$1" = all ] || [ "$1" = "$node" ]; then
            printf '%s\n' "${@:2}" >>"$RUN/$node/roadstead.conf"
            found=true
        fi
    done
    "$found" || die "no node $1"
}

# apply DIRECTORY [--delete] FILE…: like kubectl, for a directory of manifests with one file per object, which agents watch.
apply() {
    local directory=$1 delete=false parts file part
    shift
    if [ "${1:-}" = --delete ]; then
        delete=true
        shift
    fi
    [ $# -gt 0 ] || die "nothing to apply"
    mkdir -p "$directory"
    parts=$(mktemp -d "$RUN/apply.XXXXXX")
    for file in "$@"; do
        [ -r "$file" ] || die "cannot read $file"
        # One part per document, named by kind and metadata.name. Block style, as kubectl prints it, is what this understands.
        awk -v parts="$parts" -v file="$file" '
            function flush() {
                if (text ~ /(^|\n)kind:/) {
                    if (name == "") { print "an object without metadata.name in " file > "/dev/stderr"; exit 1 }
                    target = parts "/" tolower(kind) "-" name ".yaml"
                    printf "%s", text > target
                    close(target)
                }
                text = kind = name = section = ""
            }
            /^---/ { flush(); next }
            /^[a-zA-Z]/ { section = $1 }
            /^kind:/ { kind = $2 }
            section == "metadata:" && /^  name:/ { name = $2 }
            { text = text $0 "\n" }
            END { flush() }' "$file" || die "nothing was applied"
    done
    for part in "$parts"/*.yaml; do
        if "$delete"; then
            rm -f "$directory/$(basename "$part")"
        else
            mv "$part" "$directory/"
        fi
    done
    rm -rf "$parts"
}
