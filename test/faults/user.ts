import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '#domain';
import { messageOf } from '#domain';
import type { ApiClient } from '../e2e/kill/api-client.js';
import { FLAVOR, POPULATION } from './tree.js';

const EVERY_MS = 500;
/** While the API hangs, so many requests wait for it at most. */
const MOST_IN_FLIGHT = 24;
/** A server is left alone for so long at least, most of the time; some are deleted while they are still on their way down. */
const AGE_MS = 4_000;

interface Accepted {
  readonly name: string;
  readonly at: number;
}

/** Creates and deletes servers all the time, and keeps a book of what it was told. */
export class User {
  /** Answered with 202, by uuid. */
  readonly accepted = new Map<string, Accepted>();
  /** Asked for, but the answer was lost or an error of the server: there may be one of that name, or none. */
  readonly unsure = new Set<string>();
  /** Answered with 204. */
  readonly deleted = new Set<string>();
  /** Answers that a user would complain of, by what they were. */
  readonly refusals = new Map<string, number>();
  private readonly deleting = new Set<string>();
  private inFlight = 0;
  private count = 0;

  constructor(
    private readonly client: ApiClient,
    readonly image: string,
    private readonly random: Random,
  ) {}

  /** Until the signal; ends when the last answer is in. */
  async work(until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      if (this.inFlight < MOST_IN_FLIGHT) void this.act();
      await sleep((0.5 + this.random.fraction()) * EVERY_MS);
    }
    while (this.inFlight > 0) await sleep(50);
  }

  /** Deletes again what it began to delete without being told that it is gone. @throws Error when the API refuses */
  async finishDeletions(): Promise<void> {
    for (const uuid of this.deleting) {
      await this.client.delete(uuid);
      this.deleting.delete(uuid);
      this.deleted.add(uuid);
    }
  }

  private async act(): Promise<void> {
    this.inFlight += 1;
    const kept = [...this.accepted].filter(([uuid]) => !this.deleted.has(uuid) && !this.deleting.has(uuid));
    const share = kept.length / POPULATION;
    try {
      if (this.random.fraction() < 1 - share / 2) await this.create();
      else await this.delete(kept);
    } finally {
      this.inFlight -= 1;
    }
  }

  private async create(): Promise<void> {
    this.count += 1;
    const name = `server-${this.count}`;
    this.unsure.add(name);
    try {
      const body = { server: { name, imageRef: this.image, flavorRef: FLAVOR.id, networks: 'none' } };
      const response = await this.client.call('POST', '/servers', body);
      if (response.status !== 202) return this.note(`create: ${response.status}`);
      const { server } = (await response.json()) as { server: { id: string } };
      this.accepted.set(server.id, { name, at: performance.now() });
      this.unsure.delete(name);
    } catch (error) {
      this.note(`create: ${messageOf(error)}`);
    }
  }

  private async delete(kept: readonly (readonly [string, Accepted])[]): Promise<void> {
    const hasty = this.random.fraction() < 0.2;
    const ripe = kept.filter(([, { at }]) => hasty || performance.now() - at > AGE_MS);
    const chosen = ripe[Math.floor(this.random.fraction() * ripe.length)];
    if (!chosen) return;
    const [uuid] = chosen;
    this.deleting.add(uuid);
    try {
      const response = await this.client.call('DELETE', `/servers/${uuid}`);
      if (response.status !== 204 && response.status !== 404) return this.note(`delete: ${response.status}`);
      this.deleting.delete(uuid);
      this.deleted.add(uuid);
    } catch (error) {
      this.note(`delete: ${messageOf(error)}`);
    }
  }

  private note(what: string): void {
    this.refusals.set(what, (this.refusals.get(what) ?? 0) + 1);
  }
}
