import { pollUntil } from '../../support/poll.js';
import { readText } from '../../support/read-text.js';

const LOOK_EVERY_MS = 2;
/** Only a kernel that does not do as Linux 6 does needs longer: routing then begins without. */
const DEADLINE_MS = 10_000;

/**
 * Waits until all IPv6 addresses of a node are in force. The kernel tells nobody of a new one, and has no local route to
 * it, before a thread of its own has looked at it. That thread waits for the lock that each change of a route takes, too:
 * where a thousand daemons bring in routes, for minutes (0134).
 */
export async function addressesInForce(initPid: number): Promise<void> {
  const folder = `/proc/${String(initPid)}/net`;
  await pollUntil(
    () => areInForce(readText(`${folder}/if_inet6`), readText(`${folder}/ipv6_route`)),
    (inForce) => inForce,
    { everyMs: LOOK_EVERY_MS, deadlineMs: DEADLINE_MS },
  );
}

/** From the files `if_inet6` and `ipv6_route` of a network namespace: whether each address has its local route. */
export function areInForce(addresses: string, routes: string): boolean {
  const local = new Set(Array.from(routes.matchAll(/^([\da-f]{32}) 80 /gm), ([, address]) => address));
  return Array.from(addresses.matchAll(/^[\da-f]{32}/gm), ([address]) => address).every((address) =>
    local.has(address),
  );
}
