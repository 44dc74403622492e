import type { LabPlan } from '../../../plan/model.js';
import type { FaultState, LabState } from '../../../protocol/lab-state.js';
import type { RoutingFinding } from '../../../protocol/lacking.js';
import type { Convergence } from '../../../protocol/messages.js';
import type { Traffic } from '../../../protocol/traffic.js';
import type { LostMachine } from '../../runtime.js';

/** The states of all parts of a lab, as one. */
export function mergeStates(plan: LabPlan, states: readonly LabState[], lost: readonly LostMachine[] = []): LabState {
  const places = new Map(plan.nodes.map(({ name }, place) => [name, place]));
  const placeOf = (name: string): number => places.get(name) ?? plan.nodes.length;
  const sinkholes = states.flatMap((state) => state.sinkholes ?? []);
  return {
    topology: plan.topology,
    nodes: [...states.flatMap(({ nodes }) => nodes), ...lost.flatMap(({ nodes }) => lostNodes(plan, nodes))].sort(
      (a, b) => placeOf(a.name) - placeOf(b.name),
    ),
    faults: mergeFaults(states.map(({ faults }) => faults)),
    routes: states.flatMap(({ routes }) => routes).sort((a, b) => placeOf(a.router) - placeOf(b.router)),
    announcements: plan.services.flatMap(({ name, instances }) =>
      instances.flatMap((instance) =>
        states.flatMap(({ announcements }) =>
          announcements.filter((each) => each.service === name && each.instance === instance),
        ),
      ),
    ),
    ...(sinkholes.length === 0 ? {} : { sinkholes }),
  };
}

/** Nodes of a machine that is lost: nothing is known of them but what they are. */
function lostNodes(plan: LabPlan, names: readonly string[]): LabState['nodes'] {
  return plan.nodes
    .filter(({ name }) => names.includes(name))
    .map(({ name, kind, role, routing, interfaces }) => ({
      name,
      kind,
      role,
      routing: routing !== undefined,
      state: 'lost',
      endedDaemons: [],
      endedPrograms: [],
      interfaces: interfaces.map((item) => ({ name: item.name, up: false, addresses: item.addresses })),
      processes: 0,
      residentMb: 0,
      redirects: [],
    }));
}

/** Every agent lists every fault; the one that made it knows most of it. */
function mergeFaults(all: readonly (readonly FaultState[])[]): readonly FaultState[] {
  const merged = new Map<string, FaultState>();
  for (const fault of all.flat()) {
    const key = `${fault.target} ${fault.how}`;
    const known = merged.get(key);
    const by = [...new Set([...(known?.by ?? []), ...(fault.by ?? [])])];
    merged.set(key, { ...known, ...fault, ...(by.length === 0 ? {} : { by }) });
  }
  return [...merged.values()];
}

/** What all agents found. That nobody announces a service is so only where none of them knows an instance that does. */
export function mergeFindings(all: readonly (readonly RoutingFinding[])[]): readonly RoutingFinding[] {
  const isNobody = (finding: RoutingFinding): boolean =>
    'anomaly' in finding && finding.anomaly.kind === 'nobody-announces';
  const count = new Map<string, number>();
  for (const finding of all.flat()) {
    const text = JSON.stringify(finding);
    count.set(text, (count.get(text) ?? 0) + 1);
  }
  const told = new Set<string>();
  return all.flat().filter((finding) => {
    const text = JSON.stringify(finding);
    if (told.has(text) || (isNobody(finding) && count.get(text) !== all.length)) return false;
    told.add(text);
    return true;
  });
}

export function mergeConvergence(all: readonly Convergence[]): Convergence {
  const quiet = all.flatMap(({ quietMs }) => quietMs ?? []);
  const unfinished = all.flatMap((each) => each.unfinished ?? []);
  return {
    converged: all.every(({ converged }) => converged),
    convergeMs: Math.max(...all.map(({ convergeMs }) => convergeMs)),
    ...(quiet.length === 0 ? {} : { quietMs: Math.min(...quiet) }),
    ...(unfinished.length === 0 ? {} : { unfinished }),
    lacking: all.flatMap(({ lacking }) => lacking),
  };
}

/** All counters of all parts, at about one moment: the time is the first agent's. */
export function mergeTraffic(all: readonly Traffic[]): Traffic {
  return {
    atMs: all[0]?.atMs ?? 0,
    instances: all.flatMap(({ instances }) => instances),
    choices: all.flatMap(({ choices }) => choices),
    sinkholes: all.flatMap(({ sinkholes }) => sinkholes),
    floods: all.flatMap(({ floods }) => floods),
  };
}
