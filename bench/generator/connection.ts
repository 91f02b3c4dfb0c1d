import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  /** Of the body. */
  readonly bytes: number;
  /** The beginning of the body of an answer that is no success. */
  readonly text: string;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const TEXT_BYTES = 300;
/** Without a byte from the server. */
const PATIENCE_MS = 60_000;

/**
 * One kept-alive HTTP/1.1 connection with one request on its way at a time. It understands no more than a server with
 * `Content-Length` sends, and copies nothing: the generator shares its cores with what it measures.
 */
export class Connection {
  private socket: Socket | undefined;
  private waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  private head: Buffer | undefined;
  private status = 0;
  private length = 0;
  private missing = 0;
  private text = '';

  constructor(private readonly port: number) {}

  /** @throws Error when the connection breaks or the server is silent for a minute; the next call connects anew. */
  send(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.head = undefined;
      this.missing = 0;
      this.text = '';
      this.open().write(request);
    });
  }

  close(): void {
    this.socket?.destroy();
    this.socket = undefined;
  }

  private open(): Socket {
    if (this.socket) return this.socket;
    const socket = connect({ host: '127.0.0.1', port: this.port, noDelay: true });
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('timeout')));
    socket.on('data', chunk => this.receive(chunk));
    socket.once('error', error => this.fail(error));
    socket.once('close', () => this.fail(new Error('closed')));
    this.socket = socket;
    return socket;
  }

  private receive(chunk: Buffer): void {
    if (!this.waiting) return;
    if (this.missing > 0) this.receiveBody(chunk);
    else this.receiveHead(chunk);
  }

  private receiveHead(chunk: Buffer): void {
    const data = this.head ? Buffer.concat([this.head, chunk]) : chunk;
    const end = data.indexOf(END_OF_HEAD);
    if (end < 0) {
      this.head = data;
      return;
    }
    const head = data.toString('latin1', 0, end);
    this.status = Number(head.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined && this.status !== 204) {
      this.fail(new Error('an answer without Content-Length'));
      return;
    }
    this.length = Number(length ?? 0);
    this.missing = this.length;
    this.receiveBody(data.subarray(end + END_OF_HEAD.length));
  }

  private receiveBody(chunk: Buffer): void {
    this.missing -= chunk.length;
    if (this.status >= 300 && this.text.length < TEXT_BYTES) this.text += chunk.toString('utf8', 0, TEXT_BYTES);
    if (this.missing > 0) return;
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.resolve({ status: this.status, bytes: this.length, text: this.text });
  }

  private fail(error: Error): void {
    this.close();
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.reject(error);
  }
}
