/** The connection to the API server: where it is, who we are to it, and requests on plugin loops. */
@NullMarked
package io.roadstead.plugin.kubernetes.client;

import org.jspecify.annotations.NullMarked;
