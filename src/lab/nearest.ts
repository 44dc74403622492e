import { withNearest, type InstanceEchoes, type NearAnswer } from '../assert/nearest.js';
import type { AskOptions, Lab } from './lab.js';

/** The shortest of so many echo requests counts. */
const ECHOES = 3;

/** Who answers each client, and which instance has the shortest round trip. */
export async function nearestInstances(lab: Lab, asked: AskOptions = {}): Promise<readonly NearAnswer[]> {
  const answers = await lab.who(asked);
  const { services } = await lab.plan();
  const clients = [...new Set(answers.map(({ client }) => client))];
  if (clients.length === 0) return [];
  const echo = { kind: 'icmp', clients, flows: ECHOES } as const;
  const wanted = services.filter(({ name }) => answers.some(({ service }) => service === name));
  // One target after the other: requests that wait for each other would seem slow.
  const toServices = [];
  for (const { name } of wanted) toServices.push(...(await lab.observe({ ...echo, to: name })));
  const toInstances: InstanceEchoes[] = [];
  for (const instance of new Set(wanted.flatMap(({ instances }) => instances)))
    toInstances.push({ instance, seen: await lab.observe({ ...echo, to: instance }) });
  return withNearest(answers, services, toServices, toInstances);
}
