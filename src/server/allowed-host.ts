/** Which names a server may be called by. */

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Whether a request's `Host` is that of the server. On loopback only its own names are: a page of
 * another site whose name was pointed at this machine (DNS rebinding) must not read the index.
 */
export function isAllowedHost(header: string | undefined, host: string): boolean {
  const own = host.includes(":") ? `[${host}]` : host;
  if (!loopback.has(own)) return true;
  const name = (header ?? "").replace(/:\d+$/, "").toLowerCase();
  return loopback.has(name);
}
