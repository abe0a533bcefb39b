package io.roadstead.it;

import java.nio.file.Files;

import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/** The steps with manifests in a directory. */
final class SeedLabIT extends SeedLabSteps {

    @Override
    SeedLab lab() {
        Labs.require(Tool.FRR, Tool.CURL, Tool.JQ);
        return SeedLab.up(PackagedTree.asBuilt());
    }

    @Override
    String nodeStatus(String node) {
        var file = lab.nodeStatus(node);
        return Files.exists(file) ? ScriptedLab.read(file) : "";
    }
}
