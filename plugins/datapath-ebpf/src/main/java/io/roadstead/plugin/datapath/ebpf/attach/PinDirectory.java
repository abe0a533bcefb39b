package io.roadstead.plugin.datapath.ebpf.attach;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfErrorCode;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfLink;
import io.roadstead.plugin.datapath.ebpf.bpf.Pins;

/** What of the datapath is in the bpffs: {@code links}, {@code dispatch} and {@code maps} below the directory of the configuration. */
public record PinDirectory(Path path) {

    Path links() {
        return path.resolve("links");
    }

    Path dispatch() {
        return path.resolve("dispatch");
    }

    Path maps() {
        return path.resolve("maps");
    }

    /**
     * Takes every program off its hook, in the calling thread's network namespace as to filters, and removes every pin. What else is in the directory stays, and so
     * does the directory then.
     *
     * @return what was removed
     */
    public List<String> clear() {
        List<String> removed = new ArrayList<>(Filters.clear());
        for (Path pin : entries(links())) {
            try (BpfLink link = BpfLink.open(pin).orElse(null)) {
                if (link != null) {
                    link.detach();
                }
            }
            remove(pin, removed);
        }
        entries(dispatch()).forEach(pin -> remove(pin, removed));
        entries(maps()).forEach(pin -> remove(pin, removed));
        for (Path directory : List.of(links(), dispatch(), maps(), path)) {
            try {
                if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS) && entries(directory).isEmpty()) {
                    Files.delete(directory);
                }
            } catch (IOException e) {
                throw failure(directory, "cannot be removed", e);
            }
        }
        return removed;
    }

    private static void remove(Path pin, List<String> removed) {
        if (Pins.remove(pin)) {
            removed.add(pin.toString());
        }
    }

    private static List<Path> entries(Path directory) {
        List<Path> entries = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return entries;
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (NotDirectoryException ignored) {
            return entries; // it went while we looked
        } catch (IOException e) {
            throw failure(directory, "cannot be read", e);
        }
        return entries;
    }

    private static RoadsteadException failure(Path path, String problem, IOException e) {
        return new RoadsteadException(BpfErrorCode.BPF_FILE_SYSTEM, path.toString(), problem + ": " + e.getMessage(),
                "remove it by hand: rm -r " + path, e);
    }
}
