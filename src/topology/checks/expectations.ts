import { parseAddress, parsePrefix } from '../../support/ip.js';
import { didYouMean, listWords } from '../../support/suggest.js';
import {
  clientWords,
  expectationTable,
  expectWords,
  limitWords,
  routerWords,
  type ExpectWord,
} from '../model/expectation.js';
import type { ExpectPlace, ExpectPlaces, ValueProblem } from '../model/expectation-entry.js';
import { quote, type Finding } from '../model/finding.js';
import type { StepProbeKind } from '../model/probe-kind.js';
import { bySubject } from '../file/expectations.js';
import type { FileExpectations } from '../file/schema.js';
import type { Path } from '../file/tree.js';
import type { Check, Checked } from './checked.js';
import { placedExpectations } from './steps.js';
import { checkSubject, type AboutProbe } from './subjects.js';

/**
 * Expectations besides answers: words at their place, times that can be read, clients, routers and prefixes that
 * exist.
 */
export const checkExpectations: Check = (checked) =>
  placedExpectations(checked.file).flatMap(({ expect, path, of, probe, to }) => [
    ...misplaced(expect, path, of, checked),
    ...untold(expect, path, probe, checked),
    ...badSubjects(expect, path, { probe, to }, checked),
    ...badValues(expect, path, checked),
    ...unknownNames(expect, path, probe === 'command', checked),
    ...badRoutes(expect, path, checked),
  ]);

function misplaced(expect: FileExpectations, path: Path, of: ExpectPlace, { atKey }: Checked): readonly Finding[] {
  return expectWords.flatMap((word): readonly Finding[] => {
    const { of: known, name }: ExpectPlaces = expectationTable[word].places;
    if (expect[word] === undefined || known.includes(of)) return [];
    const hint =
      of === 'lab' && word === 'within'
        ? 'remove it: these expectations are checked once the network has converged'
        : `move it to a step of that kind, or remove it`;
    return [{ offset: atKey(...path, word), code: 'UNKNOWN_KEY', message: `"${word}" belongs to ${name}`, hint }];
  });
}

/** Expectations that only a probe of another kind measures. */
function untold(
  expect: FileExpectations,
  path: Path,
  probe: StepProbeKind | undefined,
  { atKey }: Checked,
): readonly Finding[] {
  return expectWords.flatMap((word): readonly Finding[] => {
    const { probe: only } = expectationTable[word] as { probe?: StepProbeKind };
    if (expect[word] === undefined || probe === undefined || only === undefined || only === probe) return [];
    const message = `"${word}" does not belong to a probe of kind ${probe}`;
    return [{ offset: atKey(...path, word), code: 'BAD_STEP', message, hint: `it belongs to ${only}` }];
  });
}

/** One value of a word, and where it is. */
interface PlacedValue {
  readonly value: unknown;
  readonly path: Path;
}

function valuesOf(word: ExpectWord, expect: FileExpectations, path: Path): readonly PlacedValue[] {
  const said = expect[word];
  if (said === undefined) return [];
  const { by } = expectationTable[word];
  if (by === 'router') return [];
  const ofSubjects = (value: unknown, at: Path): readonly PlacedValue[] =>
    bySubject(value).map(({ key, value: one }) => ({ value: one, path: key === undefined ? at : [...at, key] }));
  return by === 'client'
    ? Object.entries(said as Readonly<Record<string, unknown>>).flatMap(([label, value]) =>
        ofSubjects(value, [...path, word, label]),
      )
    : ofSubjects(said, [...path, word]);
}

/** Services, and addresses of them, that what is said by client or of a step is about. */
function badSubjects(expect: FileExpectations, path: Path, about: AboutProbe, checked: Checked): readonly Finding[] {
  const judge = (said: unknown, label: string, at: Path): readonly Finding[] =>
    bySubject(said).flatMap(({ key }) =>
      key === undefined ? [] : checkSubject({ text: key, label, path: [...at, key], about }, checked),
    );
  return [
    ...clientWords.flatMap((word) =>
      Object.entries(expect[word] ?? {}).flatMap(([label, said]) => judge(said, label, [...path, word, label])),
    ),
    ...limitWords.flatMap((word) => judge(expect[word], 'all', [...path, word])),
  ];
}

function badValues(expect: FileExpectations, path: Path, { at }: Checked): readonly Finding[] {
  return expectWords.flatMap((word) => {
    const { problem } = expectationTable[word] as { problem?: (value: unknown) => ValueProblem | undefined };
    return valuesOf(word, expect, path).flatMap((each): readonly Finding[] => {
      const wrong = problem?.(each.value);
      return wrong === undefined ? [] : [{ offset: at(...each.path), code: 'BAD_VALUE', ...wrong }];
    });
  });
}

/** Clients before the label of a value, and what its list names. */
function unknownNames(
  expect: FileExpectations,
  path: Path,
  ofCommand: boolean,
  { clients, nodes, declaredNodes, whole, at, atKey }: Checked,
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
    if (!whole || clients.has(name) || (ofCommand && canRun(nodes.get(name)))) return [];
    return [
      {
        offset,
        code: 'NOT_A_CLIENT',
        message: `${quote(name)} is not a client`,
        hint: () => `the clients here are: ${listWords([...clients])}`,
      },
    ];
  };
  const node = (name: string, offset: number): readonly Finding[] =>
    declaredNodes.has(name) ? [] : [unknownNode(name, offset, declaredNodes)];
  const labels = clientWords.flatMap((word) =>
    Object.keys(expect[word] ?? {})
      .filter((label) => label !== 'all')
      .flatMap((label) => label.split('+').flatMap((name) => judge(name, atKey(...path, word, label)))),
  );
  const items = expectWords.flatMap((word) => {
    const { names } = expectationTable[word] as { names?: 'clients' | 'nodes' };
    return valuesOf(word, expect, path).flatMap(({ value, path: list }) =>
      names === undefined || !Array.isArray(value)
        ? []
        : (value as readonly string[]).flatMap((name, i) => (names === 'clients' ? judge : node)(name, at(...list, i))),
    );
  });
  return [...labels, ...items];
}

/** Whether commands run in a node. */
function canRun(node: { readonly kind: string } | undefined): boolean {
  return node?.kind !== 'switch';
}

function unknownNode(name: string, offset: number, declaredNodes: ReadonlySet<string>): Finding {
  return {
    offset,
    code: 'UNKNOWN_NODE',
    message: `there is no node ${quote(name)}`,
    hint: () => didYouMean(name, declaredNodes, 'nodes'),
  };
}

function badRoutes(
  expect: FileExpectations,
  path: Path,
  { nodes, declaredNodes, declaredServices, whole, at, atKey }: Checked,
): readonly Finding[] {
  const node = (name: string, offset: number): readonly Finding[] =>
    declaredNodes.has(name) ? [] : [unknownNode(name, offset, declaredNodes)];
  const hop = (name: string, offset: number): readonly Finding[] =>
    name === 'none'
      ? [
          {
            offset,
            code: 'BAD_VALUE',
            message: '"none" is not a next hop',
            hint: 'write only  none  if there must be no route',
          },
        ]
      : node(name, offset);
  return routerWords.flatMap((table) =>
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

function isDestination(text: string): boolean {
  return parseAddress(text) !== undefined || parsePrefix(text)?.kind === 'network';
}
