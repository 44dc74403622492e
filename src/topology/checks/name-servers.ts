import { readZone } from '../../dnssec/zone-text.js';
import { parseDuration } from '../../support/duration.js';
import { didYouMean } from '../../support/suggest.js';
import { quote, type Finding } from '../model/finding.js';
import { isZoneName, zoneName } from '../model/names.js';
import type { Service, Zone } from '../model/topology.js';
import type { FileStep } from '../file/schema.js';
import type { Path } from '../file/tree.js';
import type { Check, Checked } from './checked.js';

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
  return Object.entries(file.anycast ?? {}).flatMap(([service, { serve, zones = {} }]): readonly Finding[] => {
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

const longestPublicationMs = 60_000;

/** What is published is a zone that NSD serves; nothing else is expected of it than the step says. */
export function checkPublish(step: FileStep, path: Path, { topology, whole, at, atKey }: Checked): readonly Finding[] {
  const zone = zoneName(step.publish ?? '');
  const serving = topology.services.filter(({ serve }) => zonesOf(serve).some(({ name }) => name === zone));
  const bad = (offset: number, message: string, hint: Finding['hint']): Finding => ({
    offset,
    code: 'BAD_STEP',
    message,
    hint,
  });
  const timeoutMs = step.timeout === undefined ? 1 : parseDuration(step.timeout);
  return [
    ...(step.expect === undefined
      ? []
      : [bad(atKey(...path, 'expect'), '"publish" cannot have "expect"', 'it is judged by the measures of RSSAC047')]),
    ...(!whole || serving.length > 0
      ? []
      : [
          bad(at(...path, 'publish'), `no service serves the zone ${quote(zone)}`, () => {
            const zones = topology.services.flatMap(({ serve }) => zonesOf(serve).map(({ name }) => name));
            return didYouMean(zone, [...new Set(zones)], 'zones');
          }),
        ]),
    ...(whole ? (step.except ?? []) : []).flatMap((name, i) =>
      serving.some((service) => service.name === name)
        ? []
        : [
            bad(at(...path, 'except', i), `${quote(name)} is not a service with the zone ${quote(zone)}`, () =>
              didYouMean(
                name,
                serving.map((service) => service.name),
                'services',
              ),
            ),
          ],
    ),
    ...(timeoutMs !== undefined && timeoutMs > 0 && timeoutMs <= longestPublicationMs
      ? []
      : [
          bad(
            at(...path, 'timeout'),
            `${quote(step.timeout ?? '')} is not a time limit`,
            'write one up to a minute, such as  timeout: 10s',
          ),
        ]),
  ];
}

function zonesOf(serve: Service['serve']): readonly Zone[] {
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
