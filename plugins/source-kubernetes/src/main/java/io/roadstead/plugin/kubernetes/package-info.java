/** Source type {@code kubernetes}: an API server's objects, followed, and statuses written back to them. The only room of the Kubernetes client. */
@NullMarked
package io.roadstead.plugin.kubernetes;

import org.jspecify.annotations.NullMarked;
