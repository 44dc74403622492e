import { parseDuration } from '../../support/duration.js';
import { httpPathProblem } from '../../support/http-path.js';
import { parseAddress } from '../../support/ip.js';
import { alternatives, didYouMean, listWords } from '../../support/suggest.js';
import { quote, type Finding } from '../model/finding.js';
import type { FileStep } from '../file/schema.js';
import type { Path } from '../file/tree.js';
import { kindsWith, probeKinds, probeSettings, type ProbeKindEntry } from '../model/probe-kind.js';
import type { Checked } from './checked.js';

const longestTimeoutMs = 60_000;

/**
 * A probe says what its kind needs and nothing that its kind has not, and asks from clients and of things that exist.
 */
export function checkProbe(
  step: FileStep,
  path: Path,
  {
    whole,
    at,
    atKey,
    clients,
    nodes,
    declaredNodes,
    declaredServices,
  }: Pick<Checked, 'whole' | 'at' | 'atKey' | 'clients' | 'nodes' | 'declaredNodes' | 'declaredServices'>,
): readonly Finding[] {
  const findings: Finding[] = [];
  const kind = step.probe ?? 'dns';
  const bad = (offset: number, message: string, hint: Finding['hint']): void =>
    void findings.push({ offset, code: 'BAD_STEP', message, hint });
  for (const word of probeSettings) {
    const kinds = kindsWith(word);
    if (word in step && !kinds.includes(kind))
      bad(
        atKey(...path, word),
        `"${word}" does not belong to a probe of kind ${kind}`,
        `it belongs to ${alternatives(kinds)}`,
      );
  }
  const { needs } = probeKinds[kind] as ProbeKindEntry;
  if (needs !== undefined && step[needs.setting] === undefined && whole)
    bad(at(...path, 'probe'), needs.message, needs.hint);
  if (step.flows !== undefined && step.sourcePorts !== undefined)
    bad(atKey(...path, 'flows'), '"flows" and "sourcePorts" exclude each other', 'leave one of them out');
  const problem = step.path === undefined ? undefined : httpPathProblem(step.path);
  if (problem !== undefined) bad(at(...path, 'path'), problem.message, problem.hint);
  const timeoutMs = step.timeout === undefined ? 1 : parseDuration(step.timeout);
  if (timeoutMs === undefined || timeoutMs <= 0 || timeoutMs > longestTimeoutMs)
    bad(
      at(...path, 'timeout'),
      `${quote(step.timeout ?? '')} is not a valid timeout`,
      'write it as in 500ms, at most 1m',
    );
  for (const name of step.from === undefined || step.from === 'all' ? [] : step.from.split('+')) {
    const offset = at(...path, 'from');
    if (!declaredNodes.has(name))
      findings.push({
        offset,
        code: 'UNKNOWN_NODE',
        message: `there is no client ${quote(name)}`,
        hint: () => didYouMean(name, clients, 'clients'),
      });
    else if (whole && !clients.has(name) && !(kind === 'command' && nodes.get(name)?.kind !== 'switch'))
      findings.push({
        offset,
        code: 'NOT_A_CLIENT',
        message: `${quote(name)} is not a client`,
        hint: () => `the clients here are: ${listWords([...clients])}`,
      });
  }
  const { to } = step;
  if (to !== undefined && !declaredNodes.has(to) && !declaredServices.has(to) && parseAddress(to) === undefined) {
    findings.push({
      offset: at(...path, 'to'),
      code: 'UNKNOWN_SERVICE',
      message: `${quote(to)} is not a service, address or node`,
      hint: () => didYouMean(to, [...declaredServices, ...declaredNodes], 'names'),
    });
  }
  return findings;
}
