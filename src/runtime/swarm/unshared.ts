import { LabError } from '../../errors.js';
import type { LabPlan } from '../../plan/model.js';

/** Refuses what one agent does with nodes of several machines. LabError RUNTIME_UNFIT. */
export function refuseShared(plan: LabPlan, machineOf: Readonly<Record<string, string>>): void {
  if (new Set(Object.values(machineOf)).size < 2) return;
  const apart = plan.nodes
    .flatMap(({ name, routing }) => (routing?.announcesFor ?? []).map(({ instance }) => ({ router: name, instance })))
    .find(({ router, instance }) => machineOf[router] !== machineOf[instance]);
  if (apart !== undefined)
    throw new LabError(
      'RUNTIME_UNFIT',
      `${apart.router} announces for ${apart.instance}, and they are placed on ${machineOf[apart.router] ?? ''} and ${machineOf[apart.instance] ?? ''}`,
      { hint: `place them together, as in  place: {${apart.instance}: {machine: ${machineOf[apart.router] ?? ''}}}` },
    );
  const what =
    plan.steering !== undefined
      ? 'routers that choose among instances'
      : plan.services.some(({ sinkholes }) => sinkholes !== undefined)
        ? 'sinkholes that take over in an attack'
        : undefined;
  if (what === undefined) return;
  throw new LabError('RUNTIME_UNFIT', `${what} do not work on several machines yet`, {
    hint: 'run it on one machine: --runtime netns or --runtime docker',
  });
}
