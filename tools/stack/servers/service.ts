import type { Owner } from '../files.js';
import type { ProcessKind } from '../process/process-table.js';

export interface LaunchSpec {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly owner?: Owner | undefined;
}

/** A program that goes into the background by itself. */
export interface DaemonSpec {
  /** Starts it and gives its pid; called again, it finds the one that runs. */
  readonly startDaemon: () => Promise<number>;
}

/** One process of a stack, whatever it is: how it is made ready, launched, recognised as ready, and stopped. */
export interface Service {
  readonly name: string;
  readonly kind: ProcessKind;
  /** Names of services that must be ready before this one is launched. */
  readonly needs: readonly string[];
  /** Where its output goes. */
  readonly log: string;
  /** Anything that makes the running process out of date when it changes: its configuration. */
  readonly fingerprint: string;
  /** Makes its directories and files. May be called again after it was broken off at any point. */
  prepare(): Promise<void>;
  launch(): LaunchSpec | DaemonSpec;
  /**
   * Looks once whether it is ready. Called again and again until it is.
   * @param logFrom where in the log file this run begins, in bytes
   */
  isReady(logFrom: number): Promise<boolean>;
  readonly readySeconds: number;
  /** After SIGTERM; then it is killed. */
  readonly stopSeconds: number;
}
