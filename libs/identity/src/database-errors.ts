import { CloudError } from '#domain';

/** Turns the database's refusal of a second row with the same unique key into a conflict that says what is there already. */
export const conflictOnDuplicate = async <T>(message: string, write: Promise<T>): Promise<T> => {
  try {
    return await write;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ER_DUP_ENTRY')
      throw new CloudError('conflict', message, { cause: error });
    throw error;
  }
};
