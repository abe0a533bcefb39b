package io.roadstead.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.RouteAdvertiser;
import io.roadstead.api.route.RouteDecision;

/** What the kernel relies on in every {@link RouteAdvertiser}. Extend it with an advertiser, a cluster with something to announce, and an entry that selects it. */
public abstract class RouteAdvertiserContract {

    /** A new, started advertiser. */
    protected abstract RouteAdvertiser<?> advertiser();

    /** A cluster in which the advertiser has at least one subject whose decision for {@link #entry} announces something. */
    protected abstract ClusterView cluster();

    /** An entry of the advertiser's type. */
    protected abstract BgpAdvertisement.Entry entry();

    @Test
    void itsTypeIsTheEntrysType() {
        assertThat(advertiser().advertisementType()).isEqualTo(entry().type()).isNotBlank();
    }

    @Test
    void somethingIsAnnouncedWithAPrefixAndEveryDecisionHasAReason() {
        RouteAdvertiser<?> advertiser = advertiser();

        List<RouteDecision> decisions =
                advertiser.subjects(cluster()).stream().flatMap(s -> advertiser.decide(s, entry(), cluster()).stream()).toList();

        assertThat(decisions).anyMatch(RouteDecision::announced);
        assertThat(decisions).allSatisfy(decision -> assertThat(decision.reason().code().name()).matches("[A-Z][A-Z0-9_]*"));
    }

    @Test
    void decidingTwiceGivesTheSame() {
        RouteAdvertiser<?> advertiser = advertiser();

        for (ResourceKey subject : advertiser.subjects(cluster())) {
            assertThat(advertiser.decide(subject, entry(), cluster())).isEqualTo(advertiser.decide(subject, entry(), cluster()));
        }
    }

    @Test
    void aSubjectThatDoesNotExistHasNoDecision() {
        assertThat(advertiser().decide(new ResourceKey("Nothing", "nowhere", "nobody"), entry(), cluster())).isEmpty();
    }

    @Test
    void aKindThatItDoesNotKnowAffectsNothing() {
        assertThat(advertiser().affectedBy(new ResourceKey("Nothing", "nowhere", "nobody"), cluster())).isEmpty();
    }

    @Test
    void closingTwiceIsHarmless() {
        RouteAdvertiser<?> advertiser = advertiser();
        advertiser.close();

        assertThatCode(advertiser::close).doesNotThrowAnyException();
    }
}
