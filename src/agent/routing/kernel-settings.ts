import { readFileSync } from 'node:fs';
import { endKey } from '../../forecast/condition.js';
import type { Anomaly, SettingAnomaly } from '../../protocol/anomaly.js';
import type { RunningLab } from '../lab/running-lab.js';
import type { LabNode } from '../node/lab-node.js';

/** What shapes packets beyond the queue that an interface has by default. */
const SHAPING = new Set(['netem', 'tbf', 'htb', 'hfsc']);
const PERMANENT = 'nud permanent';

type Wanted = Pick<SettingAnomaly, 'key' | 'wanted' | 'effect'> & { readonly isWrong: (value: string) => boolean };

/** Kernel settings on which anycast depends, where they are not as the lab was made, or as its file says. */
export function anomalousSettings(lab: RunningLab, { name, plan, namespace }: LabNode): readonly Anomaly[] {
  const { kind, interfaces, sysctls, flowHash } = plan;
  if (kind === 'switch') return [];
  const hashPolicy = (family: 'ipv4' | 'ipv6'): Wanted => {
    const key = `net.${family}.fib_multipath_hash_policy`;
    const wanted = flowHash.find((setting) => setting.key === key)?.value ?? '1';
    return { key, wanted, effect: 'one-path', isWrong: (value) => value === '0' };
  };
  const isOff = (value: string): boolean => value === '0';
  const router: readonly Wanted[] = [
    { key: 'net.ipv4.ip_forward', wanted: '1', effect: 'not-forwarding', isWrong: isOff },
    hashPolicy('ipv4'),
    ...(lab.plan.families.includes('ipv6')
      ? [
          { key: 'net.ipv6.conf.all.forwarding', wanted: '1', effect: 'not-forwarding', isWrong: isOff } as const,
          hashPolicy('ipv6'),
        ]
      : []),
  ];
  const strict = ['all', ...interfaces.map((item) => item.name)].map((each): Wanted => ({
    key: `net.ipv4.conf.${each}.rp_filter`,
    wanted: '0',
    effect: 'one-way',
    isWrong: (value) => value === '1',
  }));
  const asPlanned = new Map(sysctls);
  return namespace.run(() =>
    [...(kind === 'router' ? router : []), ...strict].flatMap(({ isWrong, ...setting }): readonly Anomaly[] => {
      const value = settingOf(setting.key);
      const planned =
        asPlanned.get(setting.key) ?? asPlanned.get(setting.key.replace(/conf\.[^.]+\./, 'conf.default.'));
      return value === undefined || !isWrong(value) || value === planned
        ? []
        : [{ kind: 'setting', node: name, value, ...setting }];
    }),
  );
}

/** Of the network namespace that this thread is in; undefined where there is no such setting. */
function settingOf(key: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${key.replaceAll('.', '/')}`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Routes by hand, in the main table. */
const BY_HAND = ['', '-6 '].flatMap((family) =>
  ['boot', 'static'].map((by) => `ip ${family}-o route show proto ${by}`),
);

/**
 * Queues that shape packets, permanent entries for neighbors, and routes to services, which the lab did not make: left over
 * from something.
 */
export async function leftOvers(lab: RunningLab, node: LabNode): Promise<readonly Anomaly[]> {
  if (node.plan.kind === 'switch') return [];
  const { output } = await node.runOutside(['sh', '-c', ['tc qdisc show', 'ip neighbour show', ...BY_HAND].join('; ')]);
  const tellsNeighbors = (node.files['addresses.batch'] ?? '').includes(PERMANENT);
  const isShaped = (device: string): boolean =>
    (lab.shapers.get(endKey({ node: node.name, interface: device }))?.methods ?? []).length > 0;
  // A router that announces for its hosts has such routes, and so has one that a fault made announce.
  const isRoutedByHand =
    (node.plan.routing?.announcesFor ?? []).length > 0 ||
    node.plan.exec.length > 0 ||
    lab.faults.all.some(({ effect }) => 'prefixes' in effect && effect.node === node.name);
  const devices = new Set(node.plan.interfaces.map(({ name }) => name));
  return output.split('\n').flatMap((line): readonly Anomaly[] => {
    const [, queue = '', device = ''] = /^qdisc (\S+) \S+ dev (\S+)/.exec(line) ?? [];
    if (SHAPING.has(queue) && devices.has(device) && !isShaped(device))
      return [{ kind: 'queue', node: node.name, interface: device, queue }];
    const [, address = '', at = ''] = /^(\S+) dev (\S+) .*PERMANENT/.exec(line) ?? [];
    if (devices.has(at) && !tellsNeighbors)
      return [{ kind: 'neighbor-entry', node: node.name, interface: at, address }];
    const to = line.split(/[ /]/)[0] ?? '';
    const service = isRoutedByHand ? undefined : lab.plan.services.find(({ addresses }) => addresses.includes(to));
    return service === undefined || line.startsWith('qdisc')
      ? []
      : [{ kind: 'own-route', node: node.name, service: service.name, route: line.trim().replaceAll(/\s+/g, ' ') }];
  });
}
