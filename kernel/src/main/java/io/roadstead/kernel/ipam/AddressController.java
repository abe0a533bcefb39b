package io.roadstead.kernel.ipam;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.metrics.Metric;
import io.roadstead.api.metrics.MetricSource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.pool.LoadBalancerIpPool;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.source.LeaderElection;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.api.source.StatusWriter;
import io.roadstead.api.time.Loop;
import io.roadstead.kernel.cluster.ChangeSet;
import io.roadstead.kernel.cluster.ClusterListener;
import io.roadstead.kernel.cluster.WritingTerm;

/**
 * Gives load-balancer addresses to Services (LB IPAM). Follows the cluster on the control loop; decides only while there is somebody to write to, this agent leads
 * and the cluster's objects have been read completely, and otherwise just knows what is stored. An address that it decided on is announced by nobody before the source
 * has stored it, but is reserved at once.
 */
public final class AddressController implements ClusterListener, MetricSource, WritingTerm.Holder {

    /** The load-balancer classes that are ours, beside having none. */
    public static final Set<String> LOAD_BALANCER_CLASSES = Set.of("io.cilium/bgp-control-plane", "io.roadstead/bgp");

    /** What agents contend for. */
    public static final String ROLE = "lb-ipam";

    private static final Logger log = LoggerFactory.getLogger(AddressController.class);

    private final Loop control;
    private final AddressPlanner planner;
    private @Nullable WritingTerm term;
    private boolean synced;
    private boolean deciding;
    private volatile IpamSnapshot snapshot = IpamSnapshot.EMPTY;

    public AddressController(Loop control, Set<String> loadBalancerClasses) {
        this.control = control;
        this.planner = new AddressPlanner(loadBalancerClasses);
    }

    /**
     * Hands decisions to this writer from now on, instead of to any former one, until the registration is closed. On any thread.
     *
     * @param election null makes this agent lead at once
     */
    public Registration serve(StatusWriter writer, @Nullable LeaderElection election) {
        return WritingTerm.begin(control, ROLE, writer, election, this);
    }

    @Override
    public void termBegan(WritingTerm begun) {
        follow();
        term = begun;
    }

    @Override
    public void leadChanged(WritingTerm changed, boolean leads) {
        if (!leads) {
            follow(); // although it may lead again by now: the writer has dropped what was in its hands
        }
        decide();
    }

    @Override
    public void termEnded(WritingTerm ended) {
        if (ended.equals(term)) {
            follow();
            term = null;
        }
    }

    @Override
    public void changed(ChangeSet changes, ClusterView view) {
        List<Service> services = new ArrayList<>();
        List<ResourceKey> goneServices = new ArrayList<>();
        List<LoadBalancerIpPool> pools = new ArrayList<>();
        List<String> gonePools = new ArrayList<>();
        for (ResourceKey key : changes.keys()) {
            if (key.kind().equals(Service.KIND)) {
                Optional<Service> service = view.get(Service.class, key.namespace(), key.name());
                service.ifPresentOrElse(services::add, () -> goneServices.add(key));
            } else if (key.kind().equals(LoadBalancerIpPool.KIND)) {
                Optional<LoadBalancerIpPool> pool = view.get(LoadBalancerIpPool.class, key.namespace(), key.name());
                pool.ifPresentOrElse(pools::add, () -> gonePools.add(key.name()));
            }
        }
        synced |= changes.synced();
        if (services.size() + goneServices.size() + pools.size() + gonePools.size() > 0) {
            write(planner.apply(new AddressPlanner.Change(services, goneServices, pools, gonePools)));
        }
        decide();
    }

    private void decide() {
        WritingTerm current = term;
        boolean shall = synced && current != null && current.leads();
        if (shall && !deciding) {
            deciding = true;
            write(planner.lead());
        } else if (!shall) {
            follow();
        }
    }

    private void follow() {
        if (deciding) {
            deciding = false;
            planner.follow();
            snapshot = planner.snapshot();
        }
    }

    private void write(List<StatusUpdate> updates) {
        snapshot = planner.snapshot();
        WritingTerm current = term;
        if (updates.isEmpty() || current == null || !current.leads()) {
            return; // no longer leading: the loop is about to be told, and then what was decided is forgotten
        }
        try {
            current.writer().write(updates);
        } catch (RuntimeException failure) {
            log.error("addresses could not be handed to the source, the next change tries again updates={}", updates.size(), failure);
            follow();
        }
    }

    /** Whether this agent decides now. On the control loop. */
    public boolean leading() {
        return deciding;
    }

    /** Why a Service lacks an address that it should have; empty otherwise. On the control loop. */
    public String pending(ResourceKey service) {
        return planner.pending(service);
    }

    /** What a Service's owner should know of its addresses: what was refused, what is kept although, what is not shared; empty when nothing. On the control loop. */
    public String note(ResourceKey service) {
        return planner.note(service);
    }

    /** Pools and counts after the last change. */
    public IpamSnapshot snapshot() {
        return snapshot;
    }

    @Override
    public List<Metric> collect() {
        return snapshot.metrics();
    }
}
