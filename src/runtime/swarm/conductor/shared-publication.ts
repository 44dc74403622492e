import type { PublishParams } from '../../../protocol/messages.js';
import { highestSerial, type NextZone, type Publication } from '../../../protocol/publication.js';
import type { Crew } from './crew.js';

/** Time for all agents to hear when it is that they publish. */
const PUBLISH_IN_MS = 15;

/**
 * A zone is published at all instances of all machines at one moment; when they have it, or had the time for it, the clients of
 * all machines ask. LabError USAGE where no service serves the zone.
 */
export async function sharedPublication(crew: Crew, { zone, deadlineMs }: PublishParams): Promise<Publication> {
  const { plan, lead } = crew;
  const known = new Map<string, NextZone>();
  for (const next of (await crew.all((agent) => agent.call('nextZone', { zone }))).flat())
    known.set(next.service, next);
  const versions = [...known.values()];
  const serial = highestSerial(versions);
  // Whoever has no such zone says what would be right.
  if (serial === undefined) return lead.agent.call('publish', { zone, deadlineMs });
  const clocks = await crew.clocks();
  const atMs = performance.now() + PUBLISH_IN_MS;
  const raised = await Promise.all(
    crew.members.map(({ agent }, index) =>
      agent.call('raiseZone', { zone, deadlineMs, versions, atMs: atMs - (clocks[index]?.own.offsetMs ?? 0) }),
    ),
  );
  const asked = await crew.all((agent) => agent.call('askZone', { zone, versions }));
  const servicePlaces = new Map(plan.services.map(({ name }, place) => [name, place]));
  const nodePlaces = new Map(plan.nodes.map(({ name }, place) => [name, place]));
  const pressures = raised.map(({ noise }) => noise.cpuPressureMs);
  return {
    zone,
    serial,
    atMs: raised[0]?.atMs ?? 0,
    instances: raised
      .flatMap(({ instances }) => instances)
      .sort(
        (a, b) =>
          (servicePlaces.get(a.service) ?? 0) - (servicePlaces.get(b.service) ?? 0) ||
          (nodePlaces.get(a.instance) ?? 0) - (nodePlaces.get(b.instance) ?? 0),
      ),
    answers: asked
      .flatMap(({ answers }) => answers)
      .sort((a, b) => (nodePlaces.get(a.client) ?? 0) - (nodePlaces.get(b.client) ?? 0)),
    answerTimeoutMs: Math.max(...asked.map(({ answerTimeoutMs }) => answerTimeoutMs)),
    noise: {
      stealMs: Math.max(...raised.map(({ noise }) => noise.stealMs)),
      cpuPressureMs: pressures.some((each) => each === null) ? null : Math.max(...pressures.map((each) => each ?? 0)),
    },
  };
}
