import type { Lab } from '../../src/index.js';

const SOME_ROUTE = /^(\S+): .*\broute to (\S+\/\d+)/;

/**
 * What the routers that have a wrong route know of it, in the tables of their daemons and of the kernel: what was wrong once on a
 * busy machine may not be wrong again. A line for each of what is lacking, with their answers below it.
 */
export async function withEvidence(lab: Pick<Lab, 'exec'>, pending: readonly string[]): Promise<readonly string[]> {
  const told: string[] = [];
  for (const each of pending) {
    const [, router, prefix] = SOME_ROUTE.exec(each) ?? [];
    const asked = router === undefined || prefix === undefined ? [] : await answersOf(lab, router, prefix);
    told.push([each, ...asked].join('\n'));
  }
  return told;
}

async function answersOf(lab: Pick<Lab, 'exec'>, router: string, prefix: string): Promise<readonly string[]> {
  const isIpv6 = prefix.includes(':');
  const shown = isIpv6
    ? [`show ipv6 ospf6 route ${prefix} match detail`, `show ipv6 route ${prefix}`, `show bgp ipv6 unicast ${prefix}`]
    : [`show ip route ${prefix}`, `show bgp ipv4 unicast ${prefix}`];
  const commands = [
    ...shown.map((command) => ['vtysh', '-c', command]),
    ['ip', isIpv6 ? '-6' : '-4', 'route', 'show', prefix],
  ];
  const answers: string[] = [];
  for (const command of commands) {
    const { stdout, stderr } = await lab.exec(router, command);
    answers.push(
      `    ${command.join(' ')}`,
      ...`${stdout}${stderr}`
        .trimEnd()
        .split('\n')
        .map((line) => `      ${line}`),
    );
  }
  return answers;
}
