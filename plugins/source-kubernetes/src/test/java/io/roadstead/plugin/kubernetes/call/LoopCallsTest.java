package io.roadstead.plugin.kubernetes.call;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import io.roadstead.plugin.kubernetes.call.ApiRequest.Method;
import io.roadstead.testkit.ManualScheduler;
import io.roadstead.testkit.kubernetes.ApiServer;

class LoopCallsTest {

    private static final ApiRequest GET = new ApiRequest(Method.GET, "/api/v1/namespaces/default", null);

    private final ManualScheduler loop = new ManualScheduler();
    private final List<ApiReply> answers = new ArrayList<>();

    @Test
    void answersComeOnTheLoop() {
        try (ApiServer server = ApiServer.start(); var client = CallsFixture.client(server, "")) {
            new LoopCalls(new ClientCalls(() -> client, CallsFixture.nobody()), loop).send(GET, Duration.ofSeconds(5), answers::add);

            eventually(Duration.ofSeconds(20), () -> {
                loop.runReady();
                assertThat(answers).hasSize(1);
            });

            assertThat(answers.getFirst().ok()).isTrue();
            assertThat(loop.timers()).as("no timer stays").isZero();
        }
    }

    @Test
    void anAnswerThatDoesNotComeIsGivenUpInTime() {
        try (ApiServer server = ApiServer.start(); var client = CallsFixture.client(server, "");
                var hold = server.faults().hold(request -> true)) {
            new LoopCalls(new ClientCalls(() -> client, CallsFixture.nobody()), loop).send(GET, Duration.ofSeconds(5), answers::add);
            eventually(Duration.ofSeconds(20), () -> assertThat(hold.hits()).isEqualTo(1));

            loop.advance(Duration.ofMillis(4999));
            assertThat(answers).isEmpty();
            loop.advance(Duration.ofMillis(1));

            assertThat(answers).hasSize(1).first().extracting(ApiReply::code).isEqualTo(ApiReply.NO_ANSWER);
        }
    }

    @Test
    void anAnswerThatComesTooLateIsNotTold() {
        CompletableFuture<ApiReply> late = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean interrupt) {
                return false;
            }
        };
        new LoopCalls((request, timeout) -> late, loop).send(GET, Duration.ofSeconds(5), answers::add);
        loop.advance(Duration.ofSeconds(5));

        late.complete(ApiReply.unanswered("late"));
        loop.advance(Duration.ofSeconds(5));

        assertThat(answers).hasSize(1);
    }
}
