/** A release of FRRouting that nodes can run, and where it is to be had. */
export interface FrrRelease {
  /** The suite of Debian's archive whose packages have it. */
  readonly suite: string;
}

/** The releases by version, oldest first. A version is added here, and nowhere else. */
const releases = {
  '8.4': { suite: 'bookworm' },
  '10.3': { suite: 'trixie' },
  '10.7': { suite: 'sid' },
} as const satisfies Readonly<Record<string, FrrRelease>>;

export type FrrVersion = keyof typeof releases;

export const frrReleases: Readonly<Record<FrrVersion, FrrRelease>> = releases;
export const frrVersions = Object.keys(releases) as readonly FrrVersion[];

/** What a file, a flag or the environment can ask for: a version, or the FRRouting that is installed on the machine. */
export type FrrChoice = FrrVersion | 'system';

export const frrChoices: readonly FrrChoice[] = [...frrVersions, 'system'];

/** The version that a choice names; undefined for `system`. */
export function frrVersionOf(choice: FrrChoice): FrrVersion | undefined {
  return choice === 'system' ? undefined : choice;
}

/** The version that a text means, such as `10.3`, or `system`; undefined where it is neither. */
export function frrChoiceOf(text: string): FrrChoice | undefined {
  return frrChoices.find((choice) => choice === text);
}
