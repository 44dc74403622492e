/** Longer than any name of a node. */
const MOST_NAME = 64;

/** Asks an instance who it is. */
export function whoamiRequest(host: string, connection: 'close' | 'keep-alive'): string {
  return `GET /whoami HTTP/1.1\r\nHost: ${host}\r\nAccept: text/plain\r\nConnection: ${connection}\r\n\r\n`;
}

/** Who answered, from all that has come of a response; undefined where it is not whole yet, or no answer. */
export function readWhoami(received: string): string | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0 || !/^HTTP\/1\.[01] 200 /.test(received)) return undefined;
  const length = Number(/^content-length: *(\d+)\r?$/im.exec(received.slice(0, end + 2))?.[1] ?? NaN);
  const body = received.slice(end + 4);
  if (!(body.length >= length)) return undefined;
  const name = body.slice(0, length).trim();
  return name.length > 0 && name.length <= MOST_NAME ? name : undefined;
}
