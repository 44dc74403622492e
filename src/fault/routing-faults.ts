import { LabError } from '../errors.js';
import { covers, hostPrefix } from '../plan/addressing.js';
import type { LabPlan, PlanNode, PlanRouting } from '../plan/model.js';
import { parsePrefix } from '../support/ip.js';
import { listWords } from '../support/suggest.js';
import type { FaultSettings } from '../topology/model/fault.js';
import type { RoutePolicy } from '../topology/model/topology.js';
import type { FaultEffect } from './active-fault.js';

const DEFAULT_PREPEND = 3;
const MOST_PREPEND = 10;
const DEFAULT_MED = 100;
/** Below the 80 that the routes of a provider have. */
const DEFAULT_LOCAL_PREFERENCE = 50;

/** The name of a node that speaks a routing protocol, for `drain`; or BGP, for `leak`. Throws FAULT_UNSUPPORTED. */
export function speakerNamed(plan: LabPlan, name: string, how: 'drain' | 'leak'): string {
  const node = nodeNamed(plan, name);
  if (how === 'leak') bgpOf(node, how);
  else if (node?.routing === undefined) {
    const router = plan.nodes.find(
      ({ routing }) => routing?.announcesFor.some(({ instance }) => instance === name) === true,
    )?.name;
    throw new LabError('FAULT_UNSUPPORTED', `${name} speaks no routing protocol, so it cannot ask to be avoided`, {
      hint:
        router === undefined
          ? 'routers can be drained, and hosts that announce'
          : `its router announces for it: nearcast fail ${router} --how drain`,
    });
  }
  return name;
}

/**
 * A change of what a node does with anycast routes, at one of its ends or at all of those that lead to other systems.
 */
export function policyChange(
  plan: LabPlan,
  name: string,
  device: string | undefined,
  how: 'prepend' | 'med' | 'local-pref',
  { value }: FaultSettings,
): FaultEffect {
  const sessions = bgpOf(nodeNamed(plan, name), how).sessions.filter(({ kind }) => kind === 'external');
  const devices = [...new Set(sessions.flatMap((session) => session.interface ?? []))];
  const chosen = device === undefined ? devices : devices.filter((each) => each === device);
  if (chosen.length === 0) {
    throw new LabError(
      'FAULT_UNSUPPORTED',
      `${device === undefined ? name : `${name}:${device}`} leads to no other autonomous system, where ${how} would count`,
      {
        hint:
          devices.length === 0
            ? 'name a node at the border of its system'
            : `these do: ${listWords(devices.map((each) => `${name}:${each}`))}`,
      },
    );
  }
  return {
    kind: 'policy',
    ends: chosen.map((each) => ({ node: name, interface: each })),
    policy: changeOf(how, value),
  };
}

/** Who hijacks announces the addresses of the service, or a prefix around one of them. Throws FAULT_UNSUPPORTED. */
export function hijackOf(plan: LabPlan, service: string, node: string, prefix: string | undefined): FaultEffect {
  const addresses = plan.services.find(({ name }) => name === service)?.addresses ?? [];
  if (prefix === undefined) return { kind: 'hijack', service, node, prefixes: addresses.map(hostPrefix) };
  const parsed = parsePrefix(prefix);
  if (parsed?.kind !== 'network' || !addresses.some((text) => covers(parsed.prefix.text, text))) {
    throw new LabError('FAULT_UNSUPPORTED', `${prefix} is no prefix around an address of ${service}`, {
      hint: `its addresses: ${listWords(addresses)}`,
    });
  }
  if (
    nodeNamed(plan, node)?.routing?.bgp === undefined &&
    parsed.prefix.length < (parsed.prefix.family === 'ipv4' ? 32 : 128)
  ) {
    throw new LabError('FAULT_UNSUPPORTED', `${node} speaks no BGP: OSPF announces a loopback by its address alone`, {
      hint: 'leave the prefix out',
    });
  }
  return { kind: 'hijack', service, node, prefixes: [parsed.prefix.text] };
}

function changeOf(how: 'prepend' | 'med' | 'local-pref', value: number | undefined): RoutePolicy {
  switch (how) {
    case 'prepend':
      if (value !== undefined && (value < 1 || value > MOST_PREPEND)) {
        throw new LabError('FAULT_UNSUPPORTED', `an AS number cannot be told ${String(value)} times more`, {
          hint: `1 to ${String(MOST_PREPEND)} times, as in --value ${String(DEFAULT_PREPEND)}`,
        });
      }
      return { prepend: value ?? DEFAULT_PREPEND };
    case 'med':
      return { med: value ?? DEFAULT_MED };
    case 'local-pref':
      return { localPreference: value ?? DEFAULT_LOCAL_PREFERENCE };
  }
}

function nodeNamed(plan: LabPlan, name: string): PlanNode | undefined {
  return plan.nodes.find((node) => node.name === name);
}

function bgpOf(node: PlanNode | undefined, how: string): NonNullable<PlanRouting['bgp']> {
  const bgp = node?.routing?.bgp;
  if (bgp !== undefined) return bgp;
  throw new LabError('FAULT_UNSUPPORTED', `${node?.name ?? 'this node'} speaks no BGP, so it cannot fail by "${how}"`, {
    hint: 'give it an "asn" in the topology file',
  });
}
