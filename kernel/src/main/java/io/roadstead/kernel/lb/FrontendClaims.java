package io.roadstead.kernel.lb;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import io.roadstead.api.model.meta.ResourceKey;

/**
 * Who has a frontend that several Services want: the oldest, of equals the first by namespace and name, so that all nodes decide alike. Confined to the control
 * loop.
 */
final class FrontendClaims {

    private final Map<Target, TreeSet<Claim>> byTarget = new HashMap<>();
    private final Map<ResourceKey, Held> byService = new HashMap<>();

    /** Replaces what a Service wants; returns the other Services that may have won or lost a frontend by it. */
    Set<ResourceKey> set(ResourceKey service, Instant created, Set<Target> wanted) {
        Held before = byService.getOrDefault(service, Held.NOTHING);
        Held now = new Held(created, wanted);
        if (now.equals(before)) {
            return Set.of();
        }
        Set<ResourceKey> affected = new HashSet<>();
        for (Target target : before.targets) {
            byTarget.computeIfPresent(target, (key, claims) -> {
                claims.remove(new Claim(before.created, service));
                claims.forEach(claim -> affected.add(claim.service));
                return claims.isEmpty() ? null : claims;
            });
        }
        for (Target target : wanted) {
            TreeSet<Claim> claims = byTarget.computeIfAbsent(target, absent -> new TreeSet<>());
            claims.forEach(claim -> affected.add(claim.service));
            claims.add(new Claim(created, service));
        }
        if (wanted.isEmpty()) {
            byService.remove(service);
        } else {
            byService.put(service, now);
        }
        return affected;
    }

    /** Who has it: one of those that want it. */
    ResourceKey owner(Target target) {
        return Objects.requireNonNull(byTarget.get(target), "nobody wants it").first().service;
    }

    private record Claim(Instant created, ResourceKey service) implements Comparable<Claim> {
        @Override
        public int compareTo(Claim other) {
            int byAge = created.compareTo(other.created);
            return byAge != 0 ? byAge : service.compareTo(other.service);
        }
    }

    private record Held(Instant created, Set<Target> targets) {
        private static final Held NOTHING = new Held(Instant.EPOCH, Set.of());

        Held {
            targets = Set.copyOf(targets);
        }
    }
}
