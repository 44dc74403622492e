/** The cookies of a client (RFC 6265), by the place that set them. */
export class Cookies {
  readonly #kept = new Map<string, Map<string, string>>();

  /** The header to send there; none where nothing was kept. */
  headersFor(place: string): Readonly<Record<string, string>> {
    const kept = [...(this.#kept.get(place) ?? [])];
    return kept.length === 0 ? {} : { Cookie: kept.map(([name, value]) => `${name}=${value}`).join('; ') };
  }

  /** Keeps what the `Set-Cookie` lines of an answer say. */
  keep(place: string, lines: readonly string[] = []): void {
    const kept = this.#kept.get(place) ?? new Map<string, string>();
    this.#kept.set(place, kept);
    for (const line of lines) {
      const [pair = ''] = line.split(';', 1);
      const equals = pair.indexOf('=');
      if (equals > 0) kept.set(pair.slice(0, equals).trim(), pair.slice(equals + 1).trim());
    }
  }
}
