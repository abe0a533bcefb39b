package io.roadstead.plugin.kubernetes.read;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

import io.fabric8.kubernetes.client.KubernetesClient;

import io.roadstead.api.time.Backoff;
import io.roadstead.api.time.Loop;
import io.roadstead.plugin.kubernetes.client.Connection;

/** What the reading of all kinds has in common. Everything on the source's loop. */
interface Reading {
    Connection connection();

    Loop loop();

    RandomGenerator random();

    ReadOptions options();

    AnswerReader.Common answers();

    /** The time of day, for display only. */
    Instant now();

    default Backoff backoff() {
        return new Backoff(random(), options().backoffMin(), options().backoffMax());
    }

    /** A pause before asking again for what only a person can change. */
    default Duration rarely() {
        return Backoff.spread(random(), options().discoveryInterval());
    }

    /** Tables, or what keeps kinds from being read, changed: tells whoever is to know. */
    void changed();

    /** The server says that it does not serve this kind. */
    void missing(Reflector reflector);

    /** Whether the server answers requests for this kind now. */
    boolean answered(Kind kind);

    /** Requests by this client fail again and again before they are answered: what it was made from may have been replaced. */
    void unanswered(KubernetesClient client);

    /** This client's connection may be dead, or its credentials out of date. */
    void suspect(KubernetesClient client);
}
