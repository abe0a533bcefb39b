package io.roadstead.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.kernel.plugin.PluginContent;
import io.roadstead.kernel.plugin.PluginLock;

/** The verbs that work on a plugins folder and its lock file; no agent is needed, and no class of a plugin is loaded. */
final class PluginCommands {

    private PluginCommands() {
    }

    /** Where the plugins are: options of all three. */
    private static final class Folder {
        @Option(names = "--plugins", paramLabel = "DIR", description = "The plugins folder. Default: plugins of this installation.")
        private Path plugins = home().resolve("plugins");

        @Option(names = "--lock-file", paramLabel = "FILE", description = "The lock file. Default: plugins.lock of this installation.")
        private Path lockFile = home().resolve("plugins.lock");

        private static Path home() {
            return Path.of(System.getProperty("roadstead.home", "."));
        }

        /** Plugins in the folder by path; what cannot be read is a failure that names it. */
        Map<Path, PluginLock.Entry> present() {
            Map<Path, PluginLock.Entry> found = new TreeMap<>();
            try (DirectoryStream<Path> children = Files.newDirectoryStream(plugins)) {
                for (Path child : children) {
                    String name = String.valueOf(child.getFileName());
                    if (!name.startsWith(".") && (Files.isDirectory(child) || name.endsWith(".jar"))) {
                        found.put(child, entry(child));
                    }
                }
            } catch (IOException e) {
                throw new CommandFailure(Exit.REFUSED, "cannot read the plugins folder " + plugins + ": " + e.getMessage());
            }
            return found;
        }

        void write(PluginLock lock) {
            Path temporary = lockFile.resolveSibling(lockFile.getFileName() + ".new");
            try {
                Files.writeString(temporary, lock.text());
                Files.move(temporary, lockFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new CommandFailure(Exit.REFUSED, "cannot write " + lockFile + ": " + e.getMessage());
            }
        }
    }

    private static PluginLock.Entry entry(Path plugin) {
        try {
            return PluginContent.entry(plugin);
        } catch (RoadsteadException e) {
            throw new CommandFailure(Exit.REFUSED, String.valueOf(e.getMessage()));
        }
    }

    /** {@code plugin lock}. */
    @Command(name = "lock", description = "Write the lock file anew from what is in the plugins folder now.")
    static final class Lock implements Callable<Integer> {
        @Mixin
        private final Folder folder = new Folder();
        private final Commands.Terminal terminal;

        Lock(Commands.Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            List<PluginLock.Entry> entries = List.copyOf(folder.present().values());
            folder.write(PluginLock.of(entries));
            terminal.out().println("locked " + entries.size() + " plugins in " + folder.lockFile);
            return Exit.OK;
        }
    }

    /** {@code plugin verify}. */
    @Command(name = "verify",
            description = "Compare the plugins folder with the lock file. Ends with 3 when a plugin differs or is missing.")
    static final class Verify implements Callable<Integer> {
        @Mixin
        private final Folder folder = new Folder();
        private final Commands.Terminal terminal;

        Verify(Commands.Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            Map<String, PluginLock.Entry> missing = new TreeMap<>(PluginLock.read(folder.lockFile).entries());
            Table table = new Table("Plugin", "Version", "File", "Verdict");
            boolean differs = false;
            for (Map.Entry<Path, PluginLock.Entry> found : folder.present().entrySet()) {
                PluginLock.Entry entry = found.getValue();
                PluginLock.Entry locked = missing.remove(entry.id());
                String verdict = locked == null ? "not in the lock" : locked.equals(entry) ? "as locked" : "DIFFERS from the lock";
                differs |= locked != null && !locked.equals(entry);
                table.row(entry.id(), entry.version(), String.valueOf(found.getKey().getFileName()), verdict);
            }
            missing.values().forEach(entry -> table.row(entry.id(), entry.version(), "", "MISSING"));
            terminal.out().print(table.render());
            return differs || !missing.isEmpty() ? Exit.REFUSED : Exit.OK;
        }
    }

    /** {@code plugin install}. */
    @Command(name = "install",
            description = "Copy plugins into the folder, instead of what has their ids there, and list them in the lock file. A running agent takes them up by itself.")
    static final class Install implements Callable<Integer> {
        @Mixin
        private final Folder folder = new Folder();
        @Parameters(arity = "1..*", paramLabel = "JAR", description = "Plugin jars.")
        private List<Path> jars = new ArrayList<>();
        private final Commands.Terminal terminal;

        Install(Commands.Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            Map<String, PluginLock.Entry> entries = new TreeMap<>(PluginLock.read(folder.lockFile).entries());
            for (Path jar : jars) {
                PluginLock.Entry entry = entry(jar);
                PluginPlace place = PluginPlace.of(entry, folder.plugins, folder.present());
                entries.put(entry.id(), entry);
                // The lock first: a jar without its entry would run unverified, an entry without its jar does nothing.
                folder.write(PluginLock.of(List.copyOf(entries.values())));
                place.fill(jar);
                terminal.out().println("installed " + entry.id() + " " + entry.version());
            }
            return Exit.OK;
        }
    }
}
