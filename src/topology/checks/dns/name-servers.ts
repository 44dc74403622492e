import { readZone } from '../../../dnssec/zone-text.js';
import { didYouMean } from '../../../support/suggest.js';
import { quote, type Finding } from '../../model/finding.js';
import { isZoneName, zoneName } from '../../model/names.js';
import type { Zone } from '../../model/serve.js';
import type { Service } from '../../model/topology.js';
import type { Check } from '../checked.js';

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
  if (typeof serve === 'object' && 'command' in serve) return serve.protocol === 'dns';
  return zonesOf(serve).some(({ name }) => name === '.');
}

/** Zones: only where NSD serves, well named, each once, and each with what makes it a zone. NSD reads the rest. */
export const checkZones: Check = (checked) => {
  const { file, at, atKey } = checked;
  return Object.entries(file.anycast ?? {}).flatMap(([service, { serve, zones = {}, primary }]): readonly Finding[] => {
    if (primary !== undefined) return primaryFindings(checked, service, primary);
    const names = Object.keys(zones);
    if (names.length > 0 && serve !== 'nsd')
      return [
        {
          offset: atKey('anycast', service, 'zones'),
          code: 'BAD_VALUE',
          message: `NSD serves zones, and another program serves ${quote(service)}`,
          hint: 'write  serve: nsd  or leave "zones" out',
        },
      ];
    if (typeof zones === 'string') return zonesOfOtherFindings(checked, service, zones);
    return Object.entries(zones).flatMap(([written, records], i): readonly Finding[] => {
      const nameAt = atKey('anycast', service, 'zones', written);
      const textAt = at('anycast', service, 'zones', written);
      const name = zoneName(written);
      const isSecond = names.findIndex((other) => zoneName(other) === name) < i;
      const include = /^\s*\$INCLUDE\b/im.test(records);
      return [
        ...(isZoneName(name) ? [] : [nameFinding(written, nameAt)]),
        ...(isSecond ? [twice(name, nameAt)] : []),
        ...(hasAuthority(records) ? [] : [withoutAuthority(name, textAt)]),
        ...(include ? [includes(name, textAt)] : []),
      ];
    });
  });
};

/** What is signed: zones of the service itself, whose records can be read here. */
export const checkSigned: Check = ({ file, at, atKey }) =>
  Object.entries(file.anycast ?? {}).flatMap(([service, { serve, zones, signed = false }]): readonly Finding[] => {
    if (signed === false) return [];
    const offset = atKey('anycast', service, 'signed');
    if (serve !== 'nsd' || typeof zones !== 'object')
      return [
        {
          offset,
          code: 'BAD_VALUE',
          message: `${quote(service)} has no zones of its own that could be signed`,
          hint: 'write "signed" beside the "zones" that have the records',
        },
      ];
    const named = Object.entries(zones).map(([written, records]) => ({ written, name: zoneName(written), records }));
    const unknown = (signed === true ? [] : signed).flatMap((written, i): readonly Finding[] =>
      named.some(({ name }) => name === zoneName(written))
        ? []
        : [
            {
              offset: at('anycast', service, 'signed', i),
              code: 'BAD_VALUE',
              message: `${quote(service)} has no zone ${quote(written)}`,
              hint: () => didYouMean(written, Object.keys(zones), 'zones'),
            },
          ],
    );
    const unreadable = named
      .filter(({ name }) => isZoneName(name) && (signed === true || signed.some((each) => zoneName(each) === name)))
      .flatMap(({ written, name, records }): readonly Finding[] => {
        const read = readZone(name, records);
        return 'line' in read
          ? [
              {
                offset: at('anycast', service, 'zones', written),
                code: 'BAD_VALUE',
                message: `the zone ${quote(name)} cannot be signed: line ${String(read.line)}: ${read.message}`,
                hint: 'write the record otherwise, or leave the zone out of "signed"',
              },
            ]
          : [];
      });
    return [...unknown, ...unreadable];
  });

/** The zones that NSD serves; nothing else has any. */
export function zonesOf(serve: Service['serve']): readonly Zone[] {
  return typeof serve === 'object' && 'zones' in serve ? serve.zones : [];
}

/** The zones of another service: one that NSD serves, and that has them written out. */
function zonesOfOtherFindings(
  { file, declaredServices, at }: Parameters<Check>[0],
  service: string,
  other: string,
): readonly Finding[] {
  const offset = at('anycast', service, 'zones');
  if (!declaredServices.has(other))
    return [
      {
        offset,
        code: 'UNKNOWN_SERVICE',
        message: `there is no service ${quote(other)}`,
        hint: () => didYouMean(other, [...declaredServices], 'services'),
      },
    ];
  const named = file.anycast?.[other];
  if (named === undefined || typeof named.zones === 'object') return [];
  return [
    {
      offset,
      code: 'BAD_VALUE',
      message: `${quote(other)} has no zones of its own`,
      hint: 'name a service that has "zones" with records',
    },
  ];
}

/** A service that fetches its zones: from one that has them, and it has none of its own. */
function primaryFindings(
  { file, declaredServices, at, atKey }: Parameters<Check>[0],
  service: string,
  primary: string,
): readonly Finding[] {
  const { serve, zones } = file.anycast?.[service] ?? {};
  const named = file.anycast?.[primary];
  const bad = (offset: number, message: string, hint: string): readonly Finding[] => [
    { offset, code: 'BAD_VALUE', message, hint },
  ];
  if (serve !== 'nsd')
    return bad(
      atKey('anycast', service, 'primary'),
      `NSD fetches zones, and another program serves ${quote(service)}`,
      'write  serve: nsd  or leave "primary" out',
    );
  if (zones !== undefined)
    return bad(
      atKey('anycast', service, 'zones'),
      `${quote(service)} fetches its zones from ${quote(primary)}, and has others`,
      'leave "zones" out, or "primary"',
    );
  const offset = at('anycast', service, 'primary');
  if (!declaredServices.has(primary))
    return [
      {
        offset,
        code: 'UNKNOWN_SERVICE',
        message: `there is no service ${quote(primary)}`,
        hint: () => didYouMean(primary, [...declaredServices], 'services'),
      },
    ];
  return named === undefined || (named.serve === 'nsd' && typeof named.zones === 'object')
    ? []
    : bad(offset, `${quote(primary)} has no zones of its own`, 'name a service with  serve: nsd  and "zones"');
}

/** Whether there is a start of authority; a comment is none. */
function hasAuthority(records: string): boolean {
  return records.split('\n').some((line) => /(?:^|\s)SOA\s/i.test(line.replace(/;.*$/, '')));
}

function nameFinding(written: string, offset: number): Finding {
  return {
    offset,
    code: 'BAD_NAME',
    message: `${quote(written)} is not the name of a zone`,
    hint: 'write a domain name, such as  example.  or  "."  for the root',
  };
}

function twice(name: string, offset: number): Finding {
  return {
    offset,
    code: 'BAD_VALUE',
    message: `the zone ${quote(name)} appears twice`,
    hint: 'case and the dot at the end make no difference: write all its records in one place',
  };
}

function withoutAuthority(name: string, offset: number): Finding {
  return {
    offset,
    code: 'BAD_VALUE',
    message: `the zone ${quote(name)} has no SOA record`,
    hint: 'begin it with a line such as  @ SOA ns hostmaster 1 7200 3600 1209600 300',
  };
}

function includes(name: string, offset: number): Finding {
  return {
    offset,
    code: 'BAD_VALUE',
    message: `the zone ${quote(name)} includes a file`,
    hint: 'write the records here: the server sees no files of this machine',
  };
}
