import { randomInt } from 'node:crypto';

/** The name of each server of a request: as given, or numbered from 1 when there are several. */
export const numbered = (name: string, count: number, index: number): string => (count === 1 ? name : `${name}-${index + 1}`);

/** A host name made of a server's name, by Nova's rules: what a name server would refuse is dropped. Empty when nothing is left. */
export const hostnameFrom = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[ _]/g, '-')
    .replace(/[^\w.-]+/g, '')
    .replace(/[^\x20-\x7e]/g, '')
    .toLowerCase()
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, 63)
    .replace(/[.-]+$/, '');

// No characters that are read for each other, as in Nova's password_symbols.
const SYMBOLS = ['23456789', 'ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnopqrstuvwxyz'] as const;

/** 12 characters with at least one of each kind. */
export const generatePassword = (): string => {
  const all = SYMBOLS.join('');
  const characters = [...SYMBOLS.map(pick), ...Array.from({ length: 9 }, () => pick(all))];
  for (let index = characters.length - 1; index > 0; index--) {
    const other = randomInt(index + 1);
    [characters[index], characters[other]] = [characters[other]!, characters[index]!];
  }
  return characters.join('');
};

const pick = (symbols: string): string => symbols[randomInt(symbols.length)]!;
