package io.roadstead.plugin.datapath.ebpf.attach;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfLink;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfProgram;

/** Programs on the cgroup whose sockets are translated. On the datapath's loop. */
final class SocketLinks {
    private final Links links;
    private final List<String> problems = new ArrayList<>();
    private boolean attached;

    SocketLinks(Links links) {
        this.links = links;
    }

    /**
     * Attaches these, takes away others.
     *
     * @param cgroup   null for the top of the hierarchy
     * @param programs by the words behind {@code cgroup/} of their sections
     */
    void sync(@Nullable Path cgroup, Map<String, BpfProgram> programs) {
        problems.clear();
        Set<String> wanted = new HashSet<>();
        Optional<Path> place = cgroup == null ? ControlGroups.find() : Optional.of(cgroup);
        if (!programs.isEmpty() && place.isEmpty()) {
            problems.add("control groups: no cgroup2 is mounted, so that sockets are not translated and pods reach ClusterIPs only by their"
                    + " packets; mount -t cgroup2 none /sys/fs/cgroup, or set roadstead.datapaths.ebpf.socket-lb.enabled = false");
        } else if (!programs.isEmpty()) {
            programs.forEach((hook, program) -> attach(place.orElseThrow(), "cgroup-" + hook, program, wanted));
        }
        attached = !wanted.isEmpty();
        links.names().stream().filter(name -> name.startsWith("cgroup-") && !wanted.contains(name)).forEach(links::remove);
    }

    /** Whether sockets are translated. */
    boolean attached() {
        return attached;
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    private void attach(Path cgroup, String name, BpfProgram program, Set<String> wanted) {
        try {
            links.ensure(name, program, ControlGroups.number(cgroup), () -> BpfLink.cgroup(program, cgroup));
            wanted.add(name);
        } catch (RoadsteadException e) {
            problems.add("socket-lb: " + e.getMessage());
        } catch (IOException e) {
            problems.add(
                    "cgroup " + cgroup + ": cannot be read: " + e.getMessage() + "; correct roadstead.datapaths.ebpf.socket-lb.cgroup");
        }
    }
}
