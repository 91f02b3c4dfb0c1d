import { readFileSync } from 'node:fs';
import { UsageError } from '../errors.js';
import { CellsApi } from './cells-api.js';
import { type Environment, logIn } from './keystone.js';

export interface LocalCell {
  readonly url: string;
  readonly tokenFile: string | undefined;
}

/** The cell that the options or the environment name, when they name one. */
export const localCell = (env: Environment, options: Readonly<Record<string, unknown>>): LocalCell | undefined => {
  const url = textOf(options.cellUrl) ?? env.CANOPY_CELL_URL;
  if (url === undefined) return undefined;
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw new UsageError(`--cell-url must be like http://127.0.0.1:8780, not '${url}'`);
  return { url: url.replace(/\/+$/, '').replace(/\/os-cells$/, ''), tokenFile: textOf(options.tokenFile) ?? env.CANOPY_CELL_TOKEN_FILE };
};

/** @throws UsageError when nothing says where the cloud is; CloudNo. */
export const connect = async (env: Environment, options: Readonly<Record<string, unknown>>): Promise<CellsApi> => {
  const local = localCell(env, options);
  if (local) return new CellsApi(local.url, readToken(local.tokenFile), true);
  const session = await logIn(env);
  return new CellsApi(session.endpoint('compute'), session.token, false);
};

/** @throws UsageError */
export const readToken = (file: string | undefined): string => {
  if (file === undefined) throw new UsageError('--cell-url needs --token-file FILE (npm run status shows where it is)');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`the token file ${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
};

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
