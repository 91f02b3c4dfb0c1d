import type { ConsoleKind } from '#contracts';

/** Nova's names of the consoles that there are here. Others of Nova's are known, and unavailable. */
export const CONSOLE_TYPES = ['novnc', 'serial'] as const;
export type ConsoleType = (typeof CONSOLE_TYPES)[number];

/** What each is a console of, on the host. */
export const CONSOLE_KINDS: Readonly<Record<ConsoleType, ConsoleKind>> = { novnc: 'vnc', serial: 'serial' };

/** How users reach a console with its token: a page for a browser, or, as Nova's clients want it, the serial line's web socket. */
export const consoleUrl = (type: ConsoleType, proxy: string, token: string): string =>
  type === 'novnc'
    ? `${proxy}/vnc_lite.html?path=${encodeURIComponent(`?token=${token}`)}`
    : `${proxy.replace(/^http/, 'ws')}/?token=${token}`;
