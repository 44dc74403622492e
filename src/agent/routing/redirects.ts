import { readdirSync, readFileSync } from 'node:fs';
import type { NodeState } from '../../protocol/lab-state.js';
import type { LabNode } from '../node/lab-node.js';

/** Whether a node's kernel sends ICMP redirects, and whether it acts on them, as its settings are now. */
export function redirectsOf({ plan: { kind }, namespace }: LabNode): NodeState['redirects'] {
  if (kind === 'switch') return [];
  return namespace.run(() => {
    const any = (family: 'ipv4' | 'ipv6', key: string, among: (name: string) => boolean): boolean =>
      interfacesOf(family)
        .filter(among)
        .some((name) => settingOf(family, name, key) === '1');
    const isOwn = (name: string): boolean => !['all', 'default', 'lo'].includes(name);
    const forwards = settingOf('ipv4', 'all', 'forwarding') === '1';
    const all = settingOf('ipv4', 'all', 'accept_redirects') === '1';
    const own = any('ipv4', 'accept_redirects', isOwn);
    const sends = forwards && any('ipv4', 'send_redirects', (name) => name === 'all' || isOwn(name));
    // As the kernel asks: a router's interface and "all" together, a host's either of them; of IPv6 only a host, and
    // its interfaces alone.
    const accepts =
      (forwards ? all && own : all || own) ||
      any('ipv6', 'accept_redirects', (name) => isOwn(name) && settingOf('ipv6', name, 'forwarding') === '0');
    return [...(sends ? (['sends'] as const) : []), ...(accepts ? (['accepts'] as const) : [])];
  });
}

function interfacesOf(family: 'ipv4' | 'ipv6'): readonly string[] {
  try {
    return readdirSync(`/proc/sys/net/${family}/conf`);
  } catch {
    // The machine has no IPv6.
    return [];
  }
}

/** Of the network namespace that this thread is in; undefined where there is no such setting. */
function settingOf(family: 'ipv4' | 'ipv6', name: string, key: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/net/${family}/conf/${name}/${key}`, 'utf8').trim();
  } catch {
    return undefined;
  }
}
