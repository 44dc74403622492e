import { parseDuration } from '../../../support/duration.js';
import { didYouMean } from '../../../support/suggest.js';
import { quote, type Finding } from '../../model/finding.js';
import { zoneName } from '../../model/names.js';
import type { FileStep } from '../../file/schema.js';
import type { Path } from '../../file/tree.js';
import type { Checked } from '../checked.js';
import { zonesOf } from './name-servers.js';

const longestPublicationMs = 60_000;

/** What is published is a zone that NSD serves; nothing else is expected of it than the step says. */
export function checkPublish(step: FileStep, path: Path, { topology, whole, at, atKey }: Checked): readonly Finding[] {
  const zone = zoneName(step.publish ?? '');
  const serving = topology.services.filter(({ serve }) => zonesOf(serve).some(({ name }) => name === zone));
  const bad = (offset: number, message: string, hint: Finding['hint']): Finding => ({
    offset,
    code: 'BAD_STEP',
    message,
    hint,
  });
  const services = serving.map(({ name }) => name);
  const exceptions = [
    ...services,
    ...serving.flatMap(({ name, instances }) => instances.map((instance) => `${name}@${instance}`)),
  ];
  const timeoutMs = step.timeout === undefined ? 1 : parseDuration(step.timeout);
  return [
    ...(step.expect === undefined
      ? []
      : [bad(atKey(...path, 'expect'), '"publish" cannot have "expect"', 'it is judged by the measures of RSSAC047')]),
    ...(!whole || serving.length > 0
      ? []
      : [
          bad(at(...path, 'publish'), `no service serves the zone ${quote(zone)}`, () => {
            const zones = topology.services.flatMap(({ serve }) => zonesOf(serve).map(({ name }) => name));
            return didYouMean(zone, [...new Set(zones)], 'zones');
          }),
        ]),
    ...(whole ? (step.except ?? []) : []).flatMap((name, i) =>
      exceptions.includes(name)
        ? []
        : [
            bad(
              at(...path, 'except', i),
              `${quote(name)} is not a service with the zone ${quote(zone)}, nor an instance of one`,
              () => didYouMean(name, name.includes('@') ? exceptions : services, 'services'),
            ),
          ],
    ),
    ...(timeoutMs !== undefined && timeoutMs > 0 && timeoutMs <= longestPublicationMs
      ? []
      : [
          bad(
            at(...path, 'timeout'),
            `${quote(step.timeout ?? '')} is not a time limit`,
            'write one up to a minute, such as  timeout: 10s',
          ),
        ]),
  ];
}
