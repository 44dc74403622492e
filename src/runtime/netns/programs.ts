import { LabError } from '../../errors.js';
import type { LabPlan } from '../../plan/model.js';
import { neededServers } from '../../plan/serve.js';
import type { FrrPrograms, Programs } from '../../protocol/messages.js';
import { ensureVersions, type FrrInstallation, locateFrr } from '../../setup/frr.js';
import { proveNamespaces } from '../../setup/namespaces.js';
import type { EnsureOptions } from '../../setup/packaged.js';
import { ensureServer, locateServer, serverProducts } from '../../setup/servers.js';
import type { FrrChoice } from '../../frr/versions.js';

/** Obtains what the nodes of a plan run and the machine does not have yet. */
export async function ensurePrograms(plan: LabPlan, options: EnsureOptions): Promise<void> {
  const choices = frrChoicesOf(plan);
  // Where no namespaces can be made, there is nothing to download for.
  if (choices.some((choice) => locateFrr(options.env, choice) === undefined)) await proveNamespaces(options.signal);
  await ensureVersions(choices, options);
  for (const server of neededServers(plan)) await ensureServer(server, options);
}

/** Where the programs are that the nodes of a plan run. Throws FRR_UNAVAILABLE, SERVER_UNAVAILABLE. */
export function requirePrograms(plan: LabPlan): Programs {
  const byChoice = frrChoicesOf(plan).map((choice) => [choice, requireFrr(choice)] as const);
  const [, main] = byChoice.find(([choice]) => choice === undefined) ??
    byChoice[0] ?? [undefined, requireFrr(undefined)];
  const named = byChoice.flatMap(([choice, frr]) => (choice === undefined ? [] : [[choice, toPrograms(frr)] as const]));
  const servers = neededServers(plan).map((server) => {
    const found = locateServer(server);
    if (found !== undefined) return found;
    throw new LabError('SERVER_UNAVAILABLE', `there is no ${serverProducts[server].product.title} on this machine`, {
      hint: 'nearcast doctor says how to get it',
    });
  });
  const own = locateFrr();
  const ofThisRelease = [...byChoice.map(([, frr]) => frr), ...(own === undefined ? [] : [own])].filter(
    ({ ownSystem }) => ownSystem === undefined,
  );
  const used = [...ofThisRelease, ...servers];
  const paths = distinct(used.flatMap(({ libraryPath = '' }) => libraryPath.split(':').filter((path) => path !== '')));
  return {
    ...toPrograms(main),
    ...(named.length === 0 ? {} : { frrOf: Object.fromEntries(named) }),
    libraryPath: paths.length === 0 ? undefined : paths.join(':'),
    binDirs: distinct(used.flatMap(({ binDirs }) => binDirs)),
    ...(servers.length === 0 ? {} : { serverPrograms: servers.flatMap(({ programs }) => programs) }),
  };
}

/** What the nodes of a plan ask for; undefined is what the machine has. */
function frrChoicesOf({ nodes }: LabPlan): readonly (FrrChoice | undefined)[] {
  const choices = distinct(nodes.flatMap(({ routing }) => (routing === undefined ? [] : [routing.frrVersion])));
  return choices.length === 0 ? [undefined] : choices;
}

function requireFrr(choice: FrrChoice | undefined): FrrInstallation {
  const found = locateFrr(process.env, choice);
  if (found !== undefined) return found;
  throw new LabError(
    'FRR_UNAVAILABLE',
    `there is no FRRouting${choice === undefined ? '' : ` ${choice}`} on this machine`,
    {
      hint: 'nearcast doctor says how to install it',
    },
  );
}

function toPrograms({ daemonsDir, vtysh, libraryPath = '', ownSystem }: FrrInstallation): FrrPrograms {
  return { daemonsDir, vtysh, ...(ownSystem === undefined ? {} : { ownSystem: { ...ownSystem, libraryPath } }) };
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}
