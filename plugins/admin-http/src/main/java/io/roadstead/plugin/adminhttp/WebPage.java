package io.roadstead.plugin.adminhttp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;

/**
 * The page for a browser: one file without anything from elsewhere.
 *
 * @param policy Content-Security-Policy that lets the browser run the page's own script, by its hash, and nothing else
 */
record WebPage(String html, String policy) {
    private static final String BEGIN = "<script>";

    static WebPage load() {
        try (InputStream input =
                Objects.requireNonNull(WebPage.class.getResourceAsStream("index.html"), "index.html is missing in the plugin")) {
            String html = new String(input.readAllBytes(), StandardCharsets.UTF_8);
            String script = html.substring(html.indexOf(BEGIN) + BEGIN.length(), html.indexOf("</script>"));
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return new WebPage(html,
                    "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
                            + "frame-ancestors 'none'; script-src 'sha256-" + Base64.getEncoder().encodeToString(hash) + "'");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) { // every JDK has it
            throw new IllegalStateException(e);
        }
    }
}
