import type { CellStatus } from '#contracts';
import { type CellPath, compareVersions, isAtOrBelow } from '#domain';

/** The last that was heard of a cell at any depth below. */
export interface CellMirror {
  readonly status: CellStatus;
  /** ms since 1970, by the clock of the cell that keeps it. */
  readonly receivedAt: number;
}

/** What waits in a cell, counted, and since when. */
export interface Backlog {
  /** Frames that are not sent yet, those on their way among them. */
  readonly outbox: number;
  readonly parked: number;
  readonly workflows: number;
  /** Since when the oldest of the frames waits, in ms since 1970; null when none does. */
  readonly outboxSince: number | null;
}

/**
 * An older status does not take the place of a newer one. But a cell whose clock was set back must not stay unheard until it has caught
 * up: after so long, what comes is believed. Of a removed cell nothing older is believed, ever.
 */
export const STATUS_STALE_MS = 150_000;

export const replaces = (news: CellMirror, known: CellMirror | undefined): boolean => {
  if (!known) return true;
  if (compareVersions(news.status.version, known.status.version) > 0) return true;
  return !known.status.gone && news.receivedAt - known.receivedAt > STATUS_STALE_MS;
};

/**
 * What is left of a removed cell and of all below it: so that nothing late brings them back. Newer than the last that was heard, whatever
 * the clock down there said.
 */
export const goneMirrors = (mirrors: readonly CellMirror[], path: CellPath, now: number): CellMirror[] =>
  mirrors
    .filter(({ status }) => isAtOrBelow(status.path as CellPath, path) && !status.gone)
    .map(({ status }) => ({
      status: { ...status, version: { ...status.version, generation: Math.max(now, status.version.generation + 1) }, gone: true },
      receivedAt: now,
    }));
