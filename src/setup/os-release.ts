/** What /etc/os-release says about a machine, as far as nearcast needs it. */
export interface Distribution {
  /** `debian`, `ubuntu`, `fedora` ...; `linux` when the file does not say. */
  readonly id: string;
  /** The distributions it derives from, nearest first. */
  readonly like: readonly string[];
  /** `12`, `24.04`; the code name if there is no number (Debian testing). */
  readonly release: string;
  /** `bookworm`, `noble`; undefined where there is none. */
  readonly codename: string | undefined;
  /** For people: `Debian GNU/Linux 12 (bookworm)`. */
  readonly prettyName: string;
}

/** Parses the text of an os-release file: shell-like assignments, one to a line, perhaps quoted. */
export function parseOsRelease(text: string): Distribution {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\s*([A-Z_][A-Z0-9_]*)=(.*?)\s*$/.exec(line);
    if (match?.[1] !== undefined) fields.set(match[1], unquote(match[2] ?? ''));
  }
  const id = fields.get('ID') ?? 'linux';
  return {
    id,
    like: (fields.get('ID_LIKE') ?? '').split(' ').filter((word) => word !== ''),
    release: fields.get('VERSION_ID') ?? fields.get('VERSION_CODENAME') ?? 'rolling',
    codename: fields.get('VERSION_CODENAME'),
    prettyName: fields.get('PRETTY_NAME') ?? id,
  };
}

/** Whether Debian's packages and tools are to be expected there. */
export function isDebianLike({ id, like }: Distribution): boolean {
  return [id, ...like].some((name) => name === 'debian' || name === 'ubuntu');
}

/** The command that installs packages on a distribution, for hints; undefined where we do not know it. */
export function installCommand({ id, like }: Distribution, packages: string): string | undefined {
  const managers: readonly (readonly [RegExp, string])[] = [
    [/^(?:debian|ubuntu)$/, 'sudo apt-get install'],
    [/^(?:fedora|rhel|centos)$/, 'sudo dnf install'],
    [/^arch$/, 'sudo pacman -S'],
    [/^alpine$/, 'sudo apk add'],
    [/^(?:suse|opensuse.*)$/, 'sudo zypper install'],
  ];
  for (const name of [id, ...like]) {
    const found = managers.find(([pattern]) => pattern.test(name));
    if (found !== undefined) return `${found[1]} ${packages}`;
  }
  return undefined;
}

function unquote(value: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(value);
  return quoted?.[2] === undefined ? value : quoted[2].replaceAll(/\\(["'$`\\])/g, '$1');
}
