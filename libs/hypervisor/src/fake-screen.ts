import type { Listener, Played } from './fake-consoles.js';

const WIDTH = 160;
const HEIGHT = 100;
const VERSION = 'RFB 003.008\n';
const NO_PASSWORD = 1;
/** More than any message that a client has a reason to send. */
const LONGEST_MESSAGE = 1024 * 1024;

/** What the client is in the middle of saying. */
type Step = 'version' | 'security' | 'init' | 'messages';

/** How long each message of the client is: RFC 6143, section 7.5. Zero: more of it must be there to tell. */
const lengthOf = (data: Buffer): number => {
  switch (data[0]) {
    case 0:
      return 20;
    case 2:
      return data.length < 4 ? 0 : 4 + 4 * data.readUInt16BE(2);
    case 3:
      return 10;
    case 4:
      return 8;
    case 5:
      return 6;
    case 6:
      return data.length < 8 ? 0 : 8 + data.readUInt32BE(4);
    default:
      return -1;
  }
};

const STEP_BYTES = { version: 12, security: 1, init: 1 } as const;

/** Plays a server of RFB 3.8 (RFC 6143) with an empty blue screen, which any VNC client can show. */
export const playScreen = ({ say, hangUp }: Listener, name: string): Played => {
  let step: Step = 'version';
  let bytesPerPixel = 4;
  let waiting = Buffer.alloc(0);
  const next = (): boolean => {
    const length = step === 'messages' ? (waiting.length === 0 ? 0 : lengthOf(waiting)) : STEP_BYTES[step];
    // No client says that: it is none.
    if (length < 0) hangUp();
    if (length <= 0 || waiting.length < length) return false;
    const message = waiting.subarray(0, length);
    waiting = waiting.subarray(length);
    if (step === 'version') {
      say(Buffer.from([1, NO_PASSWORD]));
      step = 'security';
    } else if (step === 'security') {
      say(Buffer.alloc(4));
      step = 'init';
    } else if (step === 'init') {
      say(serverInit(name));
      step = 'messages';
    } else if (message[0] === 0) bytesPerPixel = (message[4] ?? 32) / 8;
    // What changed since is asked for too: nothing ever does.
    else if (message[0] === 3 && message[1] === 0) say(wholeScreen(bytesPerPixel));
    return true;
  };
  say(Buffer.from(VERSION));
  return heard => {
    waiting = Buffer.concat([waiting, heard]);
    if (waiting.length > LONGEST_MESSAGE) hangUp();
    while (next());
  };
};

/** Size, the pixels (32 bits, true colour, blue in the lowest byte), and the name of the desktop. */
const serverInit = (name: string): Buffer => {
  const text = Buffer.from(`played: ${name}`).subarray(0, 100);
  const init = Buffer.alloc(24);
  init.writeUInt16BE(WIDTH, 0);
  init.writeUInt16BE(HEIGHT, 2);
  init.set([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0], 4);
  init.writeUInt32BE(text.length, 20);
  return Buffer.concat([init, text]);
};

/** One rectangle in the raw encoding. */
const wholeScreen = (bytesPerPixel: number): Buffer => {
  const header = Buffer.alloc(16);
  header.writeUInt16BE(1, 2);
  header.writeUInt16BE(WIDTH, 8);
  header.writeUInt16BE(HEIGHT, 10);
  const pixels = Buffer.alloc(WIDTH * HEIGHT * bytesPerPixel);
  for (let at = 0; at < pixels.length; at += bytesPerPixel) pixels[at] = 0x80;
  return Buffer.concat([header, pixels]);
};
