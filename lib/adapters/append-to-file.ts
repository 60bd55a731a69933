import { appendFile } from 'node:fs/promises'

/** Adds text to the end of a file of this machine. */
export async function appendToFile(path: string, text: string): Promise<void> {
  await appendFile(path, text)
}
