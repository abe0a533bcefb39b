package io.roadstead.testkit.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Assumptions;

/**
 * The gate of lab tests, which need root and Debian packages.
 *
 * <p>The system property {@value #PROPERTY} says what happens where something is missing: {@code auto} (the default) skips the test with a
 * line that names it, {@code required} fails the test, {@code off} skips every lab test even where it could run.
 */
public final class Labs {

    public static final String PROPERTY = "roadstead.labs";

    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_SYS_ADMIN = 21;

    private Labs() {
    }

    /** First line of a lab test, or of its {@code @BeforeAll}. {@link Tool#IP} and {@link Tool#SYSCTL} are always required. */
    public static void require(Tool... tools) {
        var mode = System.getProperty(PROPERTY, "auto");
        judge(mode, mode.equals("off") ? List.of() : missing(tools));
    }

    /** Returns if the test may run, given what is missing for it. */
    static void judge(String mode, List<String> missing) {
        var message = "lab not run: " + String.join("; ", missing);
        switch (mode) {
            case "off" -> Assumptions.abort("lab not run: " + PROPERTY + "=off");
            case "auto" -> Assumptions.assumeTrue(missing.isEmpty(), message);
            case "required" -> {
                if (!missing.isEmpty()) {
                    throw new AssertionError(message + " (" + PROPERTY + "=required)");
                }
            }
            default -> throw new LabException(PROPERTY + "=" + mode + " is unknown; use auto, required or off");
        }
    }

    private static List<String> missing(Tool... tools) {
        var missing = new ArrayList<String>();
        if (!hasCapability(CAP_NET_ADMIN) || !hasCapability(CAP_SYS_ADMIN)) {
            missing.add("needs root (CAP_NET_ADMIN and CAP_SYS_ADMIN) for network namespaces");
        }
        var wanted = new ArrayList<>(List.of(Tool.IP, Tool.SYSCTL));
        wanted.addAll(Arrays.asList(tools));
        var packages = wanted.stream().filter(tool -> !tool.isInstalled()).map(Tool::debianPackage).distinct()
                .collect(Collectors.joining(" "));
        if (!packages.isEmpty()) {
            missing.add("apt-get install " + packages);
        }
        return missing;
    }

    /** Uid 0 says little inside a container; the effective capability set is what the kernel asks. */
    private static boolean hasCapability(int number) {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("CapEff:"))
                    .map(line -> Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16))
                    .anyMatch(effective -> (effective >>> number & 1) == 1);
        } catch (IOException ignored) {
            return false; // no /proc: not Linux, hence no namespaces
        }
    }
}
