import { parseAddress } from '../../support/ip.js';
import { didYouMean, listWords } from '../../support/suggest.js';
import { quote, type Finding } from '../model/finding.js';
import type { StepProbeKind } from '../model/probe-kind.js';
import type { Path } from '../file/tree.js';
import type { Checked } from './checked.js';

/** The probe that an expectation is about, as far as it decides which services there are to speak of. */
export interface AboutProbe {
  readonly probe?: StepProbeKind | undefined;
  readonly to?: string | undefined;
}

/** The service of a name or an address. */
export function serviceNamed(text: string, { topology, declaredServices }: Checked): string | undefined {
  if (declaredServices.has(text)) return text;
  const address = parseAddress(text)?.text;
  return topology.services.find(({ addresses }) => address !== undefined && addresses.includes(address))?.name;
}

/** The services that some of these clients ask, of those that a probe goes to; every service where it goes to none. */
export function servicesAsked(label: string, { to }: AboutProbe, checked: Checked): readonly string[] {
  const { topology, asked } = checked;
  const names = label === 'all' ? [...asked.keys()] : label.split('+');
  const only = to === undefined ? undefined : serviceNamed(to, checked);
  const all = topology.services.map(({ name }) => name).filter((name) => only === undefined || name === only);
  return all.filter(
    (service) => only !== undefined || names.some((name) => asked.get(name)?.includes(service) === true),
  );
}

/**
 * The service, or the address of one, that an expectation names: there is one, the clients ask it, and so does the probe.
 * `label` names the clients, `all` where it is about all of them.
 */
export function checkSubject(
  { text, label, path, about }: { text: string; label: string; path: Path; about: AboutProbe },
  checked: Checked,
): readonly Finding[] {
  const { topology, asked, declaredServices, whole, atKey } = checked;
  const find = (code: Finding['code'], message: string, hint: Finding['hint']): readonly Finding[] => [
    { offset: atKey(...path), code, message, hint },
  ];
  const service = serviceNamed(text, checked);
  if (service === undefined) {
    if (parseAddress(text) === undefined)
      return find('UNKNOWN_SERVICE', `there is no service ${quote(text)}`, () =>
        didYouMean(text, declaredServices, 'services'),
      );
    const addresses = topology.services.flatMap((each) => each.addresses);
    return whole
      ? find('UNKNOWN_SERVICE', `no service has the address ${text}`, () => didYouMean(text, addresses, 'addresses'))
      : [];
  }
  if (about.probe === 'command')
    return find('BAD_STEP', `a command asks no service, not ${quote(text)} either`, 'leave the service out');
  if (about.to !== undefined && !goesTo(about.to, text, checked))
    return find('BAD_STEP', `this probe does not go to ${quote(text)}`, `it goes to ${about.to}`);
  if (!whole || about.to !== undefined) return [];
  if (label === 'all') {
    if (asked.size === 0 || [...asked.values()].some((services) => services.includes(service))) return [];
    return find(
      'NOT_A_CLIENT',
      `no client asks ${quote(service)}`,
      `add it to what one asks, as in  asks: [${service}]`,
    );
  }
  return label.split('+').flatMap((client) => {
    const services = asked.get(client);
    if (services?.includes(service) !== false) return [];
    const hint = `it asks ${listWords(services)}: add ${quote(service)} to its "asks"`;
    return find('NOT_A_CLIENT', `${quote(client)} does not ask ${quote(service)}`, hint);
  });
}

/** Whether a probe to a service, an address or a node goes to a service, or an address of one. */
function goesTo(to: string, text: string, checked: Checked): boolean {
  const [probed, spoken] = [parseAddress(to)?.text, parseAddress(text)?.text];
  if (probed !== undefined && spoken !== undefined) return probed === spoken;
  return serviceNamed(to, checked) === serviceNamed(text, checked);
}
