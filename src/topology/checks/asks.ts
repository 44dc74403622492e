import { didYouMean, listWords } from '../../support/suggest.js';
import { quote, type Finding } from '../model/finding.js';
import type { Check } from './checked.js';

/** The services that a host asks: there are such, each once, and none answers from the host itself. */
export const checkAsks: Check = ({ topology, services, declaredServices, wired, graph, at, atKey }) => {
  const speaks = new Set(
    topology.services.flatMap(({ announce, instances }) => (announce === 'host' ? instances : [])),
  );
  return topology.nodes.flatMap(({ name, kind, asks }): readonly Finding[] => {
    if (asks === undefined) return [];
    if (kind !== 'host')
      return [
        {
          offset: atKey('nodes', name, 'asks'),
          code: 'BAD_VALUE',
          message: `${quote(name)} is a ${kind}: only hosts ask`,
          hint: `link a host to ${name} and let that ask`,
        },
      ];
    const routers = new Set((wired ? graph.domainsOf(name) : []).flatMap((domain) => domain.routers));
    const ofRoutes: readonly Finding[] =
      asks.length === 0 || !speaks.has(name) || routers.size < 2
        ? []
        : [
            {
              offset: atKey('nodes', name, 'asks'),
              code: 'BAD_VALUE',
              message: `${quote(name)} announces by itself to ${listWords([...routers])}, and would choose among them by its own routes, which no forecast knows`,
              hint: 'write  announce: router  for its service, leave it one router, or let another host ask',
            },
          ];
    const ofServices = asks.flatMap((service, i): readonly Finding[] => {
      const find = (code: Finding['code'], message: string, hint: Finding['hint']): readonly Finding[] => [
        { offset: at('nodes', name, 'asks', i), code, message, hint },
      ];
      if (!declaredServices.has(service))
        return find('UNKNOWN_SERVICE', `there is no service ${quote(service)}`, () =>
          didYouMean(service, declaredServices, 'services'),
        );
      if (services.get(service)?.instances.includes(name) === true)
        return find(
          'BAD_VALUE',
          `${quote(name)} is an instance of ${quote(service)}: it would ask itself`,
          'leave it out: another host can ask',
        );
      return asks.indexOf(service) < i
        ? find('BAD_VALUE', `${quote(service)} is asked twice`, 'leave one of them out')
        : [];
    });
    return [...ofRoutes, ...ofServices];
  });
};
