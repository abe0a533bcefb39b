package io.roadstead.plugin.mesh.etcd.diagnose;

import java.util.ArrayList;
import java.util.List;

import io.roadstead.api.mesh.MeshDiagnosis.Check;
import io.roadstead.api.mesh.MeshDiagnosis.Outcome;

/** The steps so far. Confined to the diagnosis' loop. */
final class Steps {
    private final List<Check> checks = new ArrayList<>();

    void ok(String step, String target, String found) {
        checks.add(new Check(step, target, Outcome.OK, found, ""));
    }

    void warning(String step, String target, String found, String remedy) {
        checks.add(new Check(step, target, Outcome.WARNING, found, remedy));
    }

    void failed(String step, String target, String found, String remedy) {
        checks.add(new Check(step, target, Outcome.FAILED, found, remedy));
    }

    void skipped(String target, String reason, String... steps) {
        for (String step : steps) {
            checks.add(new Check(step, target, Outcome.SKIPPED, reason, ""));
        }
    }

    List<Check> checks() {
        return List.copyOf(checks);
    }
}
