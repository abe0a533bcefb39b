package io.roadstead.plugin.mesh.etcd.files;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.plugin.mesh.etcd.client.Target;
import io.roadstead.plugin.mesh.etcd.tls.TlsFiles;

/** What is wrong with targets before they are tried. Reads each set of files once, however many clusters share it. Confined to a loop that may read files. */
public final class TargetCheck {
    private final Map<TlsFiles, String> read = new HashMap<>();

    /** Problems of one cluster's target, each a clause with subject and remedy. */
    public List<String> problems(String cluster, Target target) {
        List<String> problems = new ArrayList<>();
        String subject = "cluster " + cluster + ": ";
        if (target.tls() instanceof TlsFiles tls) {
            if (tls.insecureSkipVerify()) {
                problems.add(
                        subject + "insecure-skip-tls-verify is on, so anyone can pose as its etcd; remove it and name trusted-ca-file");
            }
            String wrong = read.computeIfAbsent(tls, TargetCheck::wrong);
            if (!wrong.isEmpty()) {
                problems.add(subject + wrong);
            }
        }
        boolean plain = target.endpoints().stream().anyMatch(endpoint -> endpoint.getScheme().equals("http"));
        if (plain && target.credentials() != null) {
            problems.add(subject + "the password of " + target.credentials().username() + " is sent unencrypted; use https endpoints");
        }
        return problems;
    }

    private static String wrong(TlsFiles tls) {
        try {
            tls.read();
            return "";
        } catch (RoadsteadException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
