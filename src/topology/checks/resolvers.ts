import { didYouMean } from '../../support/suggest.js';
import { quote, type Finding } from '../model/finding.js';
import type { Service } from '../model/topology.js';
import type { Check } from './checked.js';

/** Roots: what a resolver begins with are services of the lab that serve a root zone. */
export const checkRoots: Check = ({ file, topology, declaredServices, at, atKey, whole }) =>
  Object.entries(file.anycast ?? {}).flatMap(([service, { serve, roots }]): readonly Finding[] => {
    if (serve !== 'unbound')
      return roots === undefined
        ? []
        : [
            {
              offset: atKey('anycast', service, 'roots'),
              code: 'BAD_VALUE',
              message: `${quote(service)} is not a resolver, and only a resolver has roots`,
              hint: 'write  serve: unbound  or leave "roots" out',
            },
          ];
    if (roots === undefined)
      return !whole
        ? []
        : [
            {
              offset: at('anycast', service, 'serve'),
              code: 'MISSING_KEY',
              message: `the resolver ${quote(service)} has no "roots"`,
              hint: 'write a list of the services that serve the root zone, such as  roots: [a-root, b-root]',
            },
          ];
    return roots.flatMap((root, i): readonly Finding[] => {
      const offset = at('anycast', service, 'roots', i);
      if (!declaredServices.has(root))
        return [
          {
            offset,
            code: 'UNKNOWN_SERVICE',
            message: `there is no service ${quote(root)}`,
            hint: () => didYouMean(root, [...declaredServices], 'services'),
          },
        ];
      const named = topology.services.find(({ name }) => name === root);
      if (named === undefined || mayServeRoot(named)) return [];
      return [
        {
          offset,
          code: 'BAD_VALUE',
          message: `${quote(root)} does not serve the root zone`,
          hint: 'name a service with  serve: nsd  that has the zone "."',
        },
      ];
    });
  });

/** The zones of a program of the file are not known before it runs. */
function mayServeRoot({ serve }: Service): boolean {
  if (typeof serve !== 'object') return false;
  if ('zones' in serve) return serve.zones.some(({ name }) => name === '.');
  return 'command' in serve && serve.protocol === 'dns';
}
