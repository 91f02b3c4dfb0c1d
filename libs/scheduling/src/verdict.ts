import type { Numbers } from '#contracts';

/** Too little of something, in numbers: how much more would do can be told from it. */
export interface Shortfall extends Numbers {
  /** In words, where `has` and `needs` alone do not say it. */
  readonly reason?: string;
}

/** True, or why not. A shortfall is put into words only where somebody reads them: on a full cell a thousand hosts give one each. */
export type Verdict = true | string | Shortfall;

export type Rejection = Exclude<Verdict, true>;

export const reasonOf = (rejection: Rejection): string => {
  if (typeof rejection === 'string') return rejection;
  return rejection.reason ?? WORDS[rejection.of](rejection);
};

export const numbersOf = (rejection: Rejection): Numbers | undefined =>
  typeof rejection === 'string' ? undefined : { of: rejection.of, has: rejection.has, needs: rejection.needs };

const WORDS: Record<Numbers['of'], (numbers: Numbers) => string> = {
  memoryMb: ({ has, needs }) => `${has} MB free, ${needs} MB wanted`,
  vcpus: ({ has, needs }) => `${has} vCPUs free, ${needs} wanted`,
  diskGb: ({ has, needs }) => `${has} GB free, ${needs} GB wanted`,
  servers: ({ has, needs }) => `fits ${has}, ${needs} wanted`,
};
