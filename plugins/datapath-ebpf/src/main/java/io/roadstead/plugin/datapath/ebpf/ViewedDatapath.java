package io.roadstead.plugin.datapath.ebpf;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.DatapathTables;
import io.roadstead.api.lb.Flow;
import io.roadstead.api.lb.FlowEvents;
import io.roadstead.api.lb.FlowExplainer;
import io.roadstead.api.lb.FlowTables;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.plugin.datapath.ebpf.view.DatapathViews;
import io.roadstead.plugin.datapath.ebpf.view.Subscribers;

/** The optional abilities of the datapath, while it is in place. Any thread. */
abstract class ViewedDatapath implements DatapathTables, FlowTables, FlowExplainer, FlowEvents {

    private final Subscribers subscribers = new Subscribers();
    private volatile @Nullable DatapathViews views;

    /** For the views to come. */
    final Subscribers subscribers() {
        return subscribers;
    }

    final boolean isShown() {
        return views != null;
    }

    /** What there is to see from now on; null for nothing. Gives what there was before, for the caller to close. */
    final @Nullable DatapathViews show(@Nullable DatapathViews now) {
        DatapathViews before = views;
        views = now;
        return before;
    }

    @Override
    public final CompletionStage<List<Entry>> entries() {
        return ask(DatapathViews::entries);
    }

    @Override
    public final CompletionStage<List<Table>> tables() {
        return ask(DatapathViews::tables);
    }

    @Override
    public final CompletionStage<List<Counter>> counters() {
        return ask(DatapathViews::counters);
    }

    @Override
    public final CompletionStage<List<Connection>> connections(int limit) {
        return ask(shown -> shown.connections(limit));
    }

    @Override
    public final CompletionStage<List<Translation>> translations(int limit) {
        return ask(shown -> shown.translations(limit));
    }

    @Override
    public final CompletionStage<Explanation> explain(Flow flow) {
        return ask(shown -> shown.explain(flow));
    }

    /** Also while the datapath is not in place: events come once it is. */
    @Override
    public final Registration subscribe(Consumer<FlowEvent> consumer) {
        return subscribers.subscribe(consumer);
    }

    private <T> CompletionStage<T> ask(Function<DatapathViews, CompletionStage<T>> question) {
        DatapathViews shown = views;
        return shown != null ? question.apply(shown)
                : CompletableFuture.failedFuture(new RoadsteadException(CommonErrorCode.NOT_FOUND, "datapath ebpf", "it is not in place",
                        "see `roadstead status --verbose` for what is missing"));
    }
}
