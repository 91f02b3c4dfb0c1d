import { createHash } from 'node:crypto';
import type { Random } from '#domain';

/** Keystone's ids: a uuid without dashes. */
export const newId = (random: Random): string => random.uuid().replaceAll('-', '');

/** The same id for the same words, for what is configured rather than stored. */
export const stableId = (...words: string[]): string => createHash('sha256').update(words.join('\0')).digest('hex').slice(0, 32);
