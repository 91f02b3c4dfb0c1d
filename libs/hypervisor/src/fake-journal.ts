import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { Resources, Uuid } from '#contracts';

const Guest = z.object({
  instanceUuid: Uuid,
  name: z.string(),
  epoch: z.number().int(),
  /** Nova's number. */
  powerState: z.number().int(),
  shape: Resources,
  /** ms since 1970 */
  startedAt: z.number(),
  /** It is put aside: off, until it is restored. */
  aside: z.boolean().optional(),
  /** Another host sends it while it runs: off, until it has arrived. */
  incoming: z.boolean().optional(),
  /** It was sent to another host: off, until it is destroyed. */
  sent: z.boolean().optional(),
});
/** What a fake host remembers of a guest. `former` is what was put aside when this one was made from it on the same host. */
export const FakeGuest = Guest.extend({ former: Guest.optional() });
export type FakeGuest = z.infer<typeof FakeGuest>;

const Line = z.union([FakeGuest, z.object({ instanceUuid: Uuid, gone: z.literal(true) })]);

/** Lines beyond the guests that exist before the journal is written anew. */
const SLACK_LINES = 2_000;

/**
 * The guests of one fake host in a file: a line for each change, the newest of a guest counts. A line is one write, so a process
 * that is killed loses nothing that it has told of, and a spawn costs microseconds. At start, and when too many lines are out of
 * date, the file is replaced by one line per guest.
 */
export class FakeJournal {
  private file: number | undefined;
  private lines = 0;
  constructor(
    private readonly path: string,
    private readonly guests: ReadonlyMap<string, FakeGuest>,
  ) {}

  /** The guests that the file tells of. A last line that a crash cut off is dropped: it was never answered for. */
  static read(path: string): FakeGuest[] {
    const guests = new Map<string, FakeGuest>();
    if (!existsSync(path)) return [];
    for (const text of readFileSync(path, 'utf8').split('\n')) {
      const line = parse(text);
      if (line === undefined) continue;
      if ('gone' in line) guests.delete(line.instanceUuid);
      else guests.set(line.instanceUuid, line);
    }
    return [...guests.values()];
  }

  open(): void {
    mkdirSync(dirname(this.path), { recursive: true });
    this.rewrite();
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  keep(guest: FakeGuest): void {
    this.append(guest);
  }

  forget(instanceUuid: string): void {
    this.append({ instanceUuid, gone: true });
  }

  private append(line: z.infer<typeof Line>): void {
    if (this.file === undefined) return;
    writeSync(this.file, JSON.stringify(line) + '\n');
    this.lines += 1;
    if (this.lines > this.guests.size + SLACK_LINES) this.rewrite();
  }

  private rewrite(): void {
    const next = `${this.path}.next`;
    writeFileSync(next, [...this.guests.values()].map(guest => JSON.stringify(guest) + '\n').join(''));
    renameSync(next, this.path);
    this.close();
    this.file = openSync(this.path, 'a');
    this.lines = this.guests.size;
  }
}

const parse = (text: string): z.infer<typeof Line> | undefined => {
  if (text === '') return undefined;
  try {
    return Line.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};
