import type { Trouble } from './model.js';

/** A capture under way: its file is kept here until it is whole, and then given to the browser. */
export class CaptureRequest {
  readonly #end: string;
  readonly #id = crypto.randomUUID();
  readonly #leaving = new AbortController();

  constructor(end: string) {
    this.#end = end;
  }

  /** Until it was stopped. Throws what the server says is wrong. */
  async run(tell: (bytes: number) => void): Promise<void> {
    const query = new URLSearchParams({ end: this.#end, id: this.#id });
    const parts: Uint8Array<ArrayBuffer>[] = [];
    try {
      const response = await fetch(`capture?${query.toString()}`, { signal: this.#leaving.signal });
      if (!response.ok || response.body === null) throw (await response.json()) as Error;
      const reader = response.body.getReader();
      let bytes = 0;
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        parts.push(part.value);
        bytes += part.value.length;
        tell(bytes);
      }
    } catch (error) {
      if (this.#leaving.signal.aborted) return;
      if (error instanceof TypeError)
        throw { message: 'the view does not respond any more' } satisfies Trouble as unknown as Error;
      throw error;
    }
    download(`${this.#end.replace(':', '-')}.pcapng`, parts);
  }

  /** Ends it well. */
  async stop(): Promise<void> {
    await fetch('capture-end', { method: 'POST', body: JSON.stringify({ id: this.#id }) });
  }

  /** Nobody wants it any more. */
  abandon(): void {
    this.#leaving.abort();
  }
}

function download(name: string, parts: readonly Uint8Array<ArrayBuffer>[]): void {
  const address = URL.createObjectURL(new Blob([...parts], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
