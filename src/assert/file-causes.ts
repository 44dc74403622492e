import type { LabPlan, PlanNode } from '../plan/model.js';
import { configuredLines, isDecisive } from '../render/configured-lines.js';
import { formatDuration } from '../support/duration.js';
import type { StepPart } from '../protocol/messages.js';
import type { Expectations } from '../topology/model/step.js';

/** What failed: its expectations, and what was broken or restored. */
export interface About {
  readonly expect: Expectations | undefined;
  readonly parts: readonly Pick<StepPart, 'action' | 'target' | 'how'>[];
}

/** Faults that leave carriers up: only a detector that misses packets notices them. */
const SILENT = new Set(['silence', 'partition', 'freeze', 'impair']);

/** What a file says that leads to results which surprise, as far as it concerns what failed. */
export function fileCauses(plan: LabPlan, { expect, parts }: About): readonly string[] {
  const wantsShares = expect?.answers.some(({ answer }) => answer.kind === 'shares') === true;
  const wantsTime = expect !== undefined && expect.limits.outage.length + expect.limits.lost.length > 0;
  const isSilent = parts.some(({ action, how }) => action === 'fail' && how !== undefined && SILENT.has(how));
  return [
    ...plan.nodes.flatMap(ownSettings),
    ...plan.nodes.flatMap(ownLines),
    ...(wantsShares ? sharesOf(plan) : []),
    ...(isSilent && (wantsTime || expect?.answers.length !== 0) ? undetected(plan, parts) : []),
  ];
}

/** The file's own kernel settings on which anycast depends. */
function ownSettings({ name, kind, sysctls }: PlanNode): readonly string[] {
  const told = [
    [/\.rp_filter$/, '1', 'it drops answers that come another way than it would send to their source'],
    [/ip_forward$|ipv6\.conf\.all\.forwarding$/, '0', 'it does not forward packets'],
    [/fib_multipath_hash_policy$/, '0', 'all flows between two addresses take one path'],
  ] as const;
  const last = new Map(sysctls);
  return [...last].flatMap(([key, value]) =>
    told
      .filter(
        ([pattern, wrong]) => pattern.test(key) && value === wrong && (kind === 'router' || pattern === told[0][0]),
      )
      .map(([, , effect]) => `${name}: the file sets ${key} to ${value}: ${effect}`),
  );
}

/** The file's own FRRouting lines that decide routing. Of a whole configuration all do, so none of them stands out. */
function ownLines({ name, routing }: PlanNode): readonly string[] {
  if (routing?.own !== undefined) return [];
  return configuredLines(routing?.extraLines ?? '')
    .filter(({ line }) => isDecisive(line))
    .map(({ line }) => `${name}: the file gives it the line "${line}"`);
}

/** Why equal routes share nothing, or not by their weights. */
function sharesOf({ multipath, nodes }: LabPlan): readonly string[] {
  const heard = nodes.flatMap(({ name, routing }) =>
    (routing?.bgp?.sessions ?? [])
      .filter(({ kind }) => kind === 'external')
      .map(({ neighbor, policy }) => ({ by: neighbor, from: name, isWeighted: policy.bandwidthMbps !== undefined })),
  );
  if (heard.length === 0) return [];
  const halfWeighted = [...new Set(heard.map(({ by }) => by))].flatMap((router) => {
    const from = (isWeighted: boolean): string =>
      [
        ...new Set(
          heard.filter((each) => each.by === router && each.isWeighted === isWeighted).map((each) => each.from),
        ),
      ].join(' and ');
    const [weighted, plain] = [from(true), from(false)];
    return weighted === '' || plain === ''
      ? []
      : [`${router}: routes of ${weighted} have a bandwidth, and those of ${plain} do not: weights are ignored`];
  });
  const only = {
    none: ['the file has bgp: {multipath: none}: of equal BGP routes each router uses one'],
    'same-as': [
      'the file has bgp: {multipath: same-as}: equal BGP routes of several neighboring systems do not share the load (any-as does)',
    ],
    'any-as': [],
  };
  return [...only[multipath], ...halfWeighted];
}

/** Of a silent fault, the links that only slow timers watch. */
function undetected({ nodes, timers, interior }: LabPlan, parts: About['parts']): readonly string[] {
  const names = new Set(parts.flatMap(({ target }) => target.split(/[/+:@]/)));
  return nodes
    .filter(({ name }) => names.has(name))
    .flatMap(({ name, routing, interfaces }) => {
      const slow = interfaces.filter(
        ({ bfd, ospfNetwork }) => bfd === undefined && (ospfNetwork !== 'none' || routing?.bgp !== undefined),
      );
      if (routing === undefined || slow.length === 0) return [];
      const holdS = Math.max(
        0,
        ...(routing.bgp?.sessions ?? [])
          .filter(({ bfd }) => bfd === undefined)
          .map(({ timers: { holdS: hold } }) => hold),
      );
      const until =
        holdS > 0
          ? `BGP's hold time of ${String(holdS)} s`
          : interior === 'isis'
            ? `IS-IS's holding time of ${formatDuration(1000 * timers.dead6IntervalS)}`
            : `OSPF's dead interval of ${formatDuration(1000 * timers.deadIntervalS)} (IPv6: ${formatDuration(1000 * timers.dead6IntervalS)})`;
      return [`${name}: no BFD on ${slow.map((item) => item.name).join(', ')}: silence is noticed after ${until}`];
    });
}
