import type { ExecutionContext } from 'ava';
import { run, type RunOptions } from './lab-cli.js';
import type { Sandbox } from './sandbox.js';

const COMMAND_NOT_FOUND = 127;

/** Asks with dig, from a client's place in the network; fails the test with what is missing where there is no dig. */
export async function dig(
  t: ExecutionContext,
  sandbox: Sandbox,
  client: string,
  words: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { status, stdout, stderr } = await run(
    sandbox,
    ['exec', client, 'dig', '+tries=1', '+time=5', ...words],
    options,
  );
  const missing =
    status === COMMAND_NOT_FOUND
      ? 'there is no dig: it comes with the private FRRouting; beside an FRRouting of the machine, install bind9-dnsutils\n'
      : '';
  t.is(status, 0, `${missing}dig ${words.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

/** What a whole answer of dig says: the name in the answer section, and the one in the NSID option. */
export function readDig(output: string): { readonly name: string | undefined; readonly nsid: string | undefined } {
  return {
    name: /^id\.server\.\s+\d+\s+CH\s+TXT\s+"([^"]*)"/m.exec(output)?.[1],
    nsid: /^; NSID: [\da-f ]+\("([^"]*)"\)/m.exec(output)?.[1],
  };
}
