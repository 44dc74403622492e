import { judgeRssac047 } from '../assert/rssac047.js';
import type { Lab } from '../lab/lab.js';
import type { PublishStep } from '../topology/model/step.js';
import type { TestedStep } from './step-report.js';

/** Publishes a zone, and judges what RSSAC047 measures. */
export async function playPublish(lab: Lab, { title, zone, except, withinMs }: PublishStep): Promise<TestedStep> {
  const publication = await lab.publish(zone, withinMs);
  const verdicts = judgeRssac047(publication, { except, withinMs });
  const times = publication.instances.flatMap(({ afterMs }) => afterMs ?? []);
  return {
    title,
    verdicts,
    report: {
      kind: 'look',
      action: 'publish',
      target: zone,
      atMs: publication.atMs,
      heldMs: verdicts.every(({ verdict }) => verdict === 'pass') ? Math.max(0, ...times) : null,
      seen: [],
      publication,
    },
  };
}
