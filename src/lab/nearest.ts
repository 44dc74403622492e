import { isNoticed, withNearest, type NearAnswer } from '../assert/nearest.js';
import type { Sighting } from '../protocol/sighting.js';
import type { AskOptions, Lab } from './lab.js';

/** Who answers each client, and which instance has the shortest round trip. */
export async function nearestInstances(
  lab: Pick<Lab, 'who' | 'plan' | 'observe'>,
  asked: AskOptions = {},
): Promise<readonly NearAnswer[]> {
  const answers = await lab.who(asked);
  const { services } = await lab.plan();
  const clients = [...new Set(answers.map(({ client }) => client))];
  const wanted = services.filter(({ name }) => answers.some(({ service }) => service === name));
  // One target after the other: requests that wait for each other would seem slow.
  const toServices = [];
  for (const { name } of wanted) toServices.push(...(await echoes(lab, clients, name)));
  const toInstances = [];
  for (const instance of new Set(wanted.flatMap(({ instances }) => instances)))
    toInstances.push({ instance, seen: await echoes(lab, clients, instance) });
  return withNearest(answers, services, toServices, toInstances);
}

/** What a busy machine adds to one round of requests, it need not add to the next: so many are made at most. */
const MOST_ROUNDS = 8;

/** Echo replies of all these clients, and again of those whose two shortest round trips differ noticeably. */
async function echoes(lab: Pick<Lab, 'observe'>, clients: readonly string[], to: string): Promise<readonly Sighting[]> {
  const seen: Sighting[] = [];
  let asking = clients;
  for (let round = 1; round <= MOST_ROUNDS && asking.length > 0; round++) {
    seen.push(...(await lab.observe({ kind: 'icmp', clients: asking, flows: 1, to })));
    asking = asking.filter((client) => isUnsure(seen.filter((each) => each.client === client)));
  }
  return seen;
}

/** Whether the shortest round trip to any address is that of a single reply. */
function isUnsure(seen: readonly Sighting[]): boolean {
  return [...new Set(seen.map(({ address }) => address))].some((address) => {
    const replies = seen.filter((each) => each.address === address);
    if (replies.length < 2) return true;
    const [shortest, next] = replies.flatMap(({ rttMs }) => rttMs ?? []).sort((a, b) => a - b);
    // Where nothing replies twice, nothing is expected to.
    return shortest !== undefined && (next === undefined || isNoticed(next - shortest, shortest));
  });
}
