import { didYouMean } from '../../support/suggest.js';
import { quote } from '../model/finding.js';
import type { Finding } from '../model/finding.js';
import { steeredMtu } from '../model/graph.js';
import type { Check, Checked } from './checked.js';

/** A router that chooses knows each instance by OSPF, and can send whole packets to it through a tunnel. */
export const checkSelections: Check = (checked) => {
  const { topology, whole } = checked;
  const findings = topology.nodes.flatMap(({ name, selection }) =>
    selection.size === 0 ? [] : problemsOfNode(checked, name),
  );
  return whole && topology.nodes.some(({ selection }) => selection.size > 0)
    ? [...findings, ...smallLinks(checked)]
    : findings;
};

function problemsOfNode(
  { topology, nodes, services, declaredServices, file, at, atKey }: Checked,
  name: string,
): readonly Finding[] {
  const offset = atKey('nodes', name, 'selection');
  const kind = nodes.get(name)?.kind;
  const wrong = (message: string, hint: string): readonly Finding[] => [{ offset, code: 'BAD_VALUE', message, hint }];
  if (kind !== undefined && kind !== 'router')
    return wrong(
      `${kind} ${quote(name)} forwards nothing, so it has no use for "selection"`,
      'write it at the router where packets of the clients come in',
    );
  if (topology.nodes.some(({ asn }) => asn !== undefined))
    return wrong(
      'a router cannot choose among instances here: between autonomous systems it learns only the best path',
      'leave "asn" out of the file, or "selection"',
    );
  if (topology.forecast === 'off')
    return wrong(
      'a router cannot choose among instances without a forecast',
      'leave "forecast: off" out of the file, or "selection"',
    );
  const isOneWord = typeof file.nodes[name]?.selection === 'string';
  return [...(nodes.get(name)?.selection.keys() ?? [])].flatMap((service): readonly Finding[] => {
    const place = isOneWord ? offset : atKey('nodes', name, 'selection', service);
    if (!declaredServices.has(service))
      return [
        {
          offset: place,
          code: 'UNKNOWN_SERVICE',
          message: `there is no service ${quote(service)}`,
          hint: () => didYouMean(service, declaredServices, 'services'),
        },
      ];
    if (services.get(service)?.announce !== 'router') return [];
    return [
      {
        offset: isOneWord ? at('nodes', name, 'selection') : place,
        code: 'BAD_VALUE',
        message: `a router cannot choose among the instances of ${quote(service)}, which routers announce`,
        hint: 'let the hosts announce it themselves: leave "announce: router" out',
      },
    ];
  });
}

/** Between routers a packet is longer, by the headers of the tunnel. */
function smallLinks({ topology, nodes, at }: Checked): readonly Finding[] {
  const least = steeredMtu(topology);
  return topology.links.flatMap(({ ends, mtu }, link): readonly Finding[] => {
    if (mtu === undefined || mtu >= least || ends.some(({ node }) => nodes.get(node)?.kind !== 'router')) return [];
    return [
      {
        offset: at('links', link, 'mtu'),
        code: 'BAD_VALUE',
        message: `an MTU of ${String(mtu)} is too small where a router chooses among instances`,
        hint: `between routers a packet that a host sends is 64 bytes longer: write at least ${String(least)}, or leave the key out`,
      },
    ];
  });
}
