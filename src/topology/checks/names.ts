import { quote } from '../model/finding.js';
import type { Finding } from '../model/finding.js';
import { MACHINE_WORD } from '../model/fault-target.js';
import { nameProblem, nodeNameProblem } from '../model/names.js';
import type { Check } from './checked.js';

/** `all` and `default` are folders of /proc/sys/net/ipv4/conf: the kernel has no interfaces of these names. */
const reservedInterfaces: ReadonlySet<string> = new Set(['lo', 'all', 'default']);

/** Names of the topology, its nodes and its services: well formed, not reserved, not alike but for letter case. */
export const checkNames: Check = ({ topology, declaredNodes, declaredServices, at, atKey }) => {
  const findings: Finding[] = [];
  const add = (problem: ReturnType<typeof nodeNameProblem>, offset: number): void => {
    if (problem !== undefined) findings.push({ offset, code: 'BAD_NAME', ...problem });
  };
  add(nameProblem(topology.name), at('name'));
  for (const [section, names] of [
    ['nodes', declaredNodes],
    ['anycast', declaredServices],
  ] as const) {
    const byLowerCase = new Map<string, string>();
    for (const name of names) {
      const offset = atKey(section, name);
      add(nodeNameProblem(name), offset);
      if (section === 'anycast' && name === MACHINE_WORD)
        add(
          { message: `${quote(name)} is a reserved word`, hint: 'machine@NAME is a machine of a swarm, not a service' },
          offset,
        );
      const other = byLowerCase.get(name.toLowerCase());
      if (other === undefined) byLowerCase.set(name.toLowerCase(), name);
      else
        findings.push({
          offset,
          code: 'BAD_NAME',
          message: `${quote(name)} and ${quote(other)} differ only in letter case`,
          hint: 'rename one of them: people would confuse them',
        });
    }
  }
  return findings;
};

/** Interface names: what Linux accepts (at most 15 bytes, IFNAMSIZ), and each once on a node. */
export const checkInterfaces: Check = ({ topology, atEnd }) => {
  const findings: Finding[] = [];
  const firstUse = new Map<string, number>();
  topology.links.forEach(({ ends }, link) => {
    ends.forEach(({ node, interface: name }, i) => {
      if (name === undefined) return;
      const offset = atEnd(link, i === 0 ? 0 : 1);
      if (!/^[a-zA-Z][a-zA-Z0-9_-]{0,14}$/.test(name) || reservedInterfaces.has(name)) {
        findings.push({
          offset,
          code: 'BAD_NAME',
          message: `${quote(name)} is not a valid interface name`,
          hint: 'write up to 15 letters, digits, - and _, a letter first, as in eth1; lo, all and default are reserved',
        });
        return;
      }
      const end = `${node}:${name}`;
      const first = firstUse.get(end);
      const who = first === undefined || first === link ? 'the other end of this link' : `link ${first + 1}`;
      if (first === undefined) firstUse.set(end, link);
      else
        findings.push({
          offset,
          code: 'DUPLICATE_INTERFACE',
          message: `interface ${quote(name)} of ${quote(node)} is used twice`,
          hint: `${who} has it already: choose another name, or write only ${quote(node)}`,
        });
    });
  });
  return findings;
};
