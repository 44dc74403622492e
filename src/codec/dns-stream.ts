/*
 * DNS over TCP: each message follows its length in two bytes (RFC 1035 section 4.2.2). `streamEncode` of dns-packet
 * frames only packets that it encodes itself; replies here are built by hand.
 */

const LENGTH_BYTES = 2;

/** A message as it goes over TCP. */
export function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/** The messages of a stream, whatever the boundaries of its segments. */
export class DnsStream {
  #received = Buffer.alloc(0);

  /** The messages that are complete with this chunk, in order. */
  take(chunk: Buffer): readonly Buffer[] {
    this.#received = Buffer.concat([this.#received, chunk]);
    const messages: Buffer[] = [];
    for (let end = this.#end(); end <= this.#received.length; end = this.#end()) {
      messages.push(this.#received.subarray(LENGTH_BYTES, end));
      this.#received = this.#received.subarray(end);
    }
    return messages;
  }

  #end(): number {
    return this.#received.length < LENGTH_BYTES ? Infinity : LENGTH_BYTES + this.#received.readUInt16BE(0);
  }
}
