/** Which names a server may be called by. */
import { BlockList, isIP } from "node:net";

/** 127.0.0.0/8 and ::1, however they are written; also IPv4 addresses written as IPv6 ones. */
const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** How a server is reached. */
export interface ServerPlace {
  /** What it was told to listen on: an address, or a name. */
  readonly host: string;
  /** The address that it listens on. */
  readonly address: string;
}

/**
 * Whether a request's `Host` is that of the server. On loopback only its own names are, and addresses
 * of loopback: a page of another site whose name was pointed at this machine (DNS rebinding) must not
 * read the index.
 */
export function isAllowedHost(header: string | undefined, { host, address }: ServerPlace): boolean {
  if (!isLoopback(address)) return true;
  const name = (header ?? "").replace(/:\d+$/, "").toLowerCase();
  if (name === "localhost" || name === host.toLowerCase()) return true;
  return isLoopback(name.replace(/^\[(.*)\]$/, "$1"));
}

function isLoopback(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && loopback.check(address, version === 4 ? "ipv4" : "ipv6");
}
