package io.roadstead.testkit.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A program that labs drive, and the Debian package that brings it. */
public enum Tool {
    IP("iproute2", "ip"), SYSCTL("procps", "sysctl"), PING("iputils-ping", "ping"), CURL("curl", "curl"), JQ("jq", "jq"),
    FRR("frr", "bgpd", "zebra", "vtysh"), BIRD("bird2", "bird", "birdc"), GOBGP("gobgpd", "gobgpd", "gobgp"), ETCD("etcd-server", "etcd"),
    ETCDCTL("etcd-client", "etcdctl"), TCPDUMP("tcpdump", "tcpdump"), TSHARK("tshark", "tshark"), NFT("nftables", "nft"),
    HAPROXY("haproxy", "haproxy"),
    ETHTOOL("ethtool", "ethtool"), CLANG("clang", "clang"),
    LLVM("llvm", "llvm-strip"), MOUNT("mount", "mount", "umount"), OPENSSL("openssl", "openssl"),
    KUBECTL("kubernetes-client", "kubectl"), BUILDAH("buildah", "buildah");

    /** Where Debian keeps what a test's PATH may lack: FRR's daemons lie in no one's PATH. */
    private static final List<String> DIRECTORIES = List.of("/usr/lib/frr", "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin",
            "/sbin", "/bin");

    private final String debianPackage;
    private final List<String> programs;

    Tool(String debianPackage, String... programs) {
        this.debianPackage = debianPackage;
        this.programs = List.of(programs);
    }

    /** What to install on Debian and Ubuntu to have it. */
    public String debianPackage() {
        return debianPackage;
    }

    /** Whether every program of the package is here. */
    public boolean isInstalled() {
        return programs.stream().allMatch(program -> find(program).isPresent());
    }

    /** Full path of one of its programs; throws {@link LabException} with the package to install when it is absent. */
    String path(String program) {
        return find(program).map(Path::toString)
                .orElseThrow(() -> new LabException("no program " + program + "; install the Debian package " + debianPackage));
    }

    private static Optional<Path> find(String program) {
        var searchPath = Optional.ofNullable(System.getenv("PATH")).orElse("").split(":");
        return Stream.concat(Stream.of(searchPath), DIRECTORIES.stream()).filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, program)).filter(Files::isExecutable).findFirst();
    }
}
