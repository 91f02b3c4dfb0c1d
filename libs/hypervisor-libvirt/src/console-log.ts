import { open } from 'node:fs/promises';

/** As much as Nova shows (MAX_CONSOLE_BYTES). */
const SHOWN_BYTES = 102_400;
/** A guest that writes without end must not fill the host's disk. More than virtlogd keeps, so that we do not meddle with it. */
const LONGEST_BYTES = 4 * 1024 * 1024;
const KEPT_BYTES = 1024 * 1024;

/** The end of a console's log: `lines` lines, or what is shown at most. Reads only the end of the file. */
export const readConsole = async (path: string, lines: number | null): Promise<string> => {
  const text = (await readEnd(path, SHOWN_BYTES)).toString('utf8').replaceAll('\r\n', '\n');
  if (lines === null) return text;
  const all = text.split('\n');
  // What follows the last newline is a line only when there is something.
  const ended = all.at(-1) === '';
  return all.slice(-(lines + (ended ? 1 : 0))).join('\n');
};

/** Cuts the beginning off a log that has become too long. The guest appends, so it goes on behind what is kept. */
export const trimConsole = async (path: string): Promise<void> => {
  const file = await open(path, 'r+');
  try {
    if ((await file.stat()).size <= LONGEST_BYTES) return;
    const end = await readEnd(path, KEPT_BYTES);
    await file.truncate(0);
    await file.write(end, 0, end.length, 0);
  } finally {
    await file.close();
  }
};

const readEnd = async (path: string, bytes: number): Promise<Buffer> => {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const wanted = Math.min(size, bytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, size - wanted);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
};
