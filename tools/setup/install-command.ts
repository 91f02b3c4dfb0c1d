import { CloudError } from '#domain';

export interface Installing {
  /** The Debian packages that are missing. */
  readonly missing: readonly string[];
  /** What installs them, given their names. */
  readonly script: string;
  /** What makes a command run as root; undefined when nothing does. */
  readonly asRoot: readonly string[] | undefined;
}

/**
 * The command that installs what is missing; undefined when nothing is.
 * @throws CloudError `unavailable` with the command for whoever may run it, when this user may not.
 */
export const installCommand = ({ missing, script, asRoot }: Installing): string[] | undefined => {
  if (missing.length === 0) return undefined;
  if (asRoot) return [...asRoot, script, ...missing];
  throw new CloudError(
    'unavailable',
    `Debian packages are missing, and this user may not install them. As root, run:\n  ${[script, ...missing].join(' ')}\nthen run this again`,
  );
};

/**
 * What to say where packages are not Debian's; undefined when no program is missing.
 * @throws CloudError `unavailable` when nobody is there who could install them meanwhile.
 */
export const installByHand = (missing: readonly string[], { terminal }: { readonly terminal: boolean }): string | undefined => {
  if (missing.length === 0) return undefined;
  const line = `this is neither Debian nor Ubuntu, so please install: ${missing.join(', ')}`;
  if (!terminal) throw new CloudError('unavailable', `${line}; then run this again`);
  return `${line}. This goes on as soon as they are there`;
};
