import { expectWords } from './expectation.js';
import { quote } from './finding.js';

const namePattern = /^[a-zA-Z](?:[a-zA-Z0-9-]{0,28}[a-zA-Z0-9])?$/;
/** With dots and underscores, as other labs have them. A lab's own name is a name of folders and containers, too. */
const nodePattern = /^[a-zA-Z](?:[a-zA-Z0-9._-]{0,28}[a-zA-Z0-9])?$/;
/** What the containers of a lab's agent end in. */
const reservedEnding = /\.(?:agent|deploying)$/i;
const reservedWords: ReadonlySet<string> = new Set(
  ['nobody', 'none', 'all', 'self', ...expectWords].map((word) => word.toLowerCase()),
);

interface NameProblem {
  readonly message: string;
  readonly hint: string;
}

/** Why a text cannot name a topology, a lab or a program; `undefined` where it can. */
export function nameProblem(name: string): NameProblem | undefined {
  if (isReserved(name)) return reserved(name);
  if (namePattern.test(name)) return undefined;
  return {
    message: `${quote(name)} is not a valid name`,
    hint: 'a name is up to 30 letters, digits and hyphens, begins with a letter and does not end in a hyphen',
  };
}

/** Why a text cannot name a node or a service; `undefined` where it can. */
export function nodeNameProblem(name: string): NameProblem | undefined {
  if (isReserved(name)) return reserved(name);
  if (reservedEnding.test(name))
    return { message: `${quote(name)} ends in a reserved word`, hint: 'choose a name that does not end like this' };
  if (nodePattern.test(name)) return undefined;
  return {
    message: `${quote(name)} is not a valid name`,
    hint: 'a name is up to 30 letters, digits, hyphens, dots and underscores, from a letter to a letter or digit',
  };
}

function isReserved(name: string): boolean {
  return reservedWords.has(name.toLowerCase());
}

function reserved(name: string): NameProblem {
  return {
    message: `${quote(name)} is a reserved word`,
    hint: `choose another name: nobody, none, all, self and the words of "expect" (${expectWords.join(', ')}) are reserved`,
  };
}

/** How a zone is named everywhere: in lower case, with the dot at its end. */
export function zoneName(written: string): string {
  const name = written.toLowerCase();
  return name.endsWith('.') ? name : `${name}.`;
}

/** Whether this names a zone: labels of letters, digits, hyphens and underscores, or the root. */
export function isZoneName(name: string): boolean {
  return name === '.' || (name.length <= 254 && /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+$/.test(name));
}
