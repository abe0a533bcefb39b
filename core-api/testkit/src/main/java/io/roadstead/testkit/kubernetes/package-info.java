/**
 * A Kubernetes API server in memory, for tests of what talks to one. It keeps the API's rules that clients meet: versions and conflicts, lists in pages, watches
 * that replay, expire and send bookmarks, status subresources, patches, server-side apply, structural schemas, RBAC. It has no admission, no controllers and no
 * kubelet: what those would write, a test writes.
 */
@NullMarked
package io.roadstead.testkit.kubernetes;

import org.jspecify.annotations.NullMarked;
