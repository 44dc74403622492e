import type { Finding } from '../model/finding.js';
import { detectionProblems, healthProblems } from '../file/detection.js';
import type { Check } from './checked.js';

/** Detectors that routers can have: of links, of all links of a node, and of the instances of a service. */
export const checkDetection: Check = ({ file, at }) => {
  const findings: Finding[] = [];
  const take = (problems: ReturnType<typeof detectionProblems>, ...below: readonly (string | number)[]): void => {
    for (const { path, message, hint } of problems)
      findings.push({ offset: at(...below, ...path), code: 'BAD_VALUE', message, hint });
  };
  for (const [name, node] of Object.entries(file.nodes)) take(detectionProblems(node), 'nodes', name);
  (file.links ?? []).forEach((link, index) => {
    if (!Array.isArray(link)) take(detectionProblems(link), 'links', index);
  });
  for (const [name, service] of Object.entries(file.anycast ?? {})) {
    take(healthProblems(service.health ?? {}, service.instances), 'anycast', name);
  }
  return findings;
};
