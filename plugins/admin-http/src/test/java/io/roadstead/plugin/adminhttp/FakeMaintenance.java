package io.roadstead.plugin.adminhttp;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.maintenance.NodeMaintenance;
import io.roadstead.api.view.MaintenanceView;
import io.roadstead.api.view.MaintenanceView.Cause;
import io.roadstead.api.view.MaintenanceView.Kept;
import io.roadstead.api.view.MaintenanceView.Kind;
import io.roadstead.api.view.MaintenanceView.Phase;

/** Begins and ends, remembers what it was told, refuses the reason {@code refused}, and cannot store the reason {@code full}. */
final class FakeMaintenance implements NodeMaintenance {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    final List<String> commands = new CopyOnWriteArrayList<>();
    private volatile MaintenanceView view = MaintenanceView.active("k8s-ctr");

    @Override
    public CompletionStage<MaintenanceView> status() {
        return CompletableFuture.completedFuture(view);
    }

    @Override
    public CompletionStage<MaintenanceView> drain(String reason) {
        commands.add("drain " + reason);
        return switch (reason) {
            case "refused" -> failed(new RoadsteadException(CommonErrorCode.BAD_REQUEST, "reason", "is too long", "shorten it"));
            case "full" -> failed(new RoadsteadException(CommonErrorCode.INPUT_OUTPUT, "file", "cannot be written", "make room"));
            default -> {
                view = new MaintenanceView("k8s-ctr", Phase.SHUTTING_DOWN, START,
                        List.of(new Cause(Kind.COMMAND, reason, "roadstead node undrain")), START.plusSeconds(30),
                        List.of(new Kept("PodCIDR", "1 Pod")));
                yield status();
            }
        };
    }

    private static CompletionStage<MaintenanceView> failed(RoadsteadException problem) {
        return CompletableFuture.failedFuture(problem);
    }

    @Override
    public CompletionStage<MaintenanceView> undrain() {
        commands.add("undrain");
        view = MaintenanceView.active("k8s-ctr");
        return status();
    }
}
