import { LabError } from '../errors.js';
import type { Runtime } from '../runtime/runtime.js';
import { didYouMean } from '../support/suggest.js';
import { parseTarget } from '../topology/model/target.js';
import type { Topology } from '../topology/model/topology.js';

/**
 * Refuses a scenario that breaks machines which this runtime does not have, before anything is deployed. LabError
 * RUNTIME_UNFIT, MACHINE_UNKNOWN.
 */
export async function refuseUnknownMachines(
  { name, capabilities }: Pick<Runtime, 'name' | 'capabilities'>,
  { scenario }: Pick<Topology, 'scenario'>,
): Promise<void> {
  const wanted = scenario.flatMap((step) =>
    step.kind !== 'change'
      ? []
      : step.parts.flatMap(({ target }) => {
          const parsed = parseTarget(target);
          return parsed?.kind === 'machine' ? [parsed.machine] : [];
        }),
  );
  const [first] = wanted;
  if (first === undefined) return;
  if (capabilities.machines === undefined)
    throw new LabError(
      'RUNTIME_UNFIT',
      `the scenario breaks machine@${first}, and a lab on ${name} is on one machine`,
      {
        hint: 'run it on a swarm: --runtime swarm',
      },
    );
  const names = (await capabilities.machines()).map((machine) => machine.name);
  const unknown = wanted.find((each) => !names.includes(each));
  if (unknown === undefined) return;
  throw new LabError('MACHINE_UNKNOWN', `the scenario breaks machine@${unknown}, and there is no such machine`, {
    hint: didYouMean(unknown, names, 'machines'),
  });
}
