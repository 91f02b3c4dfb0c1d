import type { z } from 'zod';

/**
 * command: durable, down, exactly one effect. event: durable, up. query: one answer before its deadline.
 * report: the newest wins, and it is never queued up behind an older one.
 */
export type MethodKind = 'command' | 'event' | 'query' | 'report';

export interface Method {
  readonly kind: MethodKind;
  readonly direction: 'up' | 'down';
  /** The protocol version that brought it. */
  readonly since: number;
  readonly payload: z.ZodType;
  /** Queries only. */
  readonly result?: z.ZodType;
}

export type MethodTable = Record<string, Method>;
export type PayloadOf<T extends MethodTable, M extends keyof T> = z.infer<T[M]['payload']>;
export type ResultOf<T extends MethodTable, M extends keyof T> = T[M]['result'] extends z.ZodType ? z.infer<T[M]['result']> : undefined;
/** The methods of a table that have this kind and direction. */
export type MethodsOf<T extends MethodTable, K extends MethodKind, D extends 'up' | 'down'> = {
  [M in keyof T]: T[M]['kind'] extends K ? (T[M]['direction'] extends D ? M : never) : never;
}[keyof T] &
  string;
