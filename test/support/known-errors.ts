import { healthy, type Condition } from '../../src/forecast/condition.js';
import type { Forecast } from '../../src/forecast/forecast-model.js';
import { forecast } from '../../src/forecast/forecast.js';
import { networkText, type GeneratedNetwork } from '../../src/generate/network.js';
import { conditionAfter, planLab, readTopology, topologyError, type LabPlan } from '../../src/index.js';

/**
 * A network without the failures after which FRRouting (8.4, 10.3 and 10.7) is known to be wrong, all of them of ospf6d (0126, 0127):
 * where it reaches two instances at the same cost, and the first of them withdraws its address while its router stays, or what made
 * them equal is repaired, it may keep the next hops of both; and where a drain makes the way to one of them dearer, or those to two
 * instances at once, so that the other one becomes the nearest, it may keep the one that was.
 */
export function withoutKnownErrors(network: GeneratedNetwork): GeneratedNetwork {
  if (network.routers.some(({ asn }) => asn !== undefined)) return network;
  const reading = readTopology(networkText(network), `${network.name}.yml`);
  if ('problems' in reading) throw topologyError(reading.problems);
  const plan = planLab(reading.topology);
  const routing = forecast(plan, healthy);
  const isTied = tiesInOspf6(network, plan, routing);
  return {
    ...network,
    failures: network.failures.filter(({ target, how }) => {
      if (isTied && (how === 'stop' || how === 'withdraw')) return false;
      const condition = conditionAfter(plan, [{ action: 'fail', target, how }]);
      return !tiesMeanwhile(plan, routing, condition) && !(how === 'drain' && turnsInOspf6(plan, routing, condition));
    }),
  };
}

/** Whether a node has two nearest instances in IPv6 only while something is broken: when that is repaired, the tie ends. */
function tiesMeanwhile(plan: LabPlan, before: Forecast, condition: Condition): boolean {
  const after = forecast(plan, condition);
  const isTieAt = (routing: Forecast, node: string, question: LabPlan['questions'][number]): boolean => {
    const [first, second] = costsAt(routing, node, question);
    return first !== undefined && first[1] === second?.[1];
  };
  return plan.questions
    .filter(({ family }) => family === 'ipv6')
    .some((question) =>
      plan.nodes.some(({ name }) => isTieAt(after, name, question) && !isTieAt(before, name, question)),
    );
}

/** Whether a router has several next hops to an IPv6 address of the service by OSPFv3. */
function tiesInOspf6(network: GeneratedNetwork, plan: LabPlan, routing: Forecast): boolean {
  return plan.nodes.some(({ name }) =>
    [...routing.routes(name)].some(
      ([prefix, { ways }]) =>
        ways.size > 1 && network.addresses.some((address) => address.includes(':') && prefix.startsWith(`${address}/`)),
    ),
  );
}

/** Whether a node has another nearest instance in IPv6 than before, and both have become dearer; or had two, of which one has. */
function turnsInOspf6(plan: LabPlan, before: Forecast, condition: Condition): boolean {
  const after = forecast(plan, condition);
  return plan.questions
    .filter(({ family }) => family === 'ipv6')
    .some((question) =>
      plan.nodes.some(({ name }) => {
        const [was, is] = [before, after].map((routing) => costsAt(routing, name, question)) as [Costs, Costs];
        const [former] = was;
        const [now] = is;
        if (former === undefined || now === undefined) return false;
        const rose = ([instance]: Costs[number]): boolean => costOf(is, instance) > costOf(was, instance);
        const tied = was.filter(([, cost]) => cost === former[1]);
        if (tied.length > 1) return tied.some(rose);
        if (former[0] === now[0]) return false;
        return rose(former) && rose(now);
      }),
    );
}

/** Instances with their costs, the nearest first. */
type Costs = readonly (readonly [instance: string, cost: number])[];

function costsAt(routing: Forecast, node: string, question: LabPlan['questions'][number]): Costs {
  return (routing.decision(node, question)?.candidates ?? []).map(({ by, says }) => [
    by,
    Number(says.replace('cost ', '')),
  ]);
}

function costOf(costs: Costs, instance: string): number {
  return costs.find(([name]) => name === instance)?.[1] ?? Infinity;
}
