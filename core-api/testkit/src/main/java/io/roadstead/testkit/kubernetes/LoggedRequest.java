package io.roadstead.testkit.kubernetes;

/**
 * A request and how it was answered.
 *
 * @param status HTTP status; 0 when the connection was ended instead
 */
public record LoggedRequest(ApiRequest request, int status) {
}
