package io.roadstead.kernel.route;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.route.AdvertiserSink;
import io.roadstead.api.route.RouteAdvertiser;
import io.roadstead.api.time.Loop;

/** The running advertisers by type, and what they said changed. Confined to the control loop, but for the sinks. */
final class Advertisers {

    private final Loop control;
    private final BiConsumer<RouteAdvertiser<?>, Set<ResourceKey>> invalidated;
    private final Map<String, RouteAdvertiser<?>> byType = new LinkedHashMap<>();

    Advertisers(Loop control, BiConsumer<RouteAdvertiser<?>, Set<ResourceKey>> invalidated) {
        this.control = control;
        this.invalidated = invalidated;
    }

    void add(RouteAdvertiser<?> advertiser) {
        byType.put(advertiser.advertisementType(), advertiser);
        advertiser.start(new Sink(advertiser));
    }

    /** Returns whether it was the one in use. */
    boolean remove(RouteAdvertiser<?> advertiser) {
        return byType.remove(advertiser.advertisementType(), advertiser);
    }

    Collection<RouteAdvertiser<?>> all() {
        return List.copyOf(byType.values());
    }

    /** Gathers subjects of any thread until the loop takes them; has no effect once its advertiser is not in use any more. */
    private final class Sink implements AdvertiserSink {
        private final RouteAdvertiser<?> advertiser;
        private final Queue<ResourceKey> gathered = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean posted = new AtomicBoolean();

        Sink(RouteAdvertiser<?> advertiser) {
            this.advertiser = advertiser;
        }

        @Override
        public void invalidate(Collection<ResourceKey> subjects) {
            gathered.addAll(subjects);
            if (posted.compareAndSet(false, true)) {
                control.execute(this::take);
            }
        }

        private void take() {
            posted.set(false); // before reading: what comes from now on posts anew
            Set<ResourceKey> taken = new LinkedHashSet<>();
            for (ResourceKey subject = gathered.poll(); subject != null; subject = gathered.poll()) {
                taken.add(subject);
            }
            if (advertiser.equals(byType.get(advertiser.advertisementType()))) {
                invalidated.accept(advertiser, taken);
            }
        }
    }
}
