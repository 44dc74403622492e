import { didYouMean, listWords, nearest } from '../../support/suggest.js';
import { quote } from '../model/finding.js';
import type { Finding } from '../model/finding.js';
import { expectWords } from '../model/expectation.js';
import { entryOf } from '../model/fault.js';
import { readShare } from '../model/written-values.js';
import { parseTarget } from '../model/target.js';
import type { Topology } from '../model/topology.js';
import { answersOf, isShares } from '../file/expectations.js';
import type { FileAnswer } from '../file/schema.js';
import type { Path } from '../file/tree.js';
import type { Check, Checked } from './checked.js';
import { placedExpectations } from './steps.js';
import { checkSubject, serviceNamed, servicesAsked, type AboutProbe } from './subjects.js';

/** Expected answers, at the top of the file and in each step: their clients, services and instances exist. */
export const checkAnswers: Check = (checked) => {
  const judge = answerJudge(checked);
  return placedExpectations(checked.file).flatMap(({ expect, path, probe, to }) =>
    judge(answersOf(expect), path, { probe, to }),
  );
};

/** Routers that a step makes announce a service: they answer there by their own names. */
function takersOf({ scenario }: Topology): readonly { readonly service: string; readonly node: string }[] {
  const parts = scenario.flatMap((step) => (step.kind === 'change' ? step.parts : []));
  return parts.flatMap(({ action, target, how }) => {
    const parsed = parseTarget(target);
    const isTaken = action === 'fail' && how !== undefined && entryOf(how).byRouter === true;
    return isTaken && parsed?.kind === 'service' ? [parsed] : [];
  });
}

function answerJudge(checked: Checked) {
  const { topology, declaredNodes, services, clients, whole, at, atKey } = checked;
  const taken = takersOf(topology);
  const answering = (name: string): readonly string[] => [
    ...(services.get(name)?.instances ?? []),
    ...(services.get(name)?.sinkholes?.routers ?? []),
    ...taken.filter(({ service }) => service === name).map(({ node }) => node),
  ];
  const instances = new Set(topology.services.flatMap(({ name }) => answering(name)));
  const ofEvery = (asked: readonly string[]): ReadonlySet<string> => {
    const [first, ...others] = asked.map((name) => new Set(answering(name)));
    return new Set([...(first ?? [])].filter((name) => others.every((each) => each.has(name))));
  };

  const judgeClient = (client: string, path: Path): readonly Finding[] => {
    const offset = atKey(...path);
    if (!declaredNodes.has(client)) {
      const word = nearest(client, clients) === undefined ? nearest(client, expectWords) : undefined;
      const hint = (): string =>
        word === undefined ? didYouMean(client, clients, 'clients') : `did you mean "${word}"?`;
      return [{ offset, code: 'UNKNOWN_NODE', message: `there is no client ${quote(client)}`, hint }];
    }
    if (!whole || clients.has(client)) return [];
    const is = instances.has(client) ? 'an instance' : `a ${checked.nodes.get(client)?.kind ?? 'node'}`;
    const hint = (): string =>
      clients.size === 0
        ? 'add a host that is not an instance: such hosts are the clients'
        : `the clients here are: ${listWords([...clients])}${instances.has(client) ? '; an instance with "asks" is one, too' : ''}`;
    return [{ offset, code: 'NOT_A_CLIENT', message: `${quote(client)} is ${is}, not a client`, hint }];
  };

  const judgeInstance = (instance: string, { service, asked }: Of, path: Path, place = at): readonly Finding[] => {
    if (instance === 'nobody') return [];
    const offset = place(...path);
    const known = service === undefined ? instances : new Set(answering(service));
    if (!declaredNodes.has(instance)) {
      const hint = (): string => didYouMean(instance, [...known, 'nobody'], 'answers');
      return [{ offset, code: 'UNKNOWN_NODE', message: `there is no instance ${quote(instance)}`, hint }];
    }
    // Of who is no client, that alone is told.
    if (!whole || (service === undefined && asked.length === 0)) return [];
    if ((service === undefined ? ofEvery(asked) : known).has(instance)) return [];
    if (service === undefined && known.has(instance)) {
      const has = (): string => topology.services.find(({ name }) => answering(name).includes(instance))?.name ?? '';
      const message = `${quote(instance)} is not an instance of every service`;
      return [
        {
          offset,
          code: 'NOT_AN_INSTANCE',
          message,
          hint: () => `name the service you mean: {${has()}: ${instance}}`,
        },
      ];
    }
    const message = `${quote(instance)} is not an instance${service === undefined ? '' : ` of ${quote(service)}`}`;
    return [
      {
        offset,
        code: 'NOT_AN_INSTANCE',
        message,
        hint: () => didYouMean(instance, [...known, 'nobody'], 'answers'),
      },
    ];
  };

  const judgeOne = (answer: OneAnswer, of: Of, path: Path): readonly Finding[] => {
    if (typeof answer === 'string') return judgeInstance(answer, of, path);
    if (Array.isArray(answer))
      return (answer as readonly string[]).flatMap((instance, i) => judgeInstance(instance, of, [...path, i]));
    return Object.entries(answer).flatMap(([instance, text]) => [
      ...judgeInstance(instance, of, [...path, instance], atKey),
      ...judgeShare(text, at(...path, instance)),
    ]);
  };

  return (answers: Readonly<Record<string, FileAnswer>>, base: Path, about: AboutProbe): readonly Finding[] => {
    const entries = Object.entries(answers);
    if (entries.length > 0 && whole && topology.services.length === 0) {
      return [
        {
          offset: atKey(...base),
          code: 'UNKNOWN_SERVICE',
          message: 'there is no anycast service that could answer',
          hint: 'add one, such as  anycast: {dns: {addresses: [192.0.2.53], instances: [server-a]}}',
        },
      ];
    }
    return entries.flatMap(([label, answer]) => [
      ...(label === 'all' ? [] : label.split('+')).flatMap((client) => judgeClient(client, [...base, label])),
      ...(typeof answer === 'string' || Array.isArray(answer) || isShares(answer)
        ? judgeOne(answer, { service: undefined, asked: servicesAsked(label, about, checked) }, [...base, label])
        : Object.entries(answer).flatMap(([text, inner]) => {
            const path = [...base, label, text];
            const service = serviceNamed(text, checked);
            return [
              ...checkSubject({ text, label, path, about }, checked),
              ...(service !== undefined && services.has(service) ? judgeOne(inner, { service, asked: [] }, path) : []),
            ];
          })),
    ]);
  };
}

/**
 * Flows are spread by chance: how far from its share an instance may be has to be said, unless it must have all of
 * them, or none.
 */
function judgeShare(text: string, offset: number): readonly Finding[] {
  const read = readShare(text);
  if (read === undefined)
    return [{ offset, code: 'BAD_VALUE', message: `${quote(text)} is not a share`, hint: 'write it as in  50% +- 5%' }];
  if (read.tolerance > 0 || read.share === 0 || read.share === 1) return [];
  return [
    {
      offset,
      code: 'BAD_VALUE',
      message: `the share ${quote(text)} has no tolerance`,
      hint: `write it as in  ${text} +- 5%;  only 0% and 100% are exact`,
    },
  ];
}

/** Of which service an answer is; where the file names none, of all of those that are asked. */
interface Of {
  readonly service: string | undefined;
  readonly asked: readonly string[];
}

type OneAnswer = string | readonly string[] | Readonly<Record<string, string>>;
