package io.roadstead.plugin.datapath.ebpf.attach;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfErrorCode;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfLink;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfProgram;
import io.roadstead.plugin.datapath.ebpf.bpf.Pins;

/**
 * Links by the names of their pins. One that an earlier agent pinned is opened and gets the program of now, between one packet and the next; closing this leaves
 * them all attached.
 */
final class Links implements AutoCloseable {
    private final Path directory;
    private final Map<String, BpfLink> open = new HashMap<>();

    Links(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new RoadsteadException(BpfErrorCode.BPF_FILE_SYSTEM, directory.toString(), "cannot make the directory: " + e.getMessage(),
                    "",
                    e);
        }
    }

    /** Has the program attached by the link of that name. A link to another target than that device or cgroup, or to none any more, is made anew. */
    void ensure(String name, BpfProgram program, int target, Supplier<BpfLink> attach) {
        BpfLink link = open.get(name);
        if (link == null) {
            link = BpfLink.open(directory.resolve(name)).orElse(null);
        }
        if (link != null && link.ifindex() != target) {
            open.put(name, link);
            remove(name);
            link = null;
        }
        if (link == null) {
            link = attach.get();
            try {
                link.pin(directory.resolve(name));
            } catch (RuntimeException e) {
                link.close();
                throw e;
            }
        } else if (link.programId() != program.id()) {
            link.update(program);
        }
        open.put(name, link);
    }

    /** Whether there is a link of that name, of this process or left by an earlier one. */
    boolean has(String name) {
        return open.containsKey(name) || Files.exists(directory.resolve(name));
    }

    /** The target of a link: the index of its device, or the low half of its cgroup's number; empty when there is none. */
    Optional<Integer> target(String name) {
        BpfLink link = open.get(name);
        if (link != null) {
            return Optional.of(link.ifindex());
        }
        try (BpfLink found = BpfLink.open(directory.resolve(name)).orElse(null)) {
            return Optional.ofNullable(found).map(BpfLink::ifindex);
        }
    }

    /** Names of all pins. */
    Set<String> names() {
        Set<String> names = new TreeSet<>();
        try (DirectoryStream<Path> pins = Files.newDirectoryStream(directory)) {
            pins.forEach(pin -> names.add(String.valueOf(pin.getFileName())));
        } catch (IOException e) {
            throw new RoadsteadException(BpfErrorCode.BPF_FILE_SYSTEM, directory.toString(), "cannot be read: " + e.getMessage(), "", e);
        }
        return names;
    }

    /** Takes a program away. */
    void remove(String name) {
        BpfLink known = open.remove(name);
        try (BpfLink link = known != null ? known : BpfLink.open(directory.resolve(name)).orElse(null)) {
            detach(link);
        }
        Pins.remove(directory.resolve(name));
    }

    private static void detach(@Nullable BpfLink link) {
        if (link != null) {
            link.detach();
        }
    }

    @Override
    public void close() {
        open.values().forEach(BpfLink::close);
        open.clear();
    }
}
