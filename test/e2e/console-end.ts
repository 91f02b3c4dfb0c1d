import WebSocket from 'ws';
import { until } from '#testing';

const WITHIN = { timeoutMs: 60_000, everyMs: 50 };
const NO_PASSWORD = Buffer.of(1);
const SHARED = Buffer.of(1);

/** A browser's end of a console. */
export class ConsoleEnd {
  private got = Buffer.alloc(0);
  private failure: Error | undefined;
  private readonly socket: WebSocket;

  constructor(url: string | URL) {
    this.socket = new WebSocket(url, ['binary']);
    this.socket.on('message', (data: Buffer) => {
      this.got = Buffer.concat([this.got, data]);
    });
    this.socket.on('error', error => {
      this.failure = error;
    });
  }

  /** @throws what the proxy answered instead */
  async opens(): Promise<this> {
    await this.waitFor(() => this.socket.readyState === WebSocket.OPEN, 'the console being open');
    return this;
  }

  send(data: Buffer | string): void {
    this.socket.send(data);
  }

  /** @returns all that came until there was this text */
  async hears(text: string): Promise<string> {
    await this.waitFor(() => this.got.includes(text), `hearing ${text}`);
    return this.got.toString('latin1');
  }

  /** The next so many bytes. */
  async take(count: number): Promise<Buffer> {
    await this.waitFor(() => this.got.length >= count, `${count} bytes of the console`);
    const taken = this.got.subarray(0, count);
    this.got = this.got.subarray(count);
    return taken;
  }

  async ends(): Promise<void> {
    await until(() => this.socket.readyState === WebSocket.CLOSED, { ...WITHIN, what: 'the console being closed' });
  }

  close(): void {
    this.socket.close();
  }

  private async waitFor(isSo: () => boolean, what: string): Promise<void> {
    await until(() => this.failure !== undefined || isSo(), { ...WITHIN, what });
    if (this.failure) throw this.failure;
  }
}

/** Greets a screen and asks for its picture, as noVNC does (RFC 6143). */
export const lookAtScreen = async (end: ConsoleEnd) => {
  const version = await end.take(12);
  end.send(version);
  const [securityTypes = 0] = await end.take(1);
  await end.take(securityTypes);
  end.send(NO_PASSWORD);
  const refused = (await end.take(4)).readUInt32BE();
  end.send(SHARED);
  const size = await end.take(20);
  await end.take((await end.take(4)).readUInt32BE());
  // The whole picture, whether or not it has changed: type 3, not incremental, from the corner.
  end.send(Buffer.concat([Buffer.of(3, 0, 0, 0, 0, 0), size.subarray(0, 4)]));
  const update = await end.take(4);
  return {
    version: version.toString('latin1'),
    refused,
    width: size.readUInt16BE(0),
    height: size.readUInt16BE(2),
    rectangles: update[0] === 0 ? update.readUInt16BE(2) : 0,
  };
};

/** Fetches a page and every script that a browser would load with it. @returns what does not come as a script; how many there are */
export const loadPage = async (page: URL): Promise<{ scripts: number; missing: string[] }> => {
  const seen = new Set<string>();
  const missing: string[] = [];
  const load = async (url: URL): Promise<void> => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    const answer = await fetch(url);
    if (!answer.ok || !answer.headers.get('content-type')?.startsWith('text/javascript')) missing.push(url.pathname);
    const imports = (await answer.text()).matchAll(/^(?:import|export)\b[^;]*?from\s*['"]([^'"]+)['"]/gm);
    for (const [, path = ''] of imports) await load(new URL(path, url));
  };
  const html = await (await fetch(page)).text();
  for (const [, path = ''] of html.matchAll(/<script[^>]* src="([^"]+)"/g)) await load(new URL(path, page));
  return { scripts: seen.size, missing };
};
