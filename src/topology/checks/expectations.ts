import { formatDuration, parseDuration } from '../../support/duration.js';
import { parseAddress, parsePrefix } from '../../support/ip.js';
import { didYouMean, listWords } from '../../support/suggest.js';
import { expectWords, patternProblem, readShare } from '../file/expectations.js';
import { quote, type Finding } from '../model/finding.js';
import type { FileExpectations } from '../file/schema.js';
import type { Path } from '../file/tree.js';
import type { Check, Checked } from './checked.js';
import { placedExpectations } from './steps.js';

type Word = (typeof expectWords)[number];
type Place = ReturnType<typeof placedExpectations>[number]['of'];

/** What waits longer would never end in practice: it is a slip of the unit. */
const longestMs = 3_600_000;

/** Words that say something only of some steps, with what they are for. */
const placesOf: Partial<Record<Word, { readonly of: readonly Place[]; readonly for: string }>> = {
  within: { of: ['change', 'look', 'probe'], for: 'the steps of a scenario' },
  stable: { of: ['change', 'look'], for: 'steps that change something, expect, or wait' },
  outage: { of: ['change'], for: 'steps that change something' },
  lost: { of: ['change', 'probe'], for: 'steps that change something, and probes' },
  duplicates: { of: ['change'], for: 'steps that change something' },
  brokenFlows: { of: ['change'], for: 'steps that change something' },
  moved: { of: ['change'], for: 'steps that change something' },
  collateral: { of: ['change'], for: 'steps that change something' },
  fate: { of: ['probe', 'look', 'change'], for: 'the steps of a scenario' },
  status: { of: ['probe'], for: 'probes' },
  output: { of: ['probe'], for: 'probes' },
};

/**
 * What is said beside who answers: words at their place, times that can be read, clients, routers and prefixes that
 * exist.
 */
export const checkExpectations: Check = (checked) =>
  placedExpectations(checked.file).flatMap(({ expect, path, of }) => [
    ...misplaced(expect, path, of, checked),
    ...badTimes(expect, path, checked),
    ...unknownClients(expect, path, checked),
    ...badRoutes(expect, path, checked),
    ...badPatterns(expect, path, checked),
  ]);

function misplaced(expect: FileExpectations, path: Path, of: Place, { atKey }: Checked): readonly Finding[] {
  return expectWords.flatMap((word): readonly Finding[] => {
    const rule = placesOf[word];
    if (expect[word] === undefined || rule === undefined || rule.of.includes(of)) return [];
    const hint =
      of === 'lab' && word === 'within'
        ? 'remove it: these expectations are checked once the network has converged'
        : `move it to a step of that kind, or remove it`;
    return [{ offset: atKey(...path, word), code: 'UNKNOWN_KEY', message: `"${word}" belongs to ${rule.for}`, hint }];
  });
}

function badTimes(expect: FileExpectations, path: Path, { at }: Checked): readonly Finding[] {
  const findings: Finding[] = [];
  const refuse = (key: Path, message: string, hint: string): void => {
    findings.push({ offset: at(...path, ...key), code: 'BAD_VALUE', message, hint });
  };
  const { within, outage, stable, confidence } = expect;
  if (outage !== undefined && !isTime(outage, 0))
    refuse(
      ['outage'],
      `${quote(outage)} is no time that an outage could take`,
      `write a time of at most ${formatDuration(longestMs)}, such as 0ms, 50ms or 2s`,
    );
  if (stable !== undefined && !isTime(stable, 1))
    refuse(
      ['stable'],
      `${quote(stable)} is no time to go on for`,
      `write a time from 1ms to ${formatDuration(longestMs)}, such as 2s`,
    );
  if (within !== undefined && parseDuration(within) === undefined)
    refuse(['within'], `${quote(within)} is not a time`, 'write a number with its unit, such as 500ms, 2s or 1m');
  else if (within !== undefined && !isTime(within, 1e-6)) {
    const ms = parseDuration(within) ?? 0;
    refuse(
      ['within'],
      `within ${quote(within)} is ${ms > 0 ? 'too long' : 'no time at all'}`,
      `a step may take from 1ms to ${formatDuration(longestMs)}`,
    );
  }
  for (const [client, text] of Object.entries(expect.rtt ?? {})) {
    if (!isTime(text, 1e-6))
      refuse(
        ['rtt', client],
        `${quote(text)} is no time for a round trip`,
        'write a number with its unit, such as 20ms',
      );
  }
  const share = confidence === undefined ? undefined : readShare(confidence);
  if (
    confidence !== undefined &&
    (share === undefined || share.tolerance !== 0 || share.share < 0.5 || share.share >= 1)
  ) {
    refuse(
      ['confidence'],
      `${quote(confidence)} is no confidence`,
      'write a share from 50% to below 100%, such as 99%',
    );
  }
  return findings;
}

function isTime(text: string, leastMs: number): boolean {
  const ms = parseDuration(text);
  return ms !== undefined && ms >= leastMs && ms <= longestMs;
}

function unknownClients(
  expect: FileExpectations,
  path: Path,
  { clients, declaredNodes, whole, at, atKey }: Checked,
): readonly Finding[] {
  const judge = (name: string, offset: number): readonly Finding[] => {
    if (!declaredNodes.has(name))
      return [
        {
          offset,
          code: 'UNKNOWN_NODE',
          message: `there is no client ${quote(name)}`,
          hint: () => didYouMean(name, clients, 'clients'),
        },
      ];
    if (!whole || clients.has(name)) return [];
    return [
      {
        offset,
        code: 'NOT_A_CLIENT',
        message: `${quote(name)} is not a client`,
        hint: () => `the clients here are: ${listWords([...clients])}`,
      },
    ];
  };
  const byClient = (['path', 'cost', 'rtt', 'fate', 'status', 'output'] as const).flatMap((word) =>
    Object.keys(expect[word] ?? {})
      .filter((label) => label !== 'all')
      .flatMap((label) => label.split('+').flatMap((name) => judge(name, atKey(...path, word, label)))),
  );
  const moved = Array.isArray(expect.moved)
    ? expect.moved.flatMap((name, i) => judge(name, at(...path, 'moved', i)))
    : [];
  return [...byClient, ...moved, ...unknownHops(expect, path, declaredNodes, at)];
}

function unknownHops(
  expect: FileExpectations,
  path: Path,
  declaredNodes: ReadonlySet<string>,
  at: Checked['at'],
): readonly Finding[] {
  return Object.entries(expect.path ?? {}).flatMap(([label, hops]) =>
    hops.flatMap((hop, i): readonly Finding[] =>
      declaredNodes.has(hop)
        ? []
        : [
            {
              offset: at(...path, 'path', label, i),
              code: 'UNKNOWN_NODE',
              message: `there is no node ${quote(hop)}`,
              hint: () => didYouMean(hop, declaredNodes, 'nodes'),
            },
          ],
    ),
  );
}

function badRoutes(
  expect: FileExpectations,
  path: Path,
  { nodes, declaredNodes, declaredServices, whole, at, atKey }: Checked,
): readonly Finding[] {
  const node = (name: string, offset: number): readonly Finding[] =>
    declaredNodes.has(name)
      ? []
      : [
          {
            offset,
            code: 'UNKNOWN_NODE',
            message: `there is no node ${quote(name)}`,
            hint: () => didYouMean(name, declaredNodes, 'nodes'),
          },
        ];
  const hop = (name: string, offset: number): readonly Finding[] =>
    name === 'none'
      ? [
          {
            offset,
            code: 'BAD_VALUE',
            message: '"none" is no next hop',
            hint: 'write  none  alone where there must be no route',
          },
        ]
      : node(name, offset);
  return (['rib', 'fib'] as const).flatMap((table) =>
    Object.entries(expect[table] ?? {}).flatMap(([router, routes]) => [
      ...node(router, atKey(...path, table, router)),
      ...(whole && declaredNodes.has(router) && nodes.get(router)?.kind === 'switch'
        ? [
            {
              offset: atKey(...path, table, router),
              code: 'BAD_VALUE' as const,
              message: `${quote(router)} is a switch, which has no routes`,
              hint: 'name a router',
            },
          ]
        : []),
      ...Object.entries(routes).flatMap(([to, via]): readonly Finding[] => [
        ...(declaredServices.has(to) || isDestination(to)
          ? []
          : [
              {
                offset: atKey(...path, table, router, to),
                code: 'UNKNOWN_SERVICE' as const,
                message: `${quote(to)} is neither a service nor a prefix`,
                hint: () => didYouMean(to, declaredServices, 'services'),
              },
            ]),
        ...(typeof via === 'string'
          ? via === 'none'
            ? []
            : node(via, at(...path, table, router, to))
          : via.flatMap((name, i) => hop(name, at(...path, table, router, to, i)))),
      ]),
    ]),
  );
}

/** What stands between slashes must be a regular expression. */
function badPatterns(expect: FileExpectations, path: Path, { at }: Checked): readonly Finding[] {
  return Object.entries(expect.output ?? {}).flatMap(([label, text]): readonly Finding[] => {
    const why = patternProblem(text);
    return why === undefined
      ? []
      : [
          {
            offset: at(...path, 'output', label),
            code: 'BAD_VALUE',
            message: `${quote(text)} is no regular expression: ${why}`,
            hint: 'mend it, or leave out the slashes where it is meant as plain text',
          },
        ];
  });
}

function isDestination(text: string): boolean {
  return parseAddress(text) !== undefined || parsePrefix(text)?.kind === 'network';
}
