import { alternatives } from '../../support/suggest.js';
import {
  entryOf,
  faultKinds,
  kindsOfFault,
  kindsWith,
  type FaultKind,
  type Impairment,
  type KindSettings,
  type WordedFault,
} from './fault.js';

/** A word that says something about a fault: a key of a step, and a flag of `fail`. */
interface SettingWord {
  /** What it is part of; a kind of fault that has it can be given the word. Without it, every kind can. */
  readonly setting?: keyof KindSettings;
  /** What the flag takes; nothing, for a switch. */
  readonly takes?: string;
  readonly says: string;
  readonly example?: string;
}

const table = {
  for: { takes: 'duration', says: 'the fault ends by itself after this time', example: '5s' },
  period: {
    setting: 'periodMs',
    takes: 'duration',
    says: 'the time from one failure of the link to the next',
    example: '1s',
  },
  keepRoutes: { setting: 'keepRoutes', says: 'the kernel keeps the routes of the daemon' },
  value: { setting: 'value', takes: 'n', says: 'how many times to prepend, the metric, or the preference' },
  announce: {
    setting: 'announce',
    takes: 'prefix',
    says: 'the prefix to announce in place of the addresses of the service',
  },
  against: { setting: 'against', takes: 'service', says: 'the service to flood, the first one by default' },
  packets: {
    setting: 'packets',
    takes: 'n',
    says: 'how many datagrams to send, or TCP connections to open, each second: at most 1000',
  },
  protocol: { setting: 'protocol', takes: 'protocol', says: 'what to send: udp, by default, or tcp' },
  forge: { setting: 'forge', says: 'the flood sends from addresses that are not its own' },
  delay: { setting: 'impairment', takes: 'duration', says: 'how long each packet waits', example: '10ms' },
  jitter: {
    setting: 'impairment',
    takes: 'duration',
    says: 'how much the delay varies in either direction',
    example: '2ms',
  },
  loss: { setting: 'impairment', takes: 'percent', says: 'the share of packets that are lost', example: '1%' },
  duplicate: {
    setting: 'impairment',
    takes: 'percent',
    says: 'the share of packets that arrive twice',
    example: '0.5%',
  },
  reorder: {
    setting: 'impairment',
    takes: 'percent',
    says: 'the share of packets that overtake the others',
    example: '5%; needs a delay',
  },
  corrupt: { setting: 'impairment', takes: 'percent', says: 'the share of packets with a wrong bit', example: '0.1%' },
  rate: { setting: 'impairment', takes: 'rate', says: 'the bandwidth limit', example: '10mbit' },
} as const satisfies Readonly<Record<string, SettingWord>>;

export type FaultSettingWord = keyof typeof table;
/** The words for an impairment, which links have as well. */
export type ImpairmentWord = {
  [W in FaultSettingWord]: (typeof table)[W] extends { setting: 'impairment' } ? W : never;
}[FaultSettingWord];

const words: Readonly<Record<FaultSettingWord, SettingWord>> = table;
export const settingWords = Object.keys(words) as readonly FaultSettingWord[];
export const impairmentWords = settingWords.filter(isImpairment);

export function isSettingWord(word: string): word is FaultSettingWord {
  return Object.hasOwn(words, word);
}

export function isImpairment(word: FaultSettingWord): word is ImpairmentWord {
  return words[word].setting === 'impairment';
}

/** The kinds of fault that a word is for. */
export function ownersOf(word: FaultSettingWord): readonly FaultKind[] {
  const { setting } = words[word];
  return setting === undefined ? kindsOfFault : kindsWith(setting);
}

/** The words that a kind of fault can be given. */
export function settingWordsOf(how: FaultKind): readonly FaultSettingWord[] {
  return settingWords.filter((word) => ownersOf(word).includes(how));
}

/** What a word means, as a description of its key: `For flap: the time from one failure of the link to the next, such as 1s.` */
export function settingSentence(word: FaultSettingWord): string {
  const { setting, says, example } = words[word];
  const text = `${says}${example === undefined ? '' : `, such as ${example}`}.`;
  if (setting !== undefined && setting !== 'impairment') return `For ${alternatives(ownersOf(word), 'and')}: ${text}`;
  return capitalized(text);
}

/** What a fault's own word in a step means, as a description of its key. */
export function ownWordSentence(how: WordedFault): string {
  const impairs = entryOf(how).settings?.impairment === true;
  return capitalized(`${faultKinds[how].ownWord}${impairs ? `, by ${alternatives(impairmentWords)}` : ''}.`);
}

function capitalized(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** `keep-routes` for `keepRoutes`. */
export function flagNameOf(word: FaultSettingWord): string {
  return word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What a word takes, what it says, and an example; a switch takes nothing. */
export function settingOf(word: FaultSettingWord): {
  readonly takes: string | undefined;
  readonly says: string;
  readonly example: string | undefined;
} {
  const { takes, says, example } = words[word];
  return { takes, says, example };
}

/** A word as flags of `fail`, or of the verb of one kind of fault, each with what it means: `--period <duration>`. A switch has one that says no as well. */
export function flagsOf(word: FaultSettingWord, how?: FaultKind): readonly (readonly [flag: string, says: string])[] {
  const { setting, takes, says, example } = words[word];
  const name = flagNameOf(word);
  const owners = setting === undefined || how !== undefined ? '' : `${ownersOf(word).join(', ')}: `;
  const text = `${owners}${says}${example === undefined ? '' : `, such as ${example}`}`;
  if (takes !== undefined) return [[`--${name} <${takes}>`, text]];
  return [
    [`--${name}`, text],
    [`--no-${name}`, `the opposite of --${name}`],
  ];
}

export const floodProtocols = ['udp', 'tcp'] as const;
export type FloodProtocol = (typeof floodProtocols)[number];

/** How a fault is to be, where its kind leaves a choice. */
export interface FaultSettings {
  readonly impairment?: Impairment | undefined;
  /** From one going down to the next, of a flap. */
  readonly periodMs?: number | undefined;
  /** Whether the kernel keeps the routes of a daemon that is killed. */
  readonly keepRoutes?: boolean | undefined;
  /** What a change of routing policy sets: so many times, this metric, this preference. */
  readonly value?: number | undefined;
  /** What a hijacker announces, in place of the service's own addresses. */
  readonly announce?: string | undefined;
  /** What a flood sends each second, and to which service. */
  readonly packets?: number | undefined;
  readonly against?: string | undefined;
  readonly protocol?: FloodProtocol | undefined;
  /** Whether a flood sends from addresses that its node does not have. */
  readonly forge?: boolean | undefined;
  /** The fault ends by itself after so long. */
  readonly forMs?: number | undefined;
}
