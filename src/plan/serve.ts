import { toArguments } from './commands.js';
import type { Zone } from '../topology/model/serve.js';
import type { Service } from '../topology/model/topology.js';
import { signZone } from '../dnssec/sign-zone.js';
import { zoneKey } from '../dnssec/zone-key.js';
import type { LabPlan, PlanService } from './model.js';

type ZoneSigner = (zone: Zone) => string;

export function planService(service: Service, services: readonly Service[], sign: ZoneSigner): PlanService {
  const { name, addresses, instances, announce, health, http, covering, capacity, sinkholes } = service;
  return {
    name,
    addresses,
    instances,
    announce,
    health: { ...health, check: health.check === undefined ? undefined : toArguments(health.check) },
    serve: planServe(service, services, sign),
    http,
    covering,
    ...(capacity === undefined ? {} : { capacity: Object.fromEntries(capacity) }),
    ...(sinkholes === undefined ? {} : { sinkholes }),
  };
}

/** What serves a service; undefined for the built-in service. */
function planServe({ serve, store }: Service, services: readonly Service[], sign: ZoneSigner): PlanService['serve'] {
  if (serve === 'identity') return undefined;
  if (serve === 'http') return { kind: 'http', store: services.find(({ name }) => name === store)?.addresses[0] };
  if ('zones' in serve)
    return {
      kind: 'nsd',
      zones: serve.zones.map((zone) => ({ name: zone.name, records: sign(zone) })),
      ...(serve.primary === undefined ? {} : { primary: serve.primary }),
    };
  if ('command' in serve) return { kind: 'command', ...serve };
  const named = serve.roots.flatMap((root) => services.find(({ name }) => name === root) ?? []);
  return {
    kind: 'unbound',
    roots: named.map(({ name, addresses }) => ({ name, addresses })),
    trustAnchor: named.some(servesSignedRoot) ? `. DS ${zoneKey('.').signer.text}` : undefined,
  };
}

/** Signs zones: what several services have in common, only once. */
export function zoneSigner(services: readonly Service[]): ZoneSigner {
  const signed = new Set(services.flatMap(zonesOf).flatMap(({ name, signed: isSigned }) => (isSigned ? [name] : [])));
  const known = new Map<string, string>();
  return ({ name, records, signed: isSigned }) => {
    if (!isSigned) return records;
    const key = `${name}\n${records}`;
    const text = known.get(key) ?? signZone(name, records, signed);
    known.set(key, text);
    return text;
  };
}

function zonesOf({ serve }: Service): readonly Zone[] {
  return typeof serve === 'object' && 'zones' in serve ? serve.zones : [];
}

function servesSignedRoot(service: Service): boolean {
  return zonesOf(service).some(({ name, signed }) => name === '.' && signed);
}

/** Which servers of the distribution's packages serve the lab. */
export function neededServers({ services }: Pick<LabPlan, 'services'>): readonly ('nsd' | 'unbound')[] {
  return (['nsd', 'unbound'] as const).filter((server) => services.some(({ serve }) => serve?.kind === server));
}
