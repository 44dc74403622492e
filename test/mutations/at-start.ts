import { planLab, up } from '../../src/index.js';
import { renderLab, type RenderedFiles } from '../../src/render/render.js';
import { runtimeNamed } from '../../src/runtime/registry.js';
import { timedNetwork } from './in-time.js';
import { topologyWith, type Outcome } from './judge-lab.js';

/** Pitfall 21: FRRouting starts with a line that it has skipped. */
export async function judgeSkippedLine(name: string): Promise<Outcome> {
  const deployed = async (change: (files: RenderedFiles) => RenderedFiles): Promise<string> => {
    const plan = planLab(topologyWith(timedNetwork, []));
    const runtime = runtimeNamed('netns');
    const signal = new AbortController().signal;
    return messageOf(async () => {
      const lab = await runtime.deploy({
        lab: name,
        plan,
        files: change(renderLab(plan)),
        signal,
        onProgress: () => undefined,
      });
      await lab.discard();
    });
  };
  const said = await deployed(({ nodes, ...files }) => ({
    ...files,
    nodes: {
      ...nodes,
      router1: {
        ...nodes['router1'],
        'ospfd.conf': (nodes['router1']?.['ospfd.conf'] ?? '').replace('ip ospf cost 1', 'ip ospf price 1'),
      },
    },
  }));
  return {
    pitfall: 21,
    what: 'a line of the configuration that FRRouting skips when it starts',
    isRed: said !== '',
    isNamed: /CONFIG_REJECTED ospfd on router1 refused line \d+ of its configuration: "\s*ip ospf price 1"/.test(said),
    isControlled: (await deployed((files) => files)) === '',
    said,
  };
}

/** Pitfall 22: a command of the file fails at the start. */
export async function judgeFailedCommand(name: string): Promise<Outcome> {
  const started = (command: string): Promise<string> =>
    messageOf(async () => {
      const text = timedNetwork.replace('server-a: {kind: host}', `server-a: {kind: host, exec: ["${command}"]}`);
      const { lab } = await up(topologyWith(text, []), { name, runtime: 'netns' });
      await lab.down();
    });
  const said = await started('ip address add 198.51.100.7/32 dev eth9');
  return {
    pitfall: 22,
    what: 'a command at the start that fails',
    isRed: said !== '',
    isNamed: /START_COMMAND_FAILED[^]*server-a[^]*eth9/.test(said),
    isControlled: (await started('ip address add 198.51.100.7/32 dev lo')) === '',
    said,
  };
}

/** What an error says, with its code and hint; nothing where there is none. */
async function messageOf(work: () => Promise<void>): Promise<string> {
  try {
    await work();
    return '';
  } catch (error) {
    const { code = '', message, hint = '' } = error as Error & { readonly code?: string; readonly hint?: string };
    return `${code} ${message}\n${hint}`;
  }
}
