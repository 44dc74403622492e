import { healthy } from '../../src/forecast/condition.js';
import { forecast } from '../../src/forecast/forecast.js';
import { networkText, type GeneratedNetwork } from '../../src/generate/network.js';
import { planLab, readTopology, topologyError } from '../../src/index.js';

/**
 * A network without the failures after which FRRouting (8.4, 10.3 and 10.7) is known to be wrong: where OSPFv3 reaches two instances at
 * the same cost, and the first of them withdraws its address while its router stays, ospf6d may keep the next hops of both (0126).
 */
export function withoutKnownErrors(network: GeneratedNetwork): GeneratedNetwork {
  return tiesInOspf6(network)
    ? { ...network, failures: network.failures.filter(({ how }) => how !== 'stop' && how !== 'withdraw') }
    : network;
}

/** Whether a router has several next hops to an IPv6 address of the service by OSPFv3. */
function tiesInOspf6(network: GeneratedNetwork): boolean {
  if (network.routers.some(({ asn }) => asn !== undefined)) return false;
  const reading = readTopology(networkText(network), `${network.name}.yml`);
  if ('problems' in reading) throw topologyError(reading.problems);
  const plan = planLab(reading.topology);
  const routing = forecast(plan, healthy);
  return plan.nodes.some(({ name }) =>
    [...routing.routes(name)].some(
      ([prefix, { ways }]) =>
        ways.size > 1 && network.addresses.some((address) => address.includes(':') && prefix.startsWith(`${address}/`)),
    ),
  );
}
